// Package runnertest is what every runner must do, as one set of tests.
package runnertest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/runners"
)

// Pipelines are commands that come to a known end under the runner, each with what it submits.
type Pipelines struct {
	// Good ends well after it has printed "working"; Bad fails of itself; Endless goes on until it is cancelled.
	Good, Bad, Endless func(t *testing.T) runners.Invocation
	// Gone reports whether nothing of what a command started runs any more.
	Gone func(t *testing.T) bool
}

// Test holds the runner to all of it.
func Test(t *testing.T, r runners.Runner, p Pipelines) {
	t.Run("ends well", func(t *testing.T) {
		in := invocation(t, r, p.Good)
		var progress screen
		noted := 0
		result, err := runners.Run(t.Context(), r, in, &progress, func(jobs []runners.Job) error { noted++; return wantJobs(in, jobs) })
		if err != nil || result.Problem != "" || result.ExitCode != 0 || noted != 1 {
			t.Fatalf("%+v, %v, noted %d times\n%s", result, err, noted, progress.String())
		}
		log, err := os.ReadFile(in.LogFile)
		if err != nil || !bytes.Contains(log, []byte("working\n")) || !strings.Contains(progress.String(), "["+in.Name+"] working\n") {
			t.Errorf("log %q, progress %q, %v", log, progress.String(), err)
		}
		if result.Finished.Before(result.Started) || result.Started.IsZero() || len(result.LogTail) == 0 {
			t.Errorf("%+v", result)
		}
		wantGone(t, p)
	})
	t.Run("fails", func(t *testing.T) {
		result, err := runners.Run(t.Context(), r, invocation(t, r, p.Bad), nil, nobody)
		if err != nil || result.Problem == "" {
			t.Errorf("%+v, %v", result, err)
		}
		wantGone(t, p)
	})
	t.Run("cannot start", func(t *testing.T) {
		in := invocation(t, r, p.Good)
		for _, args := range [][]string{nil, {"no-such-program-anywhere"}} {
			in.Args = args
			if _, err := r.Submit(t.Context(), in, nil); !errors.Is(err, runners.ErrNotStarted) {
				t.Errorf("%v: %v", args, err)
			}
		}
	})
	t.Run("is interrupted", func(t *testing.T) {
		ctx, stop := context.WithCancelCause(t.Context())
		why := errors.New("told to stop")
		_, err := runners.Run(ctx, r, invocation(t, r, p.Endless), nil, func([]runners.Job) error {
			time.AfterFunc(100*time.Millisecond, func() { stop(why) })
			return nil
		})
		if !errors.Is(err, why) {
			t.Errorf("error %v", err)
		}
		wantGone(t, p)
	})
	t.Run("is interrupted before it begins", func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if _, err := r.Submit(ctx, invocation(t, r, p.Endless), nil); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		wantGone(t, p)
	})
	t.Run("cannot be noted", func(t *testing.T) {
		why := errors.New("the registry is gone")
		_, err := runners.Run(t.Context(), r, invocation(t, r, p.Endless), nil, func([]runners.Job) error { return why })
		if !errors.Is(err, why) {
			t.Errorf("error %v", err)
		}
		wantGone(t, p)
	})
	t.Run("goes on when nobody waits", func(t *testing.T) {
		h, err := r.Submit(t.Context(), invocation(t, r, p.Endless), nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			short, done := context.WithTimeout(t.Context(), 100*time.Millisecond)
			if _, err := h.Wait(short); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
			done()
		}
		if p.Gone(t) {
			t.Error("it has ended, though nobody cancelled it")
		}
		for range 2 { // the second has nothing to do
			if err := h.Cancel(t.Context()); err != nil {
				t.Error(err)
			}
		}
		wantGone(t, p)
	})
}

// invocation is one with the runner's arguments and a log of its own.
func invocation(t *testing.T, r runners.Runner, of func(*testing.T) runners.Invocation) runners.Invocation {
	t.Helper()
	in := of(t)
	in.Name, in.LogFile = "bf 1/1", filepath.Join(t.TempDir(), "log")
	in.Args = append(in.Args, r.Arguments(in)...)
	return in
}

// wantJobs holds what is noted to what was to be submitted.
func wantJobs(in runners.Invocation, jobs []runners.Job) error {
	switch {
	case in.Job == nil && len(jobs) == 0:
	case in.Job != nil && len(jobs) == 1 && jobs[0].Name == in.Job.Name && jobs[0].ID != "" && jobs[0].Region != "":
	default:
		return errors.New("these are not its jobs")
	}
	return nil
}

func nobody([]runners.Job) error { return nil }

// wantGone fails the test when something goes on running.
func wantGone(t *testing.T, p Pipelines) {
	t.Helper()
	for range 100 { // a killed child is a zombie until its new parent has seen it
		if p.Gone(t) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("something of it goes on running")
}

// screen is where several may write.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
