//go:build sandbox

package registry_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/steps"
)

// TestRace lets eight processes at a time ask fifty times for twelve different tables. Each is made once; everybody gets it.
func TestRace(t *testing.T) {
	const atOnce, requests, keys = 8, 50, 12
	t.Logf("-seed %d", *seed)
	asked := make([]int, requests)
	for i := range asked {
		asked[i] = i % keys
		if i < atOnce {
			asked[i] = i % 2 // at the start all ask for the same two
		}
	}
	draw := rand.New(rand.NewPCG(*seed, 1))
	rest := asked[atOnce:]
	draw.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })

	tag := func(key int) string { return fmt.Sprintf("race_%d", key) }
	dir := t.TempDir()
	first := ask(t, question{tag: "race", modes: "bf"}).source(t)
	results := make([]result, requests)
	var all errgroup.Group
	all.SetLimit(atOnce)
	for i, key := range asked {
		all.Go(func() error {
			t.Run(fmt.Sprintf("request %d for %s", i, tag(key)), func(t *testing.T) {
				c := ask(t, question{tag: tag(key), modes: "bf"})
				c.sources, c.count = first.sources, filepath.Join(dir, tag(key))
				c.env = []string{fmt.Sprintf("%s=%dms", pauseVariable, key%3*300)}
				results[i] = c.run(t, newProxy(t), "run-bf").want(t, steps.Succeeded, steps.Cached)
			})
			return nil
		})
	}
	_ = all.Wait()
	if t.Failed() {
		return
	}
	for key := range keys {
		if n := len((&call{count: filepath.Join(dir, tag(key))}).invocations(t)); n != 1 {
			t.Errorf("%s: the pipeline ran %d times, want once", tag(key), n)
		}
		rows := audit(t, tag(key))
		asks := 0
		var last *result
		for i, k := range asked {
			if k != key {
				continue
			}
			asks++
			if last != nil {
				if diff := cmp.Diff(last.tables, results[i].tables); diff != "" {
					t.Errorf("%s: request %d got other tables than one before\n%s", tag(key), i, diff)
				}
			}
			last = &results[i]
		}
		ids := map[cache.ID]bool{}
		for _, r := range rows {
			ids[r.ID] = true
			if r.Status != cache.Succeeded {
				t.Errorf("%s: run %s is %s", tag(key), r.RunID, r.Status)
			}
		}
		if makers := computed(rows); len(rows) != asks || len(ids) != asks || len(makers) != 1 || len(makers[last.outcome.CacheKey]) != 1 {
			t.Errorf("%s: %d rows of %d calls, %d keys, %d by computing; want one a call, one key, one by computing",
				tag(key), len(rows), len(ids), len(makers), len(makers[last.outcome.CacheKey]))
		}
	}
}
