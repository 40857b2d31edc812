//go:build sandbox

package steps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// vault is a dataset with the tables of a run, whose keeping is tested: one as it is, and one behind a view.
type vault struct {
	t       *testing.T
	client  *bigquery.Client
	dataset string
	reg     cache.BigQuery
	// made is the pipeline that is said to have made the tables.
	made  *workflows.Descriptor
	calls atomic.Int64
}

func newVault(t *testing.T, outputs ...workflows.Output) *vault {
	t.Helper()
	client, dataset := bqtest.Open(t, "golden")
	v := &vault{t: t, client: client, dataset: dataset, reg: cache.BigQuery{Client: client, Dataset: dataset}, made: &workflows.Descriptor{Name: "p", Outputs: outputs}}
	if err := v.reg.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *vault) table(name string) bq.Table {
	return bq.Table{Project: bqtest.Project, Dataset: v.dataset, Name: name}
}

func (v *vault) do(sql string) {
	v.t.Helper()
	if _, err := v.client.Query(strings.ReplaceAll(sql, "DATASET", v.dataset)).Read(v.t.Context()); err != nil {
		v.t.Fatal(sql, err)
	}
}

var plain, seen = workflows.Output{Name: "plain", Keys: []string{"x"}}, workflows.Output{Name: "seen", Keys: []string{"x"}, ViewSuffix: "_last"}

// plan is that of a call which keeps and finds the tables of one mode.
func (v *vault) plan() *workflows.Plan {
	id := fmt.Sprintf("%012x", v.calls.Add(1))
	return &workflows.Plan{Workflow: "golden-record", Pipeline: "p", Repository: "r", RunID: id, Project: bqtest.Project, Dataset: v.dataset, Descriptor: v.made,
		Params: map[string]string{"a": "1"}, Command: "dagger call golden check --pipeline=p --ref=abc", Bindings: []workflows.Binding{{Ref: "main", Commit: "c"}}, Steps: []workflows.Step{
			{ID: "run-bf", Kind: workflows.RunStep, Run: &workflows.Run{Name: "bf", History: []workflows.Phase{{}}}},
			{ID: "keep-bf", Kind: workflows.KeepStep, Golden: &workflows.Golden{Mode: "bf", Run: "run-bf", ID: id}},
			{ID: "golden-bf", Kind: workflows.GoldenStep, Golden: &workflows.Golden{Mode: "bf", Run: "run-bf"}}}}
}

func vaultSources() *Sources {
	return &Sources{Tables: map[string]SourceTable{"messages": {Identity: "p.d.t, etag e"}}}
}

// run makes the tables of a run, with so many rows.
func (v *vault) run(name string, rows int) (*Tables, *Outcome) {
	v.t.Helper()
	out := map[string]cache.Output{}
	for _, o := range v.made.Outputs {
		table := v.table(o.Name + "_" + name)
		v.do(fmt.Sprintf("CREATE TABLE DATASET.%s AS SELECT x, CONCAT('v', CAST(x AS STRING)) AS v FROM UNNEST(GENERATE_ARRAY(1, %d)) AS x", table.Name, rows))
		base, _, err := compare.FingerprintOf(v.t.Context(), v.client, table, compare.Options{})
		if err != nil {
			v.t.Fatal(err)
		}
		output := cache.Output{Table: table, Version: *base.Version, Fingerprint: base.Fingerprint}
		if o.ViewSuffix != "" {
			view := v.table(table.Name + o.ViewSuffix)
			v.do(fmt.Sprintf("CREATE VIEW DATASET.%s AS SELECT * FROM DATASET.%s WHERE x > 2", view.Name, table.Name))
			version, err := bq.Current(v.t.Context(), v.client, view)
			if err != nil {
				v.t.Fatal(err)
			}
			output.View = &cache.View{Table: view, Version: version}
		}
		out[o.Name] = output
	}
	return &Tables{Outputs: out}, &Outcome{RunID: "run_" + name}
}

func (v *vault) keep(tables *Tables, outcome *Outcome) *cache.Golden {
	v.t.Helper()
	g, err := Keeper{v.plan(), vaultSources(), v.client, v.reg, io.Discard}.Keep(v.t.Context(), "keep-bf", tables, outcome)
	if err != nil {
		v.t.Fatal(err)
	}
	return g
}

// check compares the tables of a run with the golden ones.
func (v *vault) check(tables *Tables) string {
	v.t.Helper()
	kept, _, err := Golden(v.t.Context(), v.client, v.reg, v.plan(), vaultSources(), "golden-bf")
	if errors.Is(err, ErrSpoilt) {
		return err.Error()
	}
	if err != nil {
		v.t.Fatal(err)
	}
	verdict, err := Compare(v.t.Context(), v.client, kept, tables, nil, v.made.Outputs[0], nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return fmt.Sprint(verdict.Result.Verdict, verdict.Result.Reasons)
}

// golden are the names of golden tables that are there.
func (v *vault) golden() (names []string) {
	v.t.Helper()
	for it := v.client.Dataset(v.dataset).Tables(v.t.Context()); ; {
		t, err := it.Next()
		if errors.Is(err, iterator.Done) {
			return names
		} else if err != nil {
			v.t.Fatal(err)
		}
		if strings.HasPrefix(t.TableID, "golden_") {
			names = append(names, t.TableID)
		}
	}
}

// whole checks that the question has so many recordings that are active, one or none, and that this is whole.
func (v *vault) whole(want int) {
	v.t.Helper()
	active, err := v.reg.Goldens(v.t.Context(), cache.GoldenFilter{Status: cache.GoldenActive})
	if err != nil || len(active) != want {
		v.t.Fatalf("%d are active, want %d; %v", len(active), want, err)
	}
	for _, g := range active {
		if problem, err := g.Changed(v.t.Context(), func(ctx context.Context, t bq.Table) (bq.Version, error) { return bq.Current(ctx, v.client, t) }); problem != "" || err != nil {
			v.t.Fatalf("%s is active: %s, %v", g.ID, problem, err)
		}
	}
}

func TestKeepAndCheck(t *testing.T) {
	v := newVault(t, seen)
	tables, outcome := v.run("a", 9)
	if _, _, err := Golden(t.Context(), v.client, v.reg, v.plan(), vaultSources(), "golden-bf"); !errors.Is(err, ErrArgument) || !strings.Contains(err.Error(), "there are none of this pipeline; record one") ||
		!strings.Contains(err.Error(), "dagger call golden record --pipeline=p --ref=REF") {
		t.Errorf("without a recording: %v", err)
	}
	started := time.Now()
	g := v.keep(tables, outcome)
	t.Logf("kept in %.1f s", time.Since(started).Seconds())
	v.whole(1)
	for _, table := range g.Tables() {
		meta, err := table.Of(v.client).Metadata(t.Context())
		if err != nil || !meta.ExpirationTime.IsZero() || meta.Type != bigquery.RegularTable || meta.Labels[cache.GoldenLabel] != g.ID || meta.Labels["dit_run_id"] != "" {
			t.Errorf("%s: %+v, %v", table, meta, err)
		}
	}
	if g.RunID != "run_a" || g.Commit != "c" || g.Ref != "main" || g.Outputs["seen"].Fingerprint != tables.Outputs["seen"].Fingerprint {
		t.Errorf("%+v", g)
	}
	if got := v.check(tables); got != "IDENTICAL[]" {
		t.Errorf("the run itself: %q", got)
	}
	same, _ := v.run("b", 9)
	if got := v.check(same); !strings.HasPrefix(got, "IDENTICAL") {
		t.Errorf("another run with the same rows: %q", got)
	}
	other, otherOutcome := v.run("c", 8)
	if got := v.check(other); !strings.HasPrefix(got, "DIFFERENT") {
		t.Errorf("other rows: %q", got)
	}
	// What the view showed stays, whatever becomes of the run's tables.
	v.do("DELETE FROM DATASET.seen_a WHERE x = 5")
	if got := v.check(same); !strings.HasPrefix(got, "IDENTICAL") {
		t.Errorf("after the run's tables were changed: %q", got)
	}

	elsewhere, moved := v.plan(), vaultSources()
	moved.Tables["messages"] = SourceTable{Identity: "p.d.t, etag f"}
	elsewhere.Params = map[string]string{"a": "2"}
	for _, want := range []string{`parameter a is "2", was "1"`, `source messages is "p.d.t, etag f", was "p.d.t, etag e"`, "nearest is " + g.ID + " (bf of main"} {
		if _, _, err := Golden(t.Context(), v.client, v.reg, elsewhere, moved, "golden-bf"); !errors.Is(err, ErrArgument) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}

	second := v.keep(other, otherOutcome)
	v.whole(1)
	if got := v.check(other); got != "IDENTICAL[]" {
		t.Errorf("after another was recorded: %q", got)
	}
	if names := v.golden(); len(names) != 2 || slices.ContainsFunc(names, func(n string) bool { return !strings.Contains(n, second.ID) }) {
		t.Errorf("golden tables are %q", names)
	}

	v.do("UPDATE DATASET." + second.Outputs["seen"].Table.Name + " SET v = 'other' WHERE x = 1")
	// The comparison sees it too, should it happen after the golden tables were looked at.
	verdict, err := Compare(t.Context(), v.client, &Tables{Outputs: second.Outputs}, other, nil, seen, nil)
	if err != nil || verdict.Result.Verdict != compare.NotComparable || !strings.HasPrefix(verdict.Result.Reasons[0], "table "+second.Outputs["seen"].Table.String()) {
		t.Errorf("a golden table was changed: %+v, %v", verdict, err)
	}
	if got := v.check(other); !strings.Contains(got, "golden tables are spoilt: recording "+second.ID+" of bf answers nothing: table "+second.Outputs["seen"].Table.String()+" is not what it was") {
		t.Errorf("a golden table was changed: %q", got)
	}
	if err := second.Outputs["seen"].Table.Of(v.client).Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := v.check(other); !strings.Contains(got, "golden tables are spoilt: recording "+second.ID+" of bf answers nothing: table "+second.Outputs["seen"].Table.String()+" is gone") {
		t.Errorf("a golden table is gone: %q", got)
	}
	states, err := ListGolden(t.Context(), v.client, v.reg, "p", true)
	var text strings.Builder
	if err := errors.Join(err, WriteGolden(&text, states)); err != nil || len(states) != 2 || states[1].Status != cache.GoldenReplaced || len(states[1].Remains) > 0 ||
		!strings.Contains(text.String(), second.ID+" answers nothing: table "+second.Outputs["seen"].Table.String()+" is gone") {
		t.Errorf("%+v, %v\n%s", states, err, text.String())
	}
	if done, err := Retire(t.Context(), v.client, v.reg, second.ID, ""); err != nil || len(done) != 1 || done[0].Was != cache.GoldenActive || len(done[0].Dropped) != 1 {
		t.Errorf("%+v, %v", done, err)
	}
	if done, err := Retire(t.Context(), v.client, v.reg, second.ID, ""); err != nil || done[0].Was != cache.GoldenRetired || len(done[0].Dropped) != 0 {
		t.Errorf("again: %+v, %v", done, err)
	}
	if _, err := Retire(t.Context(), v.client, v.reg, "ffffffffffff", ""); !errors.Is(err, ErrArgument) {
		t.Error(err)
	}
	v.whole(0)
	if names := v.golden(); len(names) != 0 {
		t.Errorf("left are %q", names)
	}
}
