package cachetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/GlobalFishingWatch/dit/cache"
)

// long is a lease that does not run out during a test, short one that does.
const long, short = time.Hour, 300 * time.Millisecond

// leases checks that at most one run at a time computes a key, and that nobody writes over another's row.
func leases(t *testing.T, reg cache.Registry) {
	key := func(name string) cache.Key {
		return cache.Key{Schema: cache.KeySchema, Pipeline: "leases", Commit: name}
	}
	begin := func(name, run string) cache.Row {
		row := Row(run, key(name), 0)
		row.StartedAt, row.ExpiresAt, row.Outputs = time.Now().UTC().Truncate(time.Millisecond), time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond), nil
		return row
	}
	claim := func(t *testing.T, row cache.Row, lease time.Duration) cache.Claim {
		t.Helper()
		c, err := reg.Claim(t.Context(), row, lease)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	rows := func(t *testing.T, run string) []cache.Row {
		t.Helper()
		found, err := reg.List(t.Context(), cache.Filter{RunID: run})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	t.Run("from claim to end", func(t *testing.T) {
		row := begin("life", "life1")
		c := claim(t, row, long)
		if !c.Granted || c.Previous != (cache.ID{}) {
			t.Fatalf("claim %+v", c)
		}
		row.Status = cache.Running
		row.FinishedAt = time.Time{}
		if diff := cmp.Diff([]cache.Row{row}, rows(t, "life1"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the row of a run that has begun (-want +got)\n%s", diff)
		}
		row.JobIDs, row.Phases = []string{"j1"}, []cache.PhaseDone{{Phase: cache.Phase{Start: "2024-01-01", End: "2024-01-02"}, Status: cache.Succeeded, Seconds: 1.5}}
		if err := reg.Progress(t.Context(), c.Lease, row); err != nil {
			t.Fatal(err)
		}
		if err := reg.Renew(t.Context(), c.Lease, long); err != nil {
			t.Fatal(err)
		}
		row.Status, row.FinishedAt = cache.Succeeded, row.StartedAt.Add(time.Minute)
		row.Outputs, row.ReusedRunID = Row("life1", row.Key, 0).Outputs, "life0" // one that found its tables after all
		if err := reg.End(t.Context(), c.Lease, row); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]cache.Row{row}, rows(t, "life1"), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the row of a run that has ended (-want +got)\n%s", diff)
		}
		for name, err := range map[string]error{"renew": reg.Renew(t.Context(), c.Lease, long), "progress": reg.Progress(t.Context(), c.Lease, row), "end": reg.End(t.Context(), c.Lease, row)} {
			if !errors.Is(err, cache.ErrLost) {
				t.Errorf("%s after the end gives %v", name, err)
			}
		}
		if again := claim(t, begin("life", "life2"), long); !again.Granted || again.Previous != (cache.ID{}) {
			t.Errorf("a key that was given back: %+v", again)
		}
	})
	t.Run("the second waits", func(t *testing.T) {
		first := begin("second", "second1")
		if c := claim(t, first, long); !c.Granted {
			t.Fatal("the first claim was refused")
		}
		c := claim(t, begin("second", "second2"), long)
		if c.Granted || c.Lease.ID != first.ID || !c.Until.After(time.Now()) {
			t.Errorf("the second claim: %+v", c)
		}
		if left := rows(t, "second2"); len(left) != 0 {
			t.Errorf("a refused claim left %+v", left)
		}
		if other := claim(t, begin("another key", "second3"), long); !other.Granted {
			t.Errorf("another key: %+v", other)
		}
	})
	t.Run("a dead holder is taken over", func(t *testing.T) {
		dead := begin("dead", "dead1")
		c := claim(t, dead, short)
		time.Sleep(2 * short)
		next := claim(t, begin("dead", "dead2"), long)
		if !next.Granted || next.Previous != dead.ID {
			t.Fatalf("the next claim: %+v", next)
		}
		dead.Status = cache.Succeeded
		for name, err := range map[string]error{"renew": reg.Renew(t.Context(), c.Lease, long), "progress": reg.Progress(t.Context(), c.Lease, dead), "end": reg.End(t.Context(), c.Lease, dead)} {
			if !errors.Is(err, cache.ErrLost) {
				t.Errorf("%s by the dead gives %v", name, err)
			}
		}
		if r := rows(t, "dead1"); len(r) != 1 || r[0].Status != cache.Failed || r[0].Failure != cache.Abandoned {
			t.Errorf("the row of the dead one: %+v", r)
		}
	})
	t.Run("many at once", func(t *testing.T) {
		const claimants = 8
		var all sync.WaitGroup
		var lock sync.Mutex
		var granted []string
		for i := range claimants {
			all.Go(func() {
				c, err := reg.Claim(t.Context(), begin("race", fmt.Sprint("race", i)), long)
				lock.Lock()
				defer lock.Unlock()
				if err != nil {
					t.Error(err)
				} else if c.Granted {
					granted = append(granted, c.Lease.ID.RunID)
				}
			})
		}
		all.Wait()
		if len(granted) != 1 {
			t.Fatalf("%d of %d claims were granted: %v", len(granted), claimants, granted)
		}
		for i := range claimants {
			run := fmt.Sprint("race", i)
			if n := len(rows(t, run)); n > 1 || (n == 1) != (run == granted[0]) {
				t.Errorf("%s left %d rows, and %s was granted", run, n, granted[0])
			}
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		row := begin("cancelled", "cancelled1")
		c := claim(t, row, long)
		for _, want := range []int64{1, 0} {
			if n, err := reg.Mark(t.Context(), "cancelled1"); err != nil || n != want {
				t.Errorf("marked %d rows, %v, want %d", n, err, want)
			}
		}
		if r := rows(t, "cancelled1"); len(r) != 1 || r[0].Status != cache.Cancelled || r[0].FinishedAt.IsZero() {
			t.Errorf("the row is %+v", r)
		}
		row.Status = cache.Succeeded
		if err := reg.End(t.Context(), c.Lease, row); !errors.Is(err, cache.ErrLost) {
			t.Errorf("the end of a cancelled run gives %v", err)
		}
		if c, err := reg.Claim(t.Context(), begin("something else", "cancelled1"), long); !errors.Is(err, cache.ErrCancelled) {
			t.Errorf("a cancelled call that begins another run gets %+v, %v", c, err)
		}
		if c, err := reg.Claim(t.Context(), begin("yet another", "life1"), long); !errors.Is(err, cache.ErrTaken) {
			t.Errorf("a call with the id of another gets %+v, %v", c, err)
		}
		if again := claim(t, begin("cancelled", "cancelled2"), long); !again.Granted {
			t.Errorf("the key of a cancelled run: %+v", again)
		}
	})
}

// lists checks the choice and order of rows.
func lists(t *testing.T, reg cache.Registry) {
	key := cache.Key{Schema: cache.KeySchema, Pipeline: "lists"}
	for i, status := range []cache.Status{cache.Succeeded, cache.Failed, cache.Succeeded} {
		row := Row(fmt.Sprint("list", i), key, time.Duration(i)*time.Hour)
		row.Status, row.ExperimentID = status, fmt.Sprint("exp", i/2)
		row.StartedAt = time.Now().Add(-time.Duration(i) * time.Hour).UTC().Truncate(time.Millisecond)
		if status == cache.Failed {
			row.Failure, row.Error = cache.FailedPipeline, "it broke"
		}
		if err := reg.Insert(t.Context(), row); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		filter cache.Filter
		want   []string
	}{
		{cache.Filter{Pipeline: "lists"}, []string{"list0", "list1", "list2"}},
		{cache.Filter{Pipeline: "lists", Limit: 2}, []string{"list0", "list1"}},
		{cache.Filter{Pipeline: "lists", Status: cache.Failed}, []string{"list1"}},
		{cache.Filter{Pipeline: "lists", ExperimentID: "exp0"}, []string{"list0", "list1"}},
		{cache.Filter{Pipeline: "lists", Since: time.Now().Add(-90 * time.Minute)}, []string{"list0", "list1"}},
		{cache.Filter{RunID: "list2"}, []string{"list2"}},
		{cache.Filter{RunID: "no such run"}, nil},
	} {
		rows, err := reg.List(t.Context(), c.filter)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, r.RunID)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v (-want +got)\n%s", c.filter, diff)
		}
	}
}
