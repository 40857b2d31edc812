// Package cachetest holds what every registry of runs must do.
package cachetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// now is when the tests take place: whole milliseconds, because registries may keep no more than microseconds.
var now = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// Row is a row that succeeded, to be varied.
func Row(run string, key cache.Key, age time.Duration) cache.Row {
	return cache.Row{ID: cache.ID{RunID: run, Run: "bf"}, CacheKey: key.Digest(), Key: key, Workflow: "mode-equivalence", ExperimentID: "exp", Status: cache.Succeeded,
		Outputs:   map[string]cache.Output{"gaps": {Table: bq.Table{Project: "dit-sandbox", Dataset: "d", Name: "t_" + run}, Version: bq.Version{Etag: "e", LastModified: 1, NumRows: 2}}},
		StartedAt: now.Add(-age), FinishedAt: now.Add(-age + time.Minute), ExpiresAt: now.Add(time.Hour)}
}

// Run checks a registry that is empty at first and is not used by others meanwhile.
func Run(t *testing.T, reg cache.Registry) {
	if err := reg.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	key := cache.Key{Schema: cache.KeySchema, Pipeline: "p", Commit: "c1", Params: map[string]string{"a": "it's \"quoted\" -- `x` \\ \n é"}}
	other := key
	other.Commit = "c2"
	elsewhere := key
	elsewhere.Pipeline = "q"

	find := func(t *testing.T, limit int) []string {
		t.Helper()
		rows, err := reg.Find(t.Context(), "p", key.Digest(), now, limit)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, r := range rows {
			ids = append(ids, r.RunID)
		}
		return ids
	}
	if got := find(t, 10); len(got) != 0 {
		t.Fatalf("an empty registry has %v", got)
	}

	reused := Row("reused", key, time.Minute)
	reused.ReusedRunID = "older"
	failed := Row("failed", key, time.Second)
	failed.Status, failed.Error, failed.Outputs = cache.Failed, "it broke", nil
	expired := Row("expired", key, time.Second)
	expired.ExpiresAt = now
	for _, row := range []cache.Row{Row("older", key, 2*time.Hour), Row("newer", key, time.Hour), Row("othercommit", other, 0), Row("elsewhere", elsewhere, 0), reused, failed, expired} {
		if err := reg.Insert(t.Context(), row); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"newer", "older", "reused", "othercommit"}, find(t, 10)); diff != "" {
		t.Errorf("order, expiry, status or pipeline (-want +got):\n%s", diff)
	}
	if got := find(t, 2); strings.Join(got, " ") != "newer older" {
		t.Errorf("limit 2 gives %v", got)
	}
	t.Run("a row comes back as it went in", func(t *testing.T) {
		rows, err := reg.Find(t.Context(), "p", key.Digest(), now, 1)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Row("newer", key, time.Hour), rows[0], cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("rows written at once are all kept", func(t *testing.T) {
		const writers = 6
		many := key
		many.Commit = "many"
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				if err := reg.Insert(t.Context(), Row(fmt.Sprintf("many%d", i), many, 0)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		rows, err := reg.Find(t.Context(), "p", many.Digest(), now, 100)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, r := range rows {
			if r.CacheKey == many.Digest() {
				n++
			}
		}
		if n != writers {
			t.Errorf("%d of %d rows were kept", n, writers)
		}
	})
	t.Run("leases", func(t *testing.T) { leases(t, reg) })
	t.Run("sharing", func(t *testing.T) { sharing(t, reg) })
	t.Run("detached", func(t *testing.T) { detached(t, reg) })
	t.Run("lists", func(t *testing.T) { lists(t, reg) })
	t.Run("goldens", func(t *testing.T) { goldens(t, reg) })
}
