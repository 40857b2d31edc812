package child

import (
	"context"
	"strings"
	"testing"
	"time"
)

func script(body string) []string { return []string{"/bin/sh", "-c", body, "engine"} }

func TestStartReadsPortsAndStops(t *testing.T) {
	e, err := Start(t.Context(), Spec{Command: script(`echo '{"rest": 1, "grpc": 2}'; read line`)})
	if err != nil {
		t.Fatal(err)
	}
	if e.REST != "127.0.0.1:1" || e.GRPC != "127.0.0.1:2" {
		t.Errorf("addresses = %s, %s", e.REST, e.GRPC)
	}
	e.Stop()
	select {
	case <-e.Done():
	default:
		t.Error("Stop returned while the engine runs")
	}
}

func TestStopKillsAnEngineThatDoesNotListen(t *testing.T) {
	e, err := Start(t.Context(), Spec{Command: script(`trap '' TERM; echo '{}'; while :; do sleep 0.05; done`)})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	e.Stop()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("Stop took %v, want under 2 s", took)
	}
}

func TestDeathIsToldWithTheLastWords(t *testing.T) {
	_, err := Start(t.Context(), Spec{Command: script(`echo 'no module named x' >&2; exit 3`)})
	if err == nil || !strings.Contains(err.Error(), "no module named x") || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("error = %v", err)
	}
	e, err := Start(t.Context(), Spec{Command: script(`echo '{}'; echo 'disk full' >&2; exit 4`)})
	if err != nil {
		t.Fatal(err)
	}
	<-e.Done()
	if err := e.Err(); !strings.Contains(err.Error(), "disk full") || !strings.Contains(err.Error(), "exit status 4") {
		t.Errorf("error = %v", err)
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Start(ctx, Spec{Command: script(`read line`)}); err == nil {
		t.Error("Start returned no error for an engine that is never ready")
	}
}

func TestStartNeedsACommand(t *testing.T) {
	if _, err := Start(t.Context(), Spec{}); err == nil || !strings.Contains(err.Error(), "DIT_SANDBOX_ENGINE") {
		t.Errorf("error = %v", err)
	}
}
