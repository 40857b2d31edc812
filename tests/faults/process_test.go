//go:build faults

package faults_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/runners/runnertest"
	"github.com/GlobalFishingWatch/dit/steps"
)

// The environment of a pipeline that is not in the key of a run: what it does wrong, and how long its job waits in seconds.
const (
	deedVariable  = "DIT_TEST_DEED"
	pauseVariable = "DIT_TEST_PAUSE"
)

// markVariable is in the environment of a process and of all its descendants, but for what the worker starts.
const markVariable = "DIT_TEST_MARK"

// process is one dit, with its children.
type process struct {
	cmd   *exec.Cmd
	said  lockedBuffer
	mark  string
	code  int
	began time.Time
	ended chan struct{}
	// what a run step left, once it has ended with 0.
	tables  *steps.Tables
	outcome *steps.Outcome
	out     string
}

// dit starts the command in a process group of its own.
func (s *scene) dit(env []string, args ...string) *process {
	s.t.Helper()
	p := &process{cmd: exec.Command(world.dit, args...), mark: rand.Text(), ended: make(chan struct{}), began: time.Now()}
	p.cmd.Stdout, p.cmd.Stderr = &p.said, &p.said
	p.cmd.Env = append(append(os.Environ(), "DIT_TEMP_LOCATION="+s.temp(), markVariable+"="+p.mark), env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.processes = append(s.processes, p)
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait()
		p.code = p.cmd.ProcessState.ExitCode()
	}()
	return p
}

// begin starts the call's run step.
func (s *scene) begin(c *call, more ...string) *process {
	s.t.Helper()
	out := filepath.Join(c.dir, rand.Text())
	environments := filepath.Join(c.dir, "environments.json")
	write(s.t, environments, map[string]steps.Environment{"": {Packages: "counts==1.0", WorkerImage: c.image}})
	args := []string{"step", "run", "--plan", filepath.Join(c.dir, "plan.json"), "--sources", s.sources(c), "--environments", environments,
		"--id", c.step().ID, "--out", out, "--lease", s.lease.String()}
	p := s.dit(c.env, append(args, more...)...)
	p.out = out
	return p
}

// patience is how long a process may take: more than any of the product's own limits that a fault here runs into.
const patience = 6 * time.Minute

// wait returns when the process has ended, with what it left.
func (s *scene) wait(p *process) *process {
	s.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience - time.Since(p.began)):
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGQUIT)
		<-p.ended
		s.t.Fatalf("%q did not end in %s\n%s", p.cmd.Args, patience, p.text())
	}
	if p.out != "" && p.code == 0 && p.outcome == nil {
		p.tables, p.outcome = read[steps.Tables](s.t, filepath.Join(p.out, "tables.json")), read[steps.Outcome](s.t, filepath.Join(p.out, "outcome.json"))
	}
	return p
}

// run does a run step to its end.
func (s *scene) run(c *call, more ...string) *process {
	s.t.Helper()
	return s.wait(s.begin(c, more...))
}

// command does any other command to its end, and fails the test unless it exits with the code.
func (s *scene) command(code int, args ...string) *process {
	s.t.Helper()
	p := s.wait(s.dit(nil, args...))
	if p.code != code {
		s.t.Fatalf("dit %s: exit code %d, want %d\n%s", strings.Join(args, " "), p.code, code, p.text())
	}
	return p
}

// text is all that the process said so far.
func (p *process) text() string { return p.said.String() }

// alive are the processes that have the mark.
func (p *process) alive(t *testing.T) []string { return runnertest.Alive(t, markVariable+"="+p.mark) }

// kill kills the pipeline that a process has started, once it is there.
func (s *scene) kill(p *process) {
	s.t.Helper()
	killed := false
	s.until(time.Minute, "the pipeline runs", func() bool {
		for _, line := range p.alive(s.t) {
			pid, what, _ := strings.Cut(line, ": ")
			if n, err := strconv.Atoi(pid); err == nil && strings.Contains(what, "counts.py") {
				killed = syscall.Kill(n, syscall.SIGKILL) == nil || killed
			}
		}
		return killed
	})
}

// signal tells the process, and not its children.
func (p *process) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
}

// lockedBuffer is written to by a process that others look at.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
