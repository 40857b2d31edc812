package serve

import (
	"context"
	"errors"
	"io"
	"log"
	"strings"
	"testing"
	"time"
)

func TestSandboxesOverOneDirectoryTakeTurns(t *testing.T) {
	dir, quiet := t.TempDir(), log.New(io.Discard, "", 0)
	first, err := lockDirectory(t.Context(), dir, quiet)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := lockDirectory(ctx, dir, quiet); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "another sandbox") {
		t.Errorf("told to stop while it waits: error %v", err)
	}
	time.AfterFunc(50*time.Millisecond, func() { first.Close() })
	second, err := lockDirectory(t.Context(), dir, quiet)
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	second.Close()
}

func TestTheEngineReachesTheAPIOnTheLoopback(t *testing.T) {
	for address, want := range map[string]string{
		":9050":          "http://127.0.0.1:9050",
		"0.0.0.0:9050":   "http://127.0.0.1:9050",
		"[::]:9050":      "http://127.0.0.1:9050",
		"127.0.0.1:9051": "http://127.0.0.1:9051",
	} {
		if got, err := loopback(address); err != nil || got != want {
			t.Errorf("loopback(%q) = %q, %v; want %q", address, got, err, want)
		}
	}
	if _, err := loopback("9050"); err == nil {
		t.Error("an address without a colon was taken")
	}
}
