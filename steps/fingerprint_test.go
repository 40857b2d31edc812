//go:build sandbox

package steps_test

import (
	"io"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/civil"

	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// TestFingerprints has two runs leave their tables, as if their pipelines had just written them, takes them from the run cache
// once more and compares them: what was recorded with the runs spares reading equal ones, and a table that was written to since
// is not taken for what it was.
func TestFingerprints(t *testing.T) {
	client, dataset := bqtest.Open(t, "fingerprints")
	execute(t, client, "CREATE SCHEMA "+dataset)
	output := workflows.Output{Name: "events", Keys: []string{"id"}}
	plan := &workflows.Plan{Pipeline: "p", RunID: "0123456789ab", Bindings: []workflows.Binding{{}}, Descriptor: &workflows.Descriptor{Outputs: []workflows.Output{output}}}
	for _, mode := range []string{"bf", "bfd"} {
		table := "dit-sandbox." + dataset + "." + mode
		execute(t, client, "CREATE TABLE `"+table+"` AS SELECT 1 AS id, 'a' AS v")
		plan.Steps = append(plan.Steps, workflows.Step{ID: mode, Kind: workflows.RunStep,
			Run: &workflows.Run{Name: mode, Outputs: map[string]string{"events": table}}})
		// Another key for each, and none the beginning of the other.
		day := civil.Date{Year: 2024, Month: 1, Day: len(plan.Steps)}
		plan.Steps[len(plan.Steps)-1].Run.History = []workflows.Phase{{Range: workflows.Range{Start: day, End: day.AddDays(1)}}}
	}
	runner := steps.Runner{Plan: plan, Sources: &steps.Sources{}, Policy: "use", Runner: runners.Direct{}, Client: client,
		Registry: cache.BigQuery{Client: client, Dataset: dataset}, LogDir: t.TempDir(), Progress: io.Discard}
	var tables []*steps.Tables
	for _, want := range []steps.Status{steps.Succeeded, steps.Cached} {
		tables = nil
		for _, mode := range []string{"bf", "bfd"} {
			found, outcome, err := runner.Run(t.Context(), mode)
			if err != nil || outcome.Status != want {
				t.Fatalf("%s: %+v, %v, want %s", mode, outcome, err, want)
			}
			if found.Outputs["events"].Fingerprint == "" {
				t.Fatalf("%s (%s): no fingerprint", mode, want)
			}
			tables = append(tables, found)
		}
		verdict, err := steps.Compare(t.Context(), client, tables[0], tables[1], nil, output, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r := verdict.Result; r.Verdict != compare.Identical || r.Job.ID != "" || r.Rows.Equal != 1 {
			t.Errorf("%s: %s by job %q, rows %+v, want IDENTICAL without a job", want, r.Verdict, r.Job.ID, r.Rows)
		}
	}
	execute(t, client, "UPDATE `"+dataset+".bfd` SET v = 'b' WHERE TRUE")
	verdict, err := steps.Compare(t.Context(), client, tables[0], tables[1], nil, output, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r := verdict.Result; r.Verdict != compare.NotComparable || !strings.Contains(strings.Join(r.Reasons, ""), "is not what was recorded") {
		t.Errorf("%s, %q: want NOT_COMPARABLE, as a table was written to", r.Verdict, r.Reasons)
	}
}

func execute(t *testing.T, client *bigquery.Client, sql string) {
	t.Helper()
	if _, err := client.Query(sql).Read(t.Context()); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
