//go:build sandbox

package registry_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// lease is what runs that may be killed get by --lease. Where none is killed it is calm, which an engine under load cannot miss.
const (
	lease = 6 * time.Second
	calm  = 2 * time.Minute
)

// ctx is for what belongs to no test.
func ctx() context.Context { return context.Background() }

// question is what is asked; two calls that ask the same have the same cache keys.
type question struct {
	// tag sets questions apart that are else the same. It is also the experiment's name, if that is empty.
	tag, experiment string
	modes           string
	tail            int
	// source is a table in the dataset; empty for the common one.
	source string
	// changed does something to the descriptor.
	changed func(*workflows.Descriptor)
	// runID is for tests of what should not be; empty for a new one.
	runID string
}

// call is one question asked once.
type call struct {
	plan *workflows.Plan
	// dir has plan.json and a directory of results for each step.
	dir string
	// sources is the file with the state of the sources, from source or from another call.
	sources string
	// lease is the runs'.
	lease time.Duration
	// count has a line for each invocation of the pipeline.
	count string
	// env is added to the environment of the processes.
	env []string
}

// ask plans a call. It has no sources yet.
func ask(t *testing.T, q question) *call {
	t.Helper()
	d := descriptor()
	if q.changed != nil {
		q.changed(d)
	}
	if q.tail == 0 {
		q.tail = d.Defaults.TailDays
	}
	if q.source == "" {
		q.source = "messages"
	}
	if q.experiment == "" {
		q.experiment = q.tag
	}
	if q.runID == "" {
		id := make([]byte, 6)
		rand.Read(id)
		q.runID = hex.EncodeToString(id)
	}
	request, err := workflows.Arguments{Ref: "main", RunID: q.runID, ExperimentID: q.experiment, Project: project, DestDataset: world.dataset, Modes: q.modes, TailDays: &q.tail,
		Params:  []string{"tag=" + q.tag},
		Sources: []string{fmt.Sprintf("messages=%s.%s.%s", project, world.dataset, q.source)}}.Check(d)
	if err != nil {
		t.Fatal(err)
	}
	c := &call{plan: workflows.ModeEquivalence(request, d.Repository, strings.Repeat("c0", 20)), dir: t.TempDir(), lease: calm}
	c.count = filepath.Join(c.dir, "count")
	c.write(t, "plan.json", c.plan)
	return c
}

func (c *call) write(t *testing.T, name string, v any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err == nil {
		err = os.WriteFile(filepath.Join(c.dir, name), text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// source looks at the sources as they are now.
func (c *call) source(t *testing.T) *call {
	t.Helper()
	if p := c.look(t); p.code != 0 {
		t.Fatalf("dit step source: exit code %d\n%s", p.code, p.stderr.String())
	}
	return c
}

// look is the source step, however it ends.
func (c *call) look(t *testing.T) *process {
	t.Helper()
	c.sources = c.file("sources.json")
	p := c.start(t, newProxy(t), "step", "source", "--plan", c.file("plan.json"), "--out", c.sources)
	p.wait(t)
	return p
}

func (c *call) file(name string) string { return filepath.Join(c.dir, name) }

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
func (p *process) alive(t *testing.T) (alive []string) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		if text, err := os.ReadFile(file); err == nil && bytes.Contains(text, []byte(markVariable+"="+p.mark)) {
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
			alive = append(alive, filepath.Base(filepath.Dir(file))+": "+strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return alive
}

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
	args := []string{"step", "run", "--plan", c.file("plan.json"), "--sources", c.sources, "--environment", world.packages,
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

func read[T any](t *testing.T, file string) *T {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v := new(T)
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return v
}

// invoked waits until the call's pipeline has been started n times.
func (c *call) invoked(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); len(c.invocations(t)) < n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the pipeline was started %d times in two minutes, want %d", len(c.invocations(t)), n)
		}
	}
}

// invocations are the lines that the call's pipelines left, in order.
func (c *call) invocations(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(c.count)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return slices.Collect(strings.Lines(string(text)))
}
