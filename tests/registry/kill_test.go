//go:build sandbox

package registry_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cleanup"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/steps"
)

var (
	kills = flag.Int("kills", 20, "how many processes TestKill kills")
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of what is drawn at random")
)

// TestKill kills runs at their n-th request, before the service has it or before its answer arrives. The first draws are of other
// requests each, until all are done. Whatever was left, the next call takes it from there, the tables come out right in the end,
// and at no moment does the registry say succeeded of anything else.
func TestKill(t *testing.T) {
	t.Logf("-seed %d", *seed)
	both := question{tag: "kill", modes: "bfd,mutate-recover", tail: 1}
	first := ask(t, both).source(t)
	first.run(t, newProxy(t), "run-shared1").want(t, steps.Succeeded)
	targets := []*killed{
		{question: question{modes: "bfd", tail: 2}, step: "run-bfd"},
		{question: both, step: "run-mutate-recover", from: filepath.Join(first.dir, "run-shared1", "tables.json")},
	}
	for _, k := range targets {
		alone := newProxy(t)
		r := k.run(t, "alone_"+k.step, first.sources, alone).want(t, steps.Succeeded)
		k.requests = alone.seen.Load()
		t.Logf("%s alone: %d requests, %.1f s", k.step, k.requests, r.outcome.Seconds)
	}
	var all errgroup.Group
	all.SetLimit(4)
	var planned, done atomic.Int64
	for i, v := range schedule(rand.New(rand.NewPCG(*seed, 0)), targets, *kills) {
		planned.Add(int64(len(v.points)))
		all.Go(func() error {
			t.Run(v.String(), func(t *testing.T) { v.kill(t, fmt.Sprintf("kill_%d", i), first.sources, &done) })
			return nil
		})
	}
	_ = all.Wait()
	t.Logf("%d runs were killed; %d ended before the request at which they were to be", done.Load(), planned.Load()-done.Load())
	if done.Load()*3 < planned.Load()*2 {
		t.Errorf("only %d of %d runs were killed: the schedule does not fit the runs", done.Load(), planned.Load())
	}
	collect(t)
}

// collect cleans up after all that was killed: what is left then are the tables of runs that succeeded, and all of these.
func collect(t *testing.T) {
	t.Helper()
	time.Sleep(lease)
	cleaner := cleanup.Cleaner{Client: world.client, Registry: world.reg, Dataset: world.dataset, Jobs: runners.NewJobs(project)}
	items, err := cleaner.Clean(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d things were cleaned up", len(items))
	rows, err := world.reg.List(t.Context(), cache.Filter{Complete: true})
	if err != nil {
		t.Fatal(err)
	}
	needed := map[bq.Table]bool{}
	for _, r := range rows {
		for _, table := range r.Tables() {
			if r.Status == cache.Succeeded && strings.HasPrefix(r.ExperimentID, "kill") {
				needed[table] = true
			}
		}
	}
	for tables := world.client.Dataset(world.dataset).Tables(t.Context()); ; {
		found, err := tables.Next()
		if errors.Is(err, iterator.Done) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		table := bq.Table{Project: found.ProjectID, Dataset: found.DatasetID, Name: found.TableID}
		if strings.Contains(table.Name, "_kill_") && !needed[table] {
			t.Errorf("%s was left behind by a run that did not succeed", table)
		}
		delete(needed, table)
	}
	for table := range needed {
		t.Errorf("%s is needed and was cleaned up", table)
	}
}

// kill asks the question once for each point and once more, looking at what is left after each.
func (v victim) kill(t *testing.T, tag, sources string, done *atomic.Int64) {
	for _, p := range v.points {
		by := newProxy(t)
		by.at, by.late = p.at, p.late
		dead := v.run(t, tag, sources, by)
		if alive := dead.survivors(t); len(alive) > 0 {
			t.Errorf("the run that was killed at %s left processes behind: %q", p, alive)
		}
		if by.struck.Load() {
			done.Add(1)
		} else {
			dead.want(t, steps.Succeeded, steps.Cached)
		}
		audit(t, tag)
		if t.Failed() {
			t.Fatalf("after the kill at %s\n%s", p, dead.stderr.String())
		}
		if p.patient {
			time.Sleep(lease)
		}
	}
	last := v.run(t, tag, sources, newProxy(t)).want(t, steps.Succeeded, steps.Cached)
	rows := audit(t, tag)
	for _, r := range rows {
		if r.Status == cache.Running {
			t.Errorf("run %s (%s) is still said to be running", r.RunID, r.Run)
		}
	}
	makers := computed(rows)[last.outcome.CacheKey]
	if len(makers) != 1 {
		t.Fatalf("%d runs are said to have computed the key, want 1", len(makers))
	}
	if diff := cmp.Diff(makers[0].Outputs, last.tables.Outputs); diff != "" { // whose rows were audited
		t.Errorf("the tables are not those of the run that computed them (-want +got)\n%s", diff)
	}
}
