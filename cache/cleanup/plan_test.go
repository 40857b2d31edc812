package cleanup

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
)

var now = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

const runA, runB, runC = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"

func named(name string) bq.Table { return bq.Table{Project: "p", Dataset: "d", Name: name} }

// rowOf is a row that succeeded two days ago, with its tables.
func rowOf(run string, change func(*cache.Row), tables ...string) cache.Row {
	r := cache.Row{ID: cache.ID{RunID: run, Run: "bf"}, CacheKey: "key " + run, Status: cache.Succeeded, Outputs: map[string]cache.Output{},
		StartedAt: now.Add(-48 * time.Hour), FinishedAt: now.Add(-47 * time.Hour), ExpiresAt: now.Add(24 * time.Hour)}
	for _, t := range tables {
		r.Outputs[t] = cache.Output{Table: named(t)}
	}
	if change != nil {
		change(&r)
	}
	return r
}

func found(name, run string) object {
	o := object{kind: DataTable, table: named(name), created: now.Add(-47 * time.Hour), modified: now.Add(-47 * time.Hour)}
	if run != "" {
		o.labels = map[string]string{runners.RunLabel: run, "dit_experiment_id": "e", "dit_pipeline": "p", "dit_commit_sha": "c"}
	}
	return o
}

// golden is a table with the label of a recording, and that of a run where one is given.
func golden(name, run string) object {
	o := found(name, run)
	if o.labels == nil {
		o.labels = map[string]string{}
	}
	o.labels[cache.GoldenLabel] = runB
	return o
}

func status(s cache.Status) func(*cache.Row) { return func(r *cache.Row) { r.Status = s } }

func expired(r *cache.Row) { r.ExpiresAt = now.Add(-time.Hour) }

func withPhase(r *cache.Row) {
	r.Status, r.Phases = cache.Failed, []cache.PhaseDone{{Status: cache.Succeeded}}
}

func TestWhatGoes(t *testing.T) {
	tA := "t_" + runA
	lease := func(run string, live bool) cache.Standing {
		return cache.Standing{Lease: cache.Lease{ID: cache.ID{RunID: run, Run: "bf"}}, Live: live}
	}
	lent := func(r *cache.Row) { r.Scratch = []bq.Table{named("s_" + runA), named("s_" + runB)} }
	old := func(r *cache.Row) { expired(r); r.StartedAt = now.Add(-72 * time.Hour) }
	for name, c := range map[string]struct {
		facts facts
		want  []string
	}{
		"what a run succeeded with stays":        {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runA, nil, tA)}}, nil},
		"what expired goes":                      {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runA, expired, tA)}}, []string{"table p.d." + tA + ": run aaaaaaaaaaaa (bf) expired 2024-05-01 11:00"}},
		"what expired a moment ago stays":        {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runA, func(r *cache.Row) { r.ExpiresAt = now.Add(-time.Minute) }, tA)}}, nil},
		"what a row that cannot be read names":   {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runA, func(r *cache.Row) { expired(r); r.Unreadable = "key_json" }, tA)}}, nil},
		"what was cancelled goes":                {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runA, status(cache.Cancelled), tA)}}, []string{"table p.d." + tA + ": run aaaaaaaaaaaa (bf) was cancelled"}},
		"what another run reuses stays":          {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runB, nil, tA), rowOf(runA, status(cache.Cancelled), tA)}}, nil},
		"what an expired run reused goes":        {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runB, expired, tA), rowOf(runA, status(cache.Cancelled), tA)}}, []string{"table p.d." + tA + ": run bbbbbbbbbbbb (bf) expired 2024-05-01 11:00"}},
		"a failed run without phases":            {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runA, status(cache.Failed), tA)}}, []string{"table p.d." + tA + ": run aaaaaaaaaaaa (bf) failed, with nothing to resume from"}},
		"a failed run that can be resumed stays": {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runA, withPhase, tA)}}, nil},
		"a failed run that was done again": {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{
			rowOf(runB, func(r *cache.Row) { r.CacheKey, r.StartedAt = "key "+runA, r.StartedAt.Add(time.Hour) }), rowOf(runA, withPhase, tA)}},
			[]string{"table p.d." + tA + ": run aaaaaaaaaaaa (bf) failed, and was done again since"}},
		"a failed run after one that succeeded stays": {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{
			rowOf(runA, withPhase, tA), rowOf(runB, func(r *cache.Row) { r.CacheKey, r.StartedAt = "key "+runA, r.StartedAt.Add(-time.Hour) })}}, nil},
		"a running run stays": {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runA, status(cache.Running), tA)}, leases: []cache.Standing{lease(runA, true)}}, nil},
		"a run whose lease ran out": {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runA, status(cache.Running), tA)}, leases: []cache.Standing{lease(runA, false), lease(runB, true)}},
			[]string{"run aaaaaaaaaaaa (bf): " + abandoned, "table p.d." + tA + ": run aaaaaaaaaaaa (bf) stopped without a word"}},
		"an abandoned run that can be resumed keeps its tables": {facts{objects: []object{found(tA, runA)}, rows: []cache.Row{rowOf(runA, func(r *cache.Row) { withPhase(r); r.Status = cache.Running }, tA)}},
			[]string{"run aaaaaaaaaaaa (bf): " + abandoned}},
		"an orphan with dit's labels":                  {facts{objects: []object{found(tA, runA)}}, []string{"table p.d." + tA + ": no row of the registry is of run aaaaaaaaaaaa"}},
		"an orphan with one label stays":               {facts{objects: []object{{kind: DataTable, table: named(tA), labels: map[string]string{runners.RunLabel: runA}}}}, nil},
		"a young orphan stays":                         {facts{grace: 48 * time.Hour, objects: []object{found(tA, runA)}}, nil},
		"a copy under another name stays":              {facts{objects: []object{found("my_copy", runA)}, rows: []cache.Row{rowOf(runA, old, tA)}}, nil},
		"what no row names, of an old run":             {facts{objects: []object{found(tA+"_mutated", runA)}, rows: []cache.Row{rowOf(runA, nil, tA)}}, []string{"table p.d." + tA + "_mutated: no row names it, also none of run aaaaaaaaaaaa"}},
		"what no row names, of a young run":            {facts{callTime: 72 * time.Hour, objects: []object{found(tA+"_mutated", runA)}, rows: []cache.Row{rowOf(runA, nil, tA)}}, nil},
		"what no row names, of a running run":          {facts{objects: []object{found(tA+"_mutated", runA)}, rows: []cache.Row{rowOf(runA, status(cache.Running))}, leases: []cache.Standing{lease(runA, true)}}, nil},
		"what a run reads of the call that took it up": {facts{objects: []object{found("s_"+runB, runB)}, rows: []cache.Row{rowOf(runA, func(r *cache.Row) { r.Status = cache.Running; lent(r) })}, leases: []cache.Standing{lease(runA, true)}}, nil},
		"what a cancelled run was lent by a call that goes on": {facts{objects: []object{found("s_"+runB, runB)}, rows: []cache.Row{rowOf(runA, func(r *cache.Row) { r.Status = cache.Cancelled; lent(r) }), rowOf(runB, status(cache.Running))},
			leases: []cache.Standing{lease(runB, true)}}, nil},
		"what a cancelled run was lent by a call that begins": {facts{callTime: 72 * time.Hour, objects: []object{found("s_"+runB, runB)}, rows: []cache.Row{rowOf(runA, func(r *cache.Row) { r.Status = cache.Cancelled; lent(r) })}}, nil},
		"what a cancelled run was lent by a call that is over": {facts{objects: []object{found("s_"+runB, runB)}, rows: []cache.Row{rowOf(runA, func(r *cache.Row) { r.Status = cache.Cancelled; lent(r) })}},
			[]string{"table p.d.s_bbbbbbbbbbbb: run aaaaaaaaaaaa (bf) was cancelled"}},
		"a killed run's table without labels":    {facts{objects: []object{found(tA, "")}, rows: []cache.Row{rowOf(runA, status(cache.Failed), tA)}}, []string{"table p.d." + tA + ": run aaaaaaaaaaaa (bf) failed, with nothing to resume from, before it could label it"}},
		"a table older than the row stays":       {facts{objects: []object{{kind: DataTable, table: named(tA), created: now.Add(-96 * time.Hour)}}, rows: []cache.Row{rowOf(runA, status(cache.Failed), tA)}}, nil},
		"a foreign table stays":                  {facts{objects: []object{found("theirs", ""), found(tA+"2", "")}, rows: []cache.Row{rowOf(runA, expired, tA)}}, nil},
		"the registry stays":                     {facts{objects: []object{found(cache.TableName, runA)}, rows: []cache.Row{rowOf(runA, expired, cache.TableName)}}, nil},
		"stored differences expire on their own": {facts{objects: []object{{kind: DataTable, table: named(tA), expires: true, labels: map[string]string{diffsLabel: "true", runners.RunLabel: runA}}}, rows: []cache.Row{rowOf(runA, old, tA)}}, nil},
		"a snapshot that nobody saw through":     {facts{callTime: 24 * time.Hour, objects: []object{{kind: DataTable, table: named(tA), begun: true, created: now.Add(-47 * time.Hour)}}}, []string{"table p.d." + tA + ": a snapshot of a source that nobody saw through"}},
		"a snapshot that is being made stays":    {facts{callTime: 24 * time.Hour, objects: []object{{kind: DataTable, table: named(tA), begun: true, created: now.Add(-time.Hour)}}}, nil},
		"a mutated table whose runs wait stays":  {facts{callTime: 24 * time.Hour, objects: []object{{kind: DataTable, table: named(tA), created: now.Add(-time.Hour), modified: now.Add(-time.Hour), labels: found(tA, runA).labels}}}, nil},
		"a pin stays, with its base's labels":    {facts{objects: []object{{kind: DataTable, table: named(tA), pin: true, labels: found(tA, runA).labels}}, rows: []cache.Row{rowOf(runA, old)}}, nil},
		"golden tables stay":                     {facts{objects: []object{golden("golden_gaps_"+runB, ""), golden("golden_gaps_"+runC, runA), golden(tA, runA)}, rows: []cache.Row{rowOf(runA, old)}}, nil},
		"a golden table before it is labelled":   {facts{objects: []object{found("golden_gaps_"+runB, ""), found("golden_gaps_"+runB, runA)}, rows: []cache.Row{rowOf(runA, old)}}, nil},
		"golden tables stay, whoever names them": {facts{objects: []object{golden(tA, runA)}, rows: []cache.Row{rowOf(runA, old, tA)}}, nil},
		"a dataset of a run that is over":        {facts{objects: []object{{kind: DataSet, table: bq.Table{Project: "p", Dataset: "x_" + runA}, labels: map[string]string{runners.RunLabel: runA, "created_by": "dit"}}}, rows: []cache.Row{rowOf(runA, old)}}, []string{"dataset p.x_aaaaaaaaaaaa: run aaaaaaaaaaaa (bf) expired 2024-05-01 11:00"}},
		"a dataset of a person's own":            {facts{objects: []object{{kind: DataSet, table: bq.Table{Project: "p", Dataset: "x_" + runA}, labels: map[string]string{runners.RunLabel: runA}}}, rows: []cache.Row{rowOf(runA, old)}}, nil},
		"a dataset of another registry's run":    {facts{objects: []object{{kind: DataSet, table: bq.Table{Project: "p", Dataset: "x"}, labels: map[string]string{runners.RunLabel: runC}}}, rows: []cache.Row{rowOf(runA, old)}}, nil},
		"a dataset whose table is reused":        {facts{objects: []object{{kind: DataSet, table: bq.Table{Project: "p", Dataset: "d"}, labels: map[string]string{runners.RunLabel: runA}}}, rows: []cache.Row{rowOf(runA, old), rowOf(runB, nil, tA)}}, nil},
		"a job whose run is over":                {facts{jobs: []runners.Job{{ID: "j", Name: "dit-j", Region: "r", RunID: runA, State: "JOB_STATE_RUNNING"}}, rows: []cache.Row{rowOf(runA, nil)}}, []string{"job j: dit-j in region r is RUNNING, and its run is not"}},
		"a job whose run is running":             {facts{jobs: []runners.Job{{ID: "j", RunID: runA, State: "JOB_STATE_RUNNING"}}, rows: []cache.Row{rowOf(runA, status(cache.Running))}, leases: []cache.Standing{lease(runA, true)}}, nil},
		"a job of another registry, or ended":    {facts{jobs: []runners.Job{{ID: "j", RunID: runC, State: "JOB_STATE_RUNNING"}, {ID: "k", RunID: runA, State: "JOB_STATE_DONE"}}, rows: []cache.Row{rowOf(runA, nil)}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c.facts.now = now
			var got []string
			for _, i := range c.facts.plan() {
				got = append(got, string(i.Kind)+" "+i.Name+": "+i.Reason)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestNothingNeededEverGoes makes up registries and datasets. Its own idea of what must stay is as simple as can be.
func TestNothingNeededEverGoes(t *testing.T) {
	removed, kept := 0, 0
	for seed := range uint64(20000) {
		r := rand.New(rand.NewPCG(seed, 1))
		pick := func(all ...string) string { return all[r.IntN(len(all))] }
		run := func() string { return pick(runA, runB, runC) }
		table := func() string { return pick("t_", "u_") + pick(runA, runB, runC, "x") }
		hours := func() time.Duration { return time.Duration(r.IntN(144)-96) * time.Hour }
		f := facts{now: now, grace: time.Duration(r.IntN(2)) * time.Hour, callTime: time.Duration(r.IntN(2)) * 24 * time.Hour}
		for i := range r.IntN(6) {
			row := rowOf(run(), func(row *cache.Row) {
				row.Run, row.CacheKey, row.StartedAt, row.ExpiresAt = fmt.Sprint("run", i), pick("k1", "k2"), now.Add(-hours().Abs()), now.Add(hours())
				row.Status = cache.Status(pick("running", "succeeded", "failed", "cancelled"))
				if r.IntN(2) == 0 {
					row.Phases = []cache.PhaseDone{{Status: cache.Succeeded}}
				}
			}, table(), table())
			if r.IntN(2) == 0 {
				row.Scratch = []bq.Table{named(table())}
			}
			f.rows = append(f.rows, row)
			if r.IntN(3) > 0 {
				f.leases = append(f.leases, cache.Standing{Lease: cache.Lease{ID: row.ID}, Live: r.IntN(2) == 0})
			}
		}
		for i := range r.IntN(6) {
			o := found(table(), pick(run(), ""))
			o.created = now.Add(-hours().Abs())
			o.table.Name += pick("", "", fmt.Sprint(i))
			if r.IntN(4) == 0 {
				delete(o.labels, "dit_pipeline")
			}
			if !slices.ContainsFunc(f.objects, func(other object) bool { return other.table == o.table }) {
				f.objects = append(f.objects, o)
			}
		}
		for _, item := range f.plan() {
			if item.Kind != DataTable {
				continue
			}
			removed++
			i := slices.IndexFunc(f.objects, func(o object) bool { return o.table == item.table })
			if why := mustStay(f, f.objects[i]); why != "" {
				t.Fatalf("seed %d: %s goes (%s), but %s", seed, item.Name, item.Reason, why)
			}
		}
		kept += len(f.objects)
	}
	if kept -= removed; removed < 1000 || kept < 1000 {
		t.Errorf("%d tables went and %d stayed: too few to prove anything", removed, kept)
	}
}

func mustStay(f facts, o object) string {
	runID, itsOwn := o.labels[runners.RunLabel], false
	for _, r := range f.rows {
		names := slices.Contains(r.Tables(), o.table)
		itsOwn = itsOwn || r.RunID == runID || names && o.created.After(r.StartedAt)
		held := slices.ContainsFunc(f.leases, func(s cache.Standing) bool { return s.ID == r.ID && s.Live })
		again := slices.ContainsFunc(f.rows, func(s cache.Row) bool {
			return s.CacheKey == r.CacheKey && s.Status == cache.Succeeded && s.StartedAt.After(r.StartedAt)
		})
		switch {
		case r.RunID == runID && !names && r.Status == cache.Running && held && !slices.ContainsFunc(f.rows, func(s cache.Row) bool { return slices.Contains(s.Tables(), o.table) }):
			return "run " + r.RunID + " is running and may have made it"
		case !names:
		case r.Status == cache.Running && held, r.Status == cache.Succeeded && r.ExpiresAt.After(now),
			(r.Status == cache.Failed || r.Status == cache.Running) && r.ExpiresAt.After(now) && len(r.Phases) > 0 && !again:
			return "run " + r.RunID + " (" + r.Run + ") needs it"
		}
	}
	if runID == "" && !itsOwn {
		return "it is foreign"
	}
	if runID != "" && !itsOwn && o.labels["dit_pipeline"] == "" {
		return "it is foreign, with a label like dit's"
	}
	return ""
}

func TestItemsAreWritten(t *testing.T) {
	write := func(items ...Item) string {
		var b strings.Builder
		if err := WriteItems(&b, items); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	item := Item{Kind: DataTable, Name: "p.d.t", Reason: "why"}
	done, stays := item, item
	done.became(Removed, "")
	stays.became(KeptAfter, "run x needs it")
	if got := write(); got != "nothing to clean up\n" {
		t.Errorf("nothing is written as %q", got)
	}
	if got, want := write(item), "would go  table    p.d.t: why\n1 to clean up; nothing was changed: --apply does it\n"; got != want {
		t.Errorf("a plan is written as\n%swant\n%s", got, want)
	}
	if got, want := write(done, stays), "removed   table    p.d.t: why\nkept      table    p.d.t: why; kept: run x needs it\n"; got != want {
		t.Errorf("what was done is written as\n%swant\n%s", got, want)
	}
}
