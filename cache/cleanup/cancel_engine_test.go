//go:build sandbox

package cleanup_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cleanup"
	"github.com/GlobalFishingWatch/dit/runners"
)

// cancel expects the text to hold all of the words.
func (p *place) cancel(run string, words ...string) *cleanup.Cancelled {
	p.t.Helper()
	result, err := p.canceller().Run(p.t.Context(), run)
	if err != nil {
		p.t.Fatal(err)
	}
	p.says(result, words...)
	return result
}

func (p *place) says(result *cleanup.Cancelled, words ...string) {
	p.t.Helper()
	var text strings.Builder
	if err := result.Write(&text); err != nil {
		p.t.Fatal(err)
	}
	for _, w := range words {
		if !strings.Contains(text.String(), w) {
			p.t.Errorf("%q is not said:\n%s", w, text.String())
		}
	}
}

func TestATableThatIsReusedSurvives(t *testing.T) {
	p := somewhere(t)
	mine, view, shared := p.create("mine", runA, ""), p.create("view_"+runA, runA, "SELECT 1 AS a"), p.create("shared", runA, "")
	lent := p.create("lent_"+runC, runC, "SELECT 1 AS a") // of a call that took the run up, whose other runs may be about to read it
	p.create("foreign", "", "")
	a := p.row(runA, func(r *cache.Row) { r.Scratch = []bq.Table{view, lent, p.name(cache.TableName)} }, mine, shared)
	user := a
	user.ID, user.ReusedRunID, user.Scratch = cache.ID{RunID: runB, Run: "bf"}, runA, nil
	user.Outputs = map[string]cache.Output{"o": {Table: shared}}
	if ok, err := cache.Reuse(t.Context(), p.reg, user, a); !ok || err != nil {
		t.Fatal(err)
	}
	p.cancel(runA, "run "+runA+": cancelled (rows: 1", "dropped  dit-sandbox."+p.dataset+".mine\n", ".view_"+runA+"\n", ".shared: run "+runB+" (bf) answers with it")
	p.expect("foreign lent_" + runC + " shared")
	p.cancel(runA, "was cancelled before", "kept ")
	if len(p.jobs.calls) > 0 {
		t.Errorf("a run without region asked Dataflow: %v", p.jobs.calls)
	}
	p.cancel(runB, "dropped  ", ".shared")
	p.expect("foreign lent_" + runC)
	p.cancel(runA, "was cancelled before, and nothing is left of it\n")
}

func TestARunThatIsRunningIsStopped(t *testing.T) {
	p := somewhere(t)
	p.jobs.all = []*runners.Job{
		{ID: "j1", Name: "dit-1", Region: "r1", RunID: runA, State: "JOB_STATE_RUNNING"}, {ID: "j2", Region: "r1", RunID: runA, State: "JOB_STATE_DONE"},
		{ID: "j3", Region: "r1", RunID: runB, State: "JOB_STATE_RUNNING"},
	}
	row := p.row(runA, func(r *cache.Row) { r.Status, r.Region = cache.Running, "r1" }, p.create("half", "", ""))
	held := p.running(row, time.Hour)
	c := p.canceller()
	c.Stop = 1500 * time.Millisecond
	began := time.Now()
	result, err := c.Run(t.Context(), runA)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < c.Stop {
		t.Errorf("the process that was running had %s", took)
	}
	p.says(result, "ended    Dataflow job j1 (dit-1) in r1: CANCELLED", "dropped")
	p.expect("")
	if diff := cmp.Diff([]string{"list r1", "cancel j1", "wait j1", "list r1"}, p.jobs.calls); diff != "" {
		t.Errorf("Dataflow was asked (-want +got)\n%s", diff)
	}
	if err := cache.Holds(t.Context(), p.reg, held); !errors.Is(err, cache.ErrLost) {
		t.Errorf("the process is told %v", err)
	}
}

func TestWhatACallWouldStillBegin(t *testing.T) {
	p := somewhere(t)
	p.running(p.row(runA, func(r *cache.Row) { r.Status = cache.Running }, p.create("first", "", "")), time.Hour)
	if result, err := p.canceller().Run(t.Context(), runA); err != nil || result.Marked != 1 {
		t.Fatalf("%+v, %v", result, err)
	}
	next := p.row(runA, func(r *cache.Row) { r.Status, r.Run, r.CacheKey = cache.Running, "bfd", "another" })
	if c, err := p.reg.Claim(t.Context(), next, time.Hour); !errors.Is(err, cache.ErrCancelled) {
		t.Errorf("a process that was not told yet begins another run: %+v, %v", c, err)
	}
}

func TestWhatFailsIsDoneTheSecondTime(t *testing.T) {
	p := somewhere(t)
	p.jobs.all, p.jobs.stubborn = []*runners.Job{{ID: "j1", Name: "dit-1", Region: "r1", RunID: runA, State: "JOB_STATE_RUNNING"}, {ID: "j2", Region: "r1", RunID: runA, State: "JOB_STATE_RUNNING"}}, "j1"
	p.row(runA, func(r *cache.Row) { r.Region = "r1" }, p.create("a", runA, ""), p.create("b", runA, ""))
	p.refuse = func(r *http.Request) bool {
		return r.Method == http.MethodDelete && strings.HasSuffix(r.URL.Path, "/tables/a")
	}
	result, err := p.canceller().Run(t.Context(), runA)
	var incomplete *cleanup.IncompleteError
	if !errors.As(err, &incomplete) || len(incomplete.Problems) != 2 || !errors.Is(err, bq.ErrPermission) {
		t.Fatalf("error %v", err)
	}
	p.says(result, "ended    Dataflow job j2", "dropped  dit-sandbox."+p.dataset+".b", "problem  job j1 does not listen", "problem  drop table dit-sandbox."+p.dataset+".a: permission denied")
	p.expect("a")
	p.refuse, p.jobs.stubborn = nil, ""
	p.cancel(runA, "was cancelled before\n", "ended    Dataflow job j1", "dropped  dit-sandbox."+p.dataset+".a")
	p.expect("")
}

func TestNothingIsDroppedOfARunThatCannotBeMarked(t *testing.T) {
	p := somewhere(t)
	p.row(runA, nil, p.create("a", runA, ""))
	c := p.canceller()
	c.Registry = unmarkable{p.reg}
	if _, err := c.Run(t.Context(), runA); err == nil || !errors.Is(err, errUnmarkable) {
		t.Errorf("error %v", err)
	}
	p.expect("a")
}

var errUnmarkable = errors.New("cannot be marked")

type unmarkable struct{ cache.Registry }

func (unmarkable) Mark(context.Context, string) (int64, error) { return 0, errUnmarkable }

func TestAnExperimentIsCancelled(t *testing.T) {
	p := somewhere(t)
	a := p.create("a", runA, "")
	p.row(runA, nil, a)
	p.row(runB, func(r *cache.Row) { r.ReusedRunID = runA }, a)
	p.row(runC, func(r *cache.Row) {
		r.Status, r.Phases = cache.Failed, []cache.PhaseDone{{Status: cache.Succeeded}}
	}, p.create("failed", runC, ""))
	p.row("dddddddddddd", func(r *cache.Row) { r.ExperimentID = "other" }, p.create("other", runC, ""))
	for _, want := range []string{"experiment exp: cancelled (rows: 2", "experiment exp was cancelled before, and nothing is left of it"} {
		result, err := p.canceller().Experiment(t.Context(), "exp")
		if err != nil {
			t.Fatal(err)
		}
		p.says(result, want)
		p.expect("failed other")
	}
}

func TestWhatCannotBeMeantIsRefused(t *testing.T) {
	p := somewhere(t)
	elsewhere := bq.Table{Project: "their-project", Dataset: "d", Name: "t"}
	p.row(runA, nil, elsewhere)
	for _, c := range []struct {
		where, run, experiment string
		want                   error
		says                   string
	}{
		{p.dataset, runB, "", cleanup.ErrUnknown, "run " + runB + ": not known: no row of dit_runs in dataset " + p.dataset + " is of it; runs lists what is there"},
		{p.dataset, "", "none", cleanup.ErrUnknown, "experiment none: not known"},
		{p.dataset + "_not", runA, "", cleanup.ErrUnknown, "has no registry"},
		{p.dataset, runA, "", cleanup.ErrElsewhere, "give --project=their-project"},
	} {
		canceller := p.canceller()
		canceller.Registry, canceller.Where = cache.BigQuery{Client: p.client, Dataset: c.where}, c.where
		var err error
		if c.run != "" {
			_, err = canceller.Run(t.Context(), c.run)
		} else {
			_, err = canceller.Experiment(t.Context(), c.experiment)
		}
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v gives %v", c, err)
		}
	}
	if _, err := p.client.Dataset(p.dataset + "_not").Metadata(t.Context()); err == nil {
		t.Error("a dataset was made")
	}
}
