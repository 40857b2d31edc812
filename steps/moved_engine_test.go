//go:build sandbox

package steps

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/samples/vessels"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// counting is a pipeline that writes how many rows its source has, a row a phase. What is to happen around a phase is done before it and
// after it, by the number of the phase.
type counting struct {
	t             *testing.T
	client        *bigquery.Client
	before, after map[int]func()
	fails         int // the phase that ends badly
	phase         int
}

func (c *counting) Kind() string                          { return "direct" }
func (c *counting) Arguments(runners.Invocation) []string { return nil }
func (c *counting) Submit(_ context.Context, in runners.Invocation, _ io.Writer) (runners.Handle, error) {
	c.phase++
	return counted{c, in}, nil
}

type counted struct {
	*counting
	in runners.Invocation
}

func (c counted) Jobs() []runners.Job          { return nil }
func (c counted) Cancel(context.Context) error { return nil }
func (c counted) Wait(context.Context) (runners.Result, error) {
	if c.phase == c.fails {
		return runners.Result{Problem: "ended with 1", ExitCode: 1}, nil
	}
	source, out, start := c.in.Args[0], c.in.Args[1], c.in.Args[2]
	if do := c.before[c.phase]; do != nil {
		do()
	}
	run(c.t, c.client, "CREATE TABLE IF NOT EXISTS `"+out+"` (day STRING, n INT64)")
	run(c.t, c.client, "INSERT INTO `"+out+"` SELECT '"+start+"', COUNT(*) FROM `"+source+"`")
	if do := c.after[c.phase]; do != nil {
		do()
	}
	return runners.Result{}, nil
}

// shifty is a source view that shows 12 rows, and 6 while it is broken.
type shifty struct {
	*testing.T
	client  *bigquery.Client
	dataset string
	reg     *cache.Memory
	calls   int
}

func newShifty(t *testing.T) *shifty {
	client, dataset := bqtest.Open(t, "shifty")
	run(t, client, "CREATE SCHEMA "+dataset)
	run(t, client, "CREATE TABLE "+dataset+".t "+twelveRows)
	s := &shifty{t, client, dataset, &cache.Memory{}, 0}
	s.mend()
	return s
}

func (s *shifty) define(where string) {
	run(s.T, s.client, "CREATE OR REPLACE VIEW "+s.dataset+".v AS SELECT * FROM "+s.dataset+".t WHERE "+where)
}
func (s *shifty) mend()      { s.define("TRUE") }
func (s *shifty) breakView() { s.define("vessel = 'a'") }

// call looks at the source, and is to make the tables of bf: two phases, the first of which is shared1.
func (s *shifty) call(c *counting, mutations ...string) Runner {
	s.Helper()
	s.calls++
	c.t, c.client = s.T, s.client
	p := alteredPlan(s.T, s.dataset, "v", s.calls, mutations...)
	p.Descriptor.Dates = workflows.HalfOpen
	p.Descriptor.Outputs = []workflows.Output{{Name: "out", Keys: []string{"day"}}}
	p.Descriptor.Steps = []workflows.Command{{Name: "main", Args: []workflows.Arg{{"{{.Source.s}}"}, {"{{.Output.out}}"}, {"{{.Start}}"}}}}
	phases := []workflows.Phase{{Range: days(2, 4)}, {Range: days(4, 5)}}
	outputs := func(name string) map[string]string {
		return map[string]string{"out": bqtest.Project + "." + s.dataset + ".out_" + p.RunID + "_" + name}
	}
	p.Steps = []workflows.Step{
		{ID: "run-shared1", Kind: workflows.RunStep, Run: &workflows.Run{Name: "shared1", Phases: phases[:1], History: phases[:1], Outputs: outputs("shared1")}},
		{ID: "run-bfd", Kind: workflows.RunStep, Run: &workflows.Run{Name: "bfd", From: "run-shared1", Phases: phases[1:], History: phases, Outputs: outputs("bfd")}},
		{ID: "run-bf", Kind: workflows.RunStep, Run: &workflows.Run{Name: "bf", Phases: phases, History: phases, Outputs: outputs("bf")}},
		{ID: "compare", Kind: workflows.CompareStep, Compare: &workflows.Compare{LeftStep: "run-bfd", RightStep: "run-bfd"}},
		{ID: "keep", Kind: workflows.KeepStep, Golden: &workflows.Golden{Mode: "bfd", Run: "run-bfd", ID: p.RunID}},
	}
	look, err := look(s.Context(), s.client, p, vessels.Default(), true, io.Discard)
	if err == nil {
		err = alter(s.Context(), s.client, p, look, io.Discard)
	}
	if err != nil {
		s.Fatal(err)
	}
	return Runner{Plan: p, Sources: look, Environments: map[string]Environment{"": {}}, Policy: "use", Runner: c, Client: s.client, Registry: s.reg, LogDir: s.TempDir(), Progress: io.Discard}
}

// runs does a run, and tells how it ended and what its tables hold.
func (s *shifty) runs(r Runner, id string) (tables *Tables, o *Outcome, rows string) {
	s.Helper()
	tables, o, err := r.Run(s.Context(), id)
	if err != nil {
		s.Fatal(err)
	}
	if tables.Failed == "" {
		row, err := first(s.Context(), s.client.Query("SELECT STRING_AGG(CONCAT(day, ': ', CAST(n AS STRING)) ORDER BY day) FROM "+tables.Outputs["out"].Table.SQL()))
		if err != nil {
			s.Fatal(err)
		}
		rows, _ = row[0].(string)
	}
	return tables, o, rows
}

// A view that shows other rows while a phase reads it, and what it showed before when the run ends, has moved.
func TestViewThatIsPutBack(t *testing.T) {
	for name, mutations := range map[string][]string{"as it is": nil, "under mutations": {"shift_timestamps by=1h"}} {
		t.Run(name, func(t *testing.T) {
			s := newShifty(t)
			_, o, rows := s.runs(s.call(&counting{before: map[int]func(){2: s.breakView}, after: map[int]func(){2: s.mend}}, mutations...), "run-bf")
			if o.Status != Succeeded || rows != "2024-01-02: 12,2024-01-04: 6" || !strings.Contains(o.Moved, ".v) changed while bf ran") {
				t.Errorf("%s with rows %s, moved %q, error %s", o.Status, rows, o.Moved, o.Error)
			}
			if _, o, rows = s.runs(s.call(&counting{}, mutations...), "run-bf"); o.Status != Succeeded || rows != "2024-01-02: 12,2024-01-04: 12" || o.Moved != "" {
				t.Errorf("the next call: %s with rows %s, moved %q, error %s", o.Status, rows, o.Moved, o.Error)
			}
		})
	}
}

// No run goes on from phases that read a broken view: neither that of a later call, nor that of one which looked before it was broken.
func TestNothingResumesFromABrokenView(t *testing.T) {
	s := newShifty(t)
	broken, meanwhile := s.call(&counting{fails: 2}), s.call(&counting{})
	s.breakView()
	if _, o, _ := s.runs(broken, "run-bf"); o.Status != Failed {
		t.Fatalf("%s, want failed; %s", o.Status, o.Error)
	}
	s.mend()
	for what, r := range map[string]Runner{"looked before": meanwhile, "looked after": s.call(&counting{})} {
		_, o, rows := s.runs(r, "run-bf")
		if o.Status != Succeeded || rows != "2024-01-02: 12,2024-01-04: 12" || (o.Moved != "") != (what == "looked before") {
			t.Errorf("%s: %s with rows %s, moved %q, error %s", what, o.Status, rows, o.Moved, o.Error)
		}
	}
}

// What starts from tables of no contents that anyone could name is compared with nothing, kept by nobody and reused by nobody.
func TestWhatStartsFromMovedTables(t *testing.T) {
	s := newShifty(t)
	r := s.call(&counting{before: map[int]func(){1: s.breakView}, after: map[int]func(){1: s.mend}})
	from, before, _ := s.runs(r, "run-shared1")
	r.From = from
	r.Sources.Tables["s"] = s.call(&counting{}).Sources.Tables["s"] // nothing else tells by now that it changed
	tables, o, rows := s.runs(r, "run-bfd")
	if o.Status != Succeeded || rows != "2024-01-02: 6,2024-01-04: 12" || o.Moved != before.Moved || !strings.HasSuffix(o.Moved, "changed while shared1 ran") {
		t.Errorf("%s with rows %s, moved %q, error %s", o.Status, rows, o.Moved, o.Error)
	}
	report := &Report{Plan: r.Plan, Outcomes: map[string]*Outcome{"run-shared1": before, "run-bfd": o}, Verdicts: map[string]*Verdict{"compare": {Result: &compare.Result{Verdict: compare.Identical}}}}
	report.Conclude()
	if v := report.Verdicts["compare"].Result; v.Verdict != compare.NotComparable || report.ExitCode != workflows.ExitIncomparable {
		t.Errorf("%s, %s", v.Verdict, report.Conclusion)
	}
	if _, err := (Keeper{r.Plan, r.Sources, s.client, s.reg, io.Discard}).Keep(t.Context(), "keep", tables, o); !errors.Is(err, ErrArgument) || !strings.Contains(err.Error(), "changed while shared1 ran") {
		t.Errorf("it is kept: %v", err)
	}
	if _, o, rows := s.runs(s.call(&counting{}), "run-bf"); rows != "2024-01-02: 12,2024-01-04: 12" {
		t.Errorf("another call gets %s: %s, %s", rows, o.Status, o.Cache)
	}
}
