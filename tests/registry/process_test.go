//go:build sandbox

package registry_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/runners/runnertest"
	"github.com/GlobalFishingWatch/dit/steps"
)

// process is one dit, with its children.
type process struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	mark   string
	code   int
}

// markVariable is in the environment of a process and of all its descendants.
const markVariable = "DIT_TEST_MARK"

// start runs dit in a process group of its own, by way of the proxy, which kills it when it strikes.
func (c *call) start(t *testing.T, by *proxy, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(filepath.Join(world.bin, "dit"), args...), mark: rand.Text()}
	p.cmd.Stderr, p.cmd.Dir = &p.stderr, c.dir
	p.cmd.Env = append(os.Environ(), "HTTPS_PROXY="+by.url, "NO_PROXY=", "no_proxy=", "SSL_CERT_FILE="+world.certificate,
		"GOOGLE_APPLICATION_CREDENTIALS="+world.credentials, "GOOGLE_CLOUD_PROJECT="+project, "DIT_LOCATION=US", "DIT_TEMP_LOCATION=gs://dit-sandbox/tmp",
		"NO_GCE_CHECK=true", "GOOGLE_API_USE_CLIENT_CERTIFICATE=false", "PATH="+world.bin+":"+os.Getenv("PATH"),
		countVariable+"="+c.count, markVariable+"="+p.mark)
	p.cmd.Env = append(p.cmd.Env, c.env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	started := make(chan struct{})
	by.strike = func() {
		<-started
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
	return p
}

// wait is how the process ended; -1 for a signal.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	late := time.AfterFunc(3*time.Minute, func() { _ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGQUIT) })
	defer late.Stop()
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	p.code = p.cmd.ProcessState.ExitCode()
	return p.code
}

// alive are the processes that have the mark.
func (p *process) alive(t *testing.T) []string { return runnertest.Alive(t, markVariable+"="+p.mark) }

// survivors are those that are still alive after a moment to end.
func (p *process) survivors(t *testing.T) (alive []string) {
	t.Helper()
	for range 100 {
		if alive = p.alive(t); len(alive) == 0 {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return alive
}

// result is what a run step left.
type result struct {
	*process
	tables  *steps.Tables
	outcome *steps.Outcome
}

// run does one run step to its end, or until the proxy strikes.
func (c *call) run(t *testing.T, by *proxy, step string, more ...string) result {
	t.Helper()
	return c.ended(t, step, c.begin(t, by, step, more...))
}

// begin starts one run step.
func (c *call) begin(t *testing.T, by *proxy, step string, more ...string) *process {
	t.Helper()
	args := []string{"step", "run", "--plan", c.file("plan.json"), "--sources", c.sources, "--environments", world.environments,
		"--id", step, "--out", c.file(step), "--lease", c.lease.String()}
	return c.start(t, by, append(args, more...)...)
}

// ended waits for the process of a run step and reads what it left.
func (c *call) ended(t *testing.T, step string, p *process) result {
	t.Helper()
	out, r := c.file(step), result{process: p}
	if r.wait(t) == 0 {
		r.tables, r.outcome = read[steps.Tables](t, filepath.Join(out, "tables.json")), read[steps.Outcome](t, filepath.Join(out, "outcome.json"))
	}
	return r
}

// want fails the test unless the step ended well, with one of the statuses.
func (r result) want(t *testing.T, statuses ...steps.Status) result {
	t.Helper()
	if r.code != 0 {
		t.Fatalf("exit code %d\n%s", r.code, r.stderr.String())
	}
	if !slices.Contains(statuses, r.outcome.Status) {
		t.Fatalf("%s (%s), %s; want %s\n%s", r.outcome.Status, r.outcome.Cache, r.outcome.Error, statuses, r.stderr.String())
	}
	return r
}
