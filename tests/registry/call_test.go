//go:build sandbox

package registry_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// lease is what runs that may be killed get by --lease. Where none is killed it is calm, which an engine under load cannot miss.
const (
	lease = 20 * time.Second
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
	request, err := workflows.Arguments{Runner: workflows.DirectRunner, Ref: "main", RunID: q.runID, ExperimentID: q.experiment, Project: project, DestDataset: world.dataset, Modes: q.modes, TailDays: &q.tail,
		Params:  []string{"tag=" + q.tag},
		Sources: []string{fmt.Sprintf("messages=%s.%s.%s", project, world.dataset, q.source)}}.Check(d)
	if err != nil {
		t.Fatal(err)
	}
	c := &call{plan: workflows.ModeEquivalence(request.At(strings.Repeat("c0", 20)), d.Repository), dir: t.TempDir(), lease: calm}
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
