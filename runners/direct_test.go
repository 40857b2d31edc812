package runners

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func shell(t *testing.T, ctx context.Context, d Direct, script string) (Result, string, string, error) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log")
	var progress bytes.Buffer
	r, err := Run(ctx, d, Invocation{Name: "bf 1/1", Args: []string{"sh", "-c", script}, LogFile: log}, &progress, nobody)
	text, readErr := os.ReadFile(log)
	if readErr != nil {
		t.Fatal(readErr)
	}
	return r, progress.String(), string(text), err
}

// nobody notes the jobs.
func nobody([]Job) error { return nil }

func TestDirectReportsHowItEnded(t *testing.T) {
	for _, c := range []struct {
		script  string
		code    int
		problem string
	}{
		{"true", 0, ""}, {"exit 3", 3, "ended with exit code 3"}, {"kill -KILL $$", 137, "ended with exit code 137 (killed, perhaps out of memory)"},
		{"kill -SEGV $$", 139, "ended with exit code 139 (segmentation fault)"},
	} {
		r, _, _, err := shell(t, t.Context(), Direct{}, c.script)
		if err != nil || r.ExitCode != c.code || r.Problem != c.problem {
			t.Errorf("%s: %+v, %v", c.script, r, err)
		}
	}
}

func TestDirectKeepsTheWholeLogAndTheLastLines(t *testing.T) {
	r, progress, log, err := shell(t, t.Context(), Direct{}, "for i in $(seq 100); do echo line $i; done; printf 'no end' >&2")
	if err != nil || strings.Count(log, "\n") != 100 || !strings.HasSuffix(log, "no end") {
		t.Errorf("log of %d lines, %v", strings.Count(log, "\n"), err)
	}
	if len(r.LogTail) != LogTailLines || r.LogTail[LogTailLines-1] != "no end" || r.LogTail[0] != "line 62" {
		t.Errorf("tail %q", r.LogTail)
	}
	if !strings.Contains(progress, "[bf 1/1] line 1\n") || !strings.HasSuffix(progress, "[bf 1/1] no end\n") {
		t.Errorf("progress %q", progress[:60])
	}
}

func TestDirectCannotStart(t *testing.T) {
	for _, args := range [][]string{nil, {"no-such-program-anywhere"}} {
		_, err := Direct{}.Submit(t.Context(), Invocation{Args: args, LogFile: filepath.Join(t.TempDir(), "log")}, nil)
		if !errors.Is(err, ErrNotStarted) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// When the call is interrupted, nothing of the pipeline may live on: not the process, not its children, even if they do not
// listen to SIGTERM.
func TestDirectLeavesNothingBehind(t *testing.T) {
	pids := filepath.Join(t.TempDir(), "pids")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for ctx.Err() == nil {
			if text, _ := os.ReadFile(pids); strings.Count(string(text), "\n") == 2 {
				cancel()
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	script := fmt.Sprintf("trap '' TERM; sh -c \"trap '' TERM; echo \\$\\$ >> %[1]s; sleep 60\" & echo $$ >> %[1]s; sleep 60", pids)
	_, _, _, err := shell(t, ctx, Direct{Grace: 200 * time.Millisecond}, script)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	text, _ := os.ReadFile(pids)
	for _, line := range strings.Fields(string(text)) {
		wantGone(t, line)
	}
}

// wantGone fails the test when the process goes on living.
func wantGone(t *testing.T, line string) {
	t.Helper()
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 { // a killed child is a zombie until its new parent has seen it
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("process %d lives on", pid)
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

// A process that is killed cannot clean up: its pipeline ends all the same, since its run is another's by then.
func TestDirectEndsWithItsParent(t *testing.T) {
	if file := os.Getenv("DIT_TEST_PARENT"); file != "" { // the parent, below
		_, err := Run(t.Context(), Direct{}, Invocation{Args: []string{"sh", "-c", "echo $$ && exec sleep 60"}, LogFile: file}, nil, nobody)
		t.Fatal("the child has ended: ", err)
	}
	log := filepath.Join(t.TempDir(), "log")
	parent := exec.Command(os.Args[0], "-test.run=^TestDirectEndsWithItsParent$")
	parent.Env = append(os.Environ(), "DIT_TEST_PARENT="+log)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var child string
	for deadline := time.Now().Add(20 * time.Second); child == "" && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		text, _ := os.ReadFile(log)
		if line, whole := strings.CutSuffix(string(text), "\n"); whole {
			child = line
		}
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // it was killed
	wantGone(t, child)
}

// A background child that holds the output open must not hold the run up, and must not outlive it.
func TestDirectDoesNotWaitForStragglers(t *testing.T) {
	started := time.Now()
	r, _, log, err := shell(t, t.Context(), Direct{}, "sleep 60 & echo done")
	if err != nil || r.ExitCode != 0 || log != "done\n" || time.Since(started) > 5*time.Second {
		t.Errorf("%+v, log %q, %v after %s", r, log, err, time.Since(started))
	}
}

func TestDirectSurvivesAFullDisk(t *testing.T) {
	r, err := Run(t.Context(), Direct{}, Invocation{Name: "x", Args: []string{"echo", "hello"}, LogFile: "/dev/full"}, nil, nobody)
	if err != nil || r.ExitCode != 0 || len(r.LogTail) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}
