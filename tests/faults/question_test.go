//go:build faults

package faults_test

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

const descriptorText = `
name: counts
repository: https://example.com/counts.git
install: {python: "3.11", constraints: [counts==1.0]}
dates: half-open
defaults: {start: 2024-01-01, end: 2024-01-05, tail_days: 1, backfill_days: 1, modes: [bf]}
params:
  - {name: tag, type: string, default: none, description: changes nothing but the key}
sources:
  - {name: messages, time_column: timestamp, columns: [{name: timestamp, type: TIMESTAMP}, {name: vessel, type: STRING}]}
outputs:
  - {name: counts, keys: [day, vessel]}
steps:
  - name: count
    args: [PYTHON, PIPELINE, "--start={{.Start}}", "--end={{.End}}", "--source={{.Source.messages}}", "--output={{.Output.counts}}",
      "--project={{.Project}}", "--temp_location={{.TempLocation}}", "--tag={{.Param.tag}}"]
    beam: {direct: ["--runner=FnApiRunner"], no_wait: [--no-wait]}
mutation: {source: messages, where: vessel != 'v2', description: a vessel is missing}
`

// question is what is asked; calls that ask the same have the same cache key.
type question struct {
	// modes are bf unless they are given. bfd has two phases.
	modes string
	// direct is the runner instead of Dataflow's.
	direct bool
	// waits says that the pipeline waits for its job.
	waits bool
	// dataflow changes the options.
	dataflow func(*workflows.Dataflow)
	// image is what the workers are said to run.
	image string
}

// call is a question asked once.
type call struct {
	plan *workflows.Plan
	dir  string
	// image is for the command line.
	image string
	// env is added to the environment of the processes.
	env []string
}

// ask plans a call of a scene's question.
func (s *scene) ask(q question) *call {
	s.t.Helper()
	pipeline, err := filepath.Abs("testdata/counts.py")
	if err != nil {
		s.t.Fatal(err)
	}
	text := strings.NewReplacer("PYTHON", os.Getenv(pythonVariable), "PIPELINE", pipeline).Replace(descriptorText)
	d, err := workflows.ParseDescriptor("counts.yaml", []byte(text))
	if err != nil {
		s.t.Fatal(err)
	}
	if q.waits {
		d.Steps[0].Beam.NoWait = nil
	}
	id := make([]byte, 6)
	rand.Read(id)
	a := workflows.Arguments{Ref: "main", RunID: hex.EncodeToString(id), ExperimentID: s.tag, Project: project, DestDataset: s.dataset, Modes: q.modes,
		Params: []string{"tag=" + s.tag}, Sources: []string{"messages=" + project + ".faults.messages"}, Runner: workflows.DataflowRunner,
		Dataflow: workflows.Dataflow{Region: s.region, TempLocation: s.temp()}}
	if q.direct {
		a.Runner = workflows.DirectRunner
	}
	if q.dataflow != nil {
		q.dataflow(&a.Dataflow)
	}
	request, err := a.Check(d)
	if err != nil {
		s.t.Fatal(err)
	}
	c := &call{plan: workflows.ModeEquivalence(request.At(strings.Repeat("c0", 20)), d.Repository), dir: s.t.TempDir(), image: q.image}
	write(s.t, filepath.Join(c.dir, "plan.json"), c.plan)
	return c
}

// runID is the call's.
func (c *call) runID() string { return c.plan.RunID }

// step is the only run step, or the last.
func (c *call) step() *workflows.Step {
	steps := c.plan.Of(workflows.RunStep)
	return &steps[len(steps)-1]
}

func write(t *testing.T, file string, v any) {
	t.Helper()
	text, err := json.Marshal(v)
	if err == nil {
		err = os.WriteFile(file, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func read[T any](t *testing.T, file string) *T {
	t.Helper()
	v := new(T)
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// rows are those of a table, or of what the pipeline should make of the days, as one text each, in order.
func rows(t *testing.T, from string) (found []string) {
	t.Helper()
	it, err := world.client.Query("SELECT CONCAT(CAST(day AS STRING), ' ', vessel, ' ', CAST(messages AS STRING)) AS r FROM " + from + " ORDER BY r").Read(t.Context())
	if err != nil {
		t.Fatalf("rows of %s: %v", from, err)
	}
	for {
		var row []bigquery.Value
		if err := it.Next(&row); errors.Is(err, iterator.Done) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		found = append(found, fmt.Sprint(row[0]))
	}
}

// known are the truths that were asked for.
var known sync.Map

// truth is what the pipeline makes of the phases.
func truth(t *testing.T, phases []cache.Phase) []string {
	t.Helper()
	if found, ok := known.Load(fmt.Sprint(phases)); ok {
		return found.([]string)
	}
	var days []string
	for _, p := range phases {
		days = append(days, fmt.Sprintf("DATE(timestamp) >= '%s' AND DATE(timestamp) < '%s'", p.Start, p.End))
	}
	found := rows(t, "(SELECT DATE(timestamp) AS day, vessel, COUNT(*) AS messages FROM faults.messages WHERE "+strings.Join(days, " OR ")+" GROUP BY day, vessel)")
	if len(found) == 0 {
		t.Fatalf("no rows are expected after %v: the test would prove nothing", phases)
	}
	known.Store(fmt.Sprint(phases), found)
	return found
}

// table is the output of the call's last run step.
func (c *call) table(t *testing.T) bq.Table {
	t.Helper()
	table, err := bq.ParseTable(c.step().Run.Outputs["counts"])
	if err != nil {
		t.Fatal(err)
	}
	return table
}
