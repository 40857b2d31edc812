//go:build sandbox

package cleanup_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/google/go-cmp/cmp"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cleanup"
	"github.com/GlobalFishingWatch/dit/runners"
)

func expired(r *cache.Row) { r.ExpiresAt = time.Now().Add(-30 * time.Minute) }

func resumable(r *cache.Row) {
	r.Status, r.Phases = cache.Failed, []cache.PhaseDone{{Status: cache.Succeeded}}
}

// clean applies or plans, and gives "kind name outcome" without the project and dataset.
func (p *place) clean(c cleanup.Cleaner, apply bool) []string {
	p.t.Helper()
	items, err := c.Clean(p.t.Context(), apply)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.short(items)
}

func (p *place) short(items []cleanup.Item) (out []string) {
	for _, i := range items {
		out = append(out, strings.TrimSpace(string(i.Kind)+" "+strings.TrimPrefix(i.Name, "dit-sandbox."+p.dataset+".")+" "+string(i.Outcome)))
	}
	slices.Sort(out)
	return out
}

func TestOnlyWhatNobodyNeedsGoes(t *testing.T) {
	p := somewhere(t)
	p.row(runA, expired, p.create("expired_"+runA, runA, ""))
	p.row(runA, func(r *cache.Row) {
		expired(r)
		r.Run, r.Scratch = "mutate", []bq.Table{p.create("view_"+runA, runA, "SELECT 1 AS a")}
	})
	p.row(runB, nil, p.create("living_"+runB, runB, ""))
	reused := p.create("reused_"+runA, runA, "")
	p.row(runA, func(r *cache.Row) { expired(r); r.Run = "bfd" }, reused)
	p.row(runB, func(r *cache.Row) { r.Run, r.ReusedRunID = "bfd", runA }, reused)
	p.row(runC, func(r *cache.Row) { r.Status = cache.Cancelled }, p.create("unlabelled_"+runC, "", ""))
	p.row(runC, func(r *cache.Row) { resumable(r); r.Run = "bfd" }, p.create("resumable_"+runC, runC, ""))
	p.create("orphan_dddddddddddd", "dddddddddddd", "")
	p.create("foreign", "", "")
	p.create("unlabelled_"+runC+"2", "", "")
	p.create("copy_of_theirs", runA, "")
	base := p.create("base_"+runB, runB, "")
	p.row(runB, func(r *cache.Row) { r.Run = "base" }, base)
	meta, err := base.Of(p.client).Metadata(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	pin, _, err := bq.Snapshot(t.Context(), p.client, bq.Past{Base: base, At: time.Now()}, meta.CreationTime, base.Project, base.Dataset, nil, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"table expired_" + runA, "table orphan_dddddddddddd", "table unlabelled_" + runC, "view view_" + runA}
	all := p.there()
	careful := p.cleaner()
	careful.Grace, careful.CallTime = time.Hour, time.Hour
	if got := p.clean(careful, true); !slices.Contains(got, "table expired_"+runA+" removed") || slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "orphan") }) {
		t.Errorf("with time of grace: %v", got)
	}
	p.create("expired_"+runA, runA, "")
	p.create("view_"+runA, runA, "SELECT 1 AS a")
	p.create("unlabelled_"+runC, "", "")
	if diff := cmp.Diff(want, p.clean(p.cleaner(), false)); diff != "" {
		t.Errorf("the plan (-want +got)\n%s", diff)
	}
	p.expect(all)
	for i := range want {
		want[i] += " removed"
	}
	if diff := cmp.Diff(want, p.clean(p.cleaner(), true)); diff != "" {
		t.Errorf("what was done (-want +got)\n%s", diff)
	}
	p.expect("base_" + runB + " copy_of_theirs foreign living_" + runB + " " + pin.Name + " resumable_" + runC + " reused_" + runA + " unlabelled_" + runC + "2")
	if got := p.clean(p.cleaner(), true); len(got) > 0 {
		t.Errorf("the second time: %v", got)
	}
}

func TestAbandonedRunsAreEndedAndTheirTablesGo(t *testing.T) {
	p := somewhere(t)
	p.jobs.all = []*runners.Job{{ID: "dead", Region: "r1", RunID: runA, State: "JOB_STATE_RUNNING"}, {ID: "alive", Region: "r1", RunID: runB, State: "JOB_STATE_RUNNING"},
		{ID: "theirs", Region: "r1", RunID: "eeeeeeeeeeee", State: "JOB_STATE_RUNNING"}}
	begin := func(run string, lease time.Duration, change func(*cache.Row)) {
		p.running(p.row(run, func(r *cache.Row) {
			r.Status, r.Region = cache.Running, "r1"
			if change != nil {
				change(r)
			}
		}, p.create("t_"+run, "", "")), lease)
	}
	begin(runA, time.Millisecond, nil)
	begin(runB, time.Hour, nil)
	begin(runC, time.Millisecond, func(r *cache.Row) { resumable(r); r.Status = cache.Running })
	want := []string{"job dead removed", "run aaaaaaaaaaaa (bf) removed", "run cccccccccccc (bf) removed", "table t_aaaaaaaaaaaa removed"}
	if diff := cmp.Diff(want, p.clean(p.cleaner(), true)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	p.expect("t_" + runB + " t_" + runC)
	for run, status := range map[string]cache.Status{runA: cache.Failed, runB: cache.Running, runC: cache.Failed} {
		rows, err := p.reg.List(t.Context(), cache.Filter{RunID: run})
		if err != nil || len(rows) != 1 || rows[0].Status != status || status == cache.Failed && rows[0].Failure != cache.Abandoned {
			t.Errorf("run %s is %+v, %v", run, rows, err)
		}
	}
	if slices.Contains(p.jobs.calls, "cancel alive") || slices.Contains(p.jobs.calls, "cancel theirs") {
		t.Errorf("Dataflow was asked %v", p.jobs.calls)
	}
	if got := p.clean(p.cleaner(), true); len(got) > 0 {
		t.Errorf("the second time: %v", got)
	}
}

// naming adds a row when it is asked who names a table for the n-th time: the last moment at which another can come.
type naming struct {
	cache.BigQuery
	late func()
}

func (n naming) Naming(ctx context.Context, tables []bq.Table) ([]cache.Row, error) {
	n.late()
	return n.BigQuery.Naming(ctx, tables)
}

func TestWhoComesBetweenKeepsHisTable(t *testing.T) {
	p := somewhere(t)
	a, b, c := p.create("a_"+runA, runA, ""), p.create("b_"+runA, runA, ""), p.create("c_"+runA, runA, "")
	p.row(runA, expired, a, b, c)
	plan, err := p.cleaner().Plan(t.Context())
	if err != nil || len(plan) != 3 {
		t.Fatalf("%v, %v", plan, err)
	}
	p.row(runB, nil, a) // between plan and apply
	var update bigquery.TableMetadataToUpdate
	update.SetLabel("mine", "now")
	if _, err := b.Of(p.client).Update(t.Context(), update, ""); err != nil {
		t.Fatal(err)
	}
	late := p.cleaner()
	late.Registry = naming{p.reg, func() { p.row(runC, nil, c) }}
	items, err := late.Apply(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"table a_" + runA + " kept", "table b_" + runA + " kept", "table c_" + runA + " kept"}, p.short(items)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	p.expect("a_" + runA + " b_" + runA + " c_" + runA)
}

func TestARunThatWakesUpIsNotEnded(t *testing.T) {
	p := somewhere(t)
	woke, done := p.row(runA, func(r *cache.Row) { r.Status = cache.Running }), p.row(runB, func(r *cache.Row) { r.Status = cache.Running })
	first, second := p.running(woke, time.Millisecond), p.running(done, time.Millisecond)
	plan, err := p.cleaner().Plan(t.Context())
	if err != nil || len(plan) != 2 {
		t.Fatalf("%v, %v", plan, err)
	}
	if err := p.reg.Renew(t.Context(), first, time.Hour); err != nil {
		t.Fatal(err)
	}
	done.Status = cache.Succeeded
	if err := p.reg.End(t.Context(), second, done); err != nil {
		t.Fatal(err)
	}
	items, err := p.cleaner().Apply(t.Context(), plan)
	if diff := cmp.Diff([]string{"run " + runA + " (bf) kept", "run " + runB + " (bf) kept"}, p.short(items)); diff != "" || err != nil {
		t.Errorf("(-want +got): %v\n%s", err, diff)
	}
}

func TestWhatCannotBeDroppedIsSaid(t *testing.T) {
	p := somewhere(t)
	p.row(runA, expired, p.create("a_"+runA, runA, ""), p.create("b_"+runA, runA, ""))
	p.refuse = func(r *http.Request) bool {
		return r.Method == http.MethodDelete && strings.HasSuffix(r.URL.Path, "/a_"+runA)
	}
	items, err := p.cleaner().Clean(t.Context(), true)
	if err == nil || !strings.Contains(err.Error(), "a_"+runA) || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff([]string{"table a_" + runA + " failed", "table b_" + runA + " removed"}, p.short(items)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	p.expect("a_" + runA)
}

func TestADatasetOfARunGoesWithWhatIsInIt(t *testing.T) {
	p := somewhere(t)
	made := p.client.Dataset(p.dataset + "_" + runA)
	if err := made.Create(t.Context(), &bigquery.DatasetMetadata{Labels: map[string]string{"dit_run_id": runA, "created_by": "dit"}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { made.DeleteWithContents(context.Background()) })
	if err := made.Table("inside").Create(t.Context(), &bigquery.TableMetadata{Schema: bigquery.Schema{{Name: "a", Type: bigquery.IntegerFieldType}}}); err != nil {
		t.Fatal(err)
	}
	if got := p.clean(p.cleaner(), true); len(got) > 0 {
		t.Errorf("the dataset of a run that the registry does not know: %v", got)
	}
	p.row(runA, expired)
	if diff := cmp.Diff([]string{"dataset dit-sandbox." + p.dataset + "_" + runA + " removed"}, p.clean(p.cleaner(), true)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := made.Metadata(t.Context()); !errors.Is(bq.Classify(err), bq.ErrNotFound) {
		t.Errorf("the dataset is there: %v", err)
	}
}

func TestRegistriesThatAreNotThisDitsAreLeftAlone(t *testing.T) {
	p := somewhere(t)
	none := p.cleaner()
	none.Dataset += "_not"
	none.Registry = cache.BigQuery{Client: p.client, Dataset: none.Dataset}
	if _, err := none.Clean(t.Context(), true); !errors.Is(err, cleanup.ErrUnknown) {
		t.Errorf("a dataset without registry is %v", err)
	}
	if _, err := p.client.Dataset(none.Dataset).Metadata(t.Context()); err == nil {
		t.Error("a dataset was made")
	}
	label := func(version string) {
		t.Helper()
		var update bigquery.TableMetadataToUpdate
		update.SetLabel("dit_schema", version)
		if _, err := p.name(cache.TableName).Of(p.client).Update(t.Context(), update, ""); err != nil {
			t.Fatal(err)
		}
	}
	orphan := "o_" + runA
	p.create(orphan, runA, "")
	label("99")
	var newer *cache.NewerError
	if _, err := p.cleaner().Clean(t.Context(), true); !errors.As(err, &newer) {
		t.Errorf("a later registry is %v", err)
	}
	if _, err := p.canceller().Run(t.Context(), runA); !errors.As(err, &newer) {
		t.Errorf("cancelling in a later registry is %v", err)
	}
	label("1")
	var older *cache.OlderError
	if _, err := p.cleaner().Clean(t.Context(), false); !errors.As(err, &older) {
		t.Errorf("a plan on an earlier registry is %v", err)
	}
	p.expect(orphan)
	if diff := cmp.Diff([]string{"table " + orphan + " removed"}, p.clean(p.cleaner(), true)); diff != "" {
		t.Errorf("an earlier registry is brought up to date (-want +got)\n%s", diff)
	}
}
