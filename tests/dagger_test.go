//go:build e2e

// Package tests runs dit as a person does: the real command line, a real Dagger engine, the real pipeline on the sandbox.
// ./tools/test runs it; by hand: go test -tags e2e ./tests -v.
package tests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// result is what a person sees of one call.
type result struct {
	code    int
	stdout  string
	stderr  string
	seconds float64
}

// all is everything on the screen.
func (r result) all() string { return r.stdout + r.stderr }

// data is of this run of the tests alone, so that nothing is answered by an earlier one.
var data = fmt.Sprintf("dit-test-%d", time.Now().UnixNano())

// unknownSession is what Dagger's engine says, now and then, to a client that has just connected, before anything of dit is asked.
const unknownSession = "failed to stat path: failed to get requester session"

// dagger runs one command line. A call that does not end in ten minutes is a failure of its own.
func dagger(t *testing.T, args ...string) result {
	t.Helper()
	r := once(t, args...)
	if r.code == 1 && strings.Contains(r.stderr, unknownSession) {
		r = once(t, args...)
	}
	return r
}

func once(t *testing.T, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	call := slices.Index(args, "call") + 1
	cmd := exec.CommandContext(ctx, "../tools/dagger", slices.Concat([]string{"--progress=plain"}, args[:call], []string{"--sandbox-data=" + data}, args[call:])...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	started := time.Now()
	err := cmd.Run()
	r := result{stdout: stdout.String(), stderr: stderr.String(), seconds: time.Since(started).Seconds()}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		r.code = exit.ExitCode()
	} else if err != nil {
		t.Fatalf("dagger %s: %v", strings.Join(args, " "), err)
	}
	t.Logf("dagger %s: exit %d after %.1f s", strings.Join(args, " "), r.code, r.seconds)
	return r
}

// want fails the test unless the call ended with the code and its screen holds every text.
func (r result) want(t *testing.T, code int, texts ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d", r.code, code)
	}
	for _, text := range texts {
		if !strings.Contains(r.all(), text) {
			t.Errorf("the screen does not say %q", text)
		}
	}
	if t.Failed() {
		t.Logf("stdout:\n%s\nstderr:\n%s", r.stdout, lastLines(r.stderr, 120))
	}
}

func lastLines(s string, n int) string {
	lines := strings.Split(s, "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
