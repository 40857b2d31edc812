//go:build e2e

package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// registered calls a function of the registry for a dataset of its own.
func registered(t *testing.T, dataset, function string, args ...string) result {
	t.Helper()
	return dagger(t, append([]string{"-m", "..", "call", function, "--dest-dataset=" + dataset}, args...)...)
}

// TestTheLifeOfARun asks before, during and after a run what the registry says of it.
func TestTheLifeOfARun(t *testing.T) {
	dataset := fmt.Sprintf("life_%d", time.Now().UnixNano())
	const id = "--run-id=0123456789ab"
	question := []string{"--pipeline=sample-gaps", "--ref=main", "--dest-dataset=" + dataset, "--modes=bf,bftruncate"}
	explain := func() result {
		return dagger(t, append([]string{"-m", "..", "call", "explain", "mode-equivalence"}, question...)...)
	}
	explain().want(t, 0, "bftruncate  MISS", "no run of this pipeline is registered", "starts from a copy of bf")
	registered(t, dataset, "trail").want(t, 2, dataset) // whoever asks makes nothing
	modeEquivalence(t, append(question, id)...).want(t, 0, "all 1 pairs are equal", "to stop it from anywhere: dagger call cancel --run-id=0123456789ab")
	modeEquivalence(t, append(question, id)...).want(t, 2, "run id 0123456789ab is that of a call of")
	dagger(t, "-m", "..", "call", "explain", "cancel", id, "--dest-dataset="+dataset).want(t, 2, "explain takes a workflow") // and does nothing
	explain().want(t, 0, "bftruncate  HIT", "run 0123456789ab")

	r := registered(t, dataset, "runs", "--format=json")
	var rows []struct {
		RunID  string `json:"run_id"`
		Status string `json:"status"`
	}
	if err := json.Unmarshal([]byte(r.stdout), &rows); err != nil || len(rows) != 2 || rows[0].RunID != "0123456789ab" || rows[0].Status != "succeeded" {
		t.Errorf("runs: %+v, %v\n%s", rows, err, r.stdout)
	}
	registered(t, dataset, "run", "--run-id=0123456789ab").want(t, 0, "mode-equivalence --pipeline=sample-gaps --ref=", "IDENTICAL", "gs://dit-sandbox/temp/dit-logs/0123456789ab/bf/", "phase")
	events := registered(t, dataset, "run", "--run-id=0123456789ab", "--format=openlineage")
	for _, kind := range []string{`"START"`, `"RUNNING"`, `"COMPLETE"`} {
		events.want(t, 0, kind)
	}
	registered(t, dataset, "run", "--run-id=ffffffffffff").want(t, 2, "ffffffffffff is not in the registry")
	registered(t, dataset, "trail").want(t, 0, "4 tables, 4 proven")

	// A later question that begins like the earlier one does only what is new.
	longer := []string{"--pipeline=sample-gaps", "--ref=main", "--dest-dataset=" + dataset, "--modes=bf,bftruncate", "--tail-days=1"}
	modeEquivalence(t, longer...).want(t, 0, "1 of 2 runs from the cache")

	// One row more in a table: it does not answer any more, and nothing proves it.
	table := fmt.Sprintf("%s.gaps_solo_012345_0123456789ab_bf", dataset)
	dagger(t, "-m", "..", "call", "query", "--sql", "INSERT INTO "+table+" SELECT * FROM "+table+" LIMIT 1").want(t, 0)
	explain().want(t, 0, "bf          STALE", "is not what it was")
	registered(t, dataset, "trail").want(t, 1, "1 unexplained")

	registered(t, dataset, "gc").want(t, 0, "nothing to clean up")
	registered(t, dataset, "cancel", "--run-id=0123456789ab").want(t, 0, "0123456789ab: cancelled", "dropped", "_bf: run", "answers with it")
	registered(t, dataset, "cancel", "--run-id=0123456789ab").want(t, 0)
	registered(t, dataset, "cancel", "--run-id=ffffffffffff").want(t, 2, "ffffffffffff")
	explain().want(t, 0, "bf          STALE", "bftruncate  MISS")
}

// A call that is interrupted leaves no time to clean up: the engine kills its containers. What it was doing is in the registry, and
// whoever knows its id ends it.
func TestAnInterruptedCallIsCancelled(t *testing.T) {
	dataset := fmt.Sprintf("interrupted_%d", time.Now().UnixNano())
	cmd := exec.Command("../tools/dagger", "--progress=plain", "-m", "..", "call", "--sandbox-data="+data, "mode-equivalence", "--pipeline=sample-gaps", "--ref=main",
		"--modes=bf,bfd", "--run-id=abcdefabcdef", "--dest-dataset="+dataset)
	screen := &watched{text: "[bfd 1/3] 20", seen: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = screen, screen
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	select {
	case <-screen.seen:
	case <-ended:
		t.Fatalf("the call ended before it could be interrupted\n%s", lastLines(screen.all.String(), 60))
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	<-ended
	registered(t, dataset, "runs").want(t, 0, "abcdefabcdef", "running")
	registered(t, dataset, "cancel", "--run-id=abcdefabcdef").want(t, 0, "abcdefabcdef: cancelled")
	registered(t, dataset, "trail").want(t, 0, "is empty")
}

// watched is a screen that tells when a text has been on it.
type watched struct {
	all  bytes.Buffer
	text string
	seen chan struct{}
	told bool
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.all.Write(p)
	if !w.told && bytes.Contains(w.all.Bytes(), []byte(w.text)) {
		w.told = true
		close(w.seen)
	}
	return n, err
}
