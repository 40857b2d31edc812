package cachetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

func runs(rows []cache.Row, err error) ([]string, error) {
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.RunID)
	}
	return ids, err
}

func table(name string) bq.Table { return bq.Table{Project: "dit-sandbox", Dataset: "d", Name: name} }

// sharing checks what lets one run use the tables of another, and lets nobody drop what another uses.
func sharing(t *testing.T, reg cache.Registry) {
	recent := time.Now().UTC().Truncate(time.Millisecond)
	key := cache.Key{Schema: cache.KeySchema, Pipeline: "sharing", Phases: []cache.Phase{{Start: "2024-01-01", End: "2024-01-02"}}}
	longer := key
	longer.Phases = append(longer.Phases, cache.Phase{Start: "2024-01-02", End: "2024-01-03"})
	foreign := key
	foreign.Commit = "another"
	put := func(id string, key cache.Key, status cache.Status, age time.Duration, change func(*cache.Row)) cache.Row {
		t.Helper()
		row := Row(id, key, 0)
		row.Status, row.StartedAt, row.ExpiresAt = status, recent.Add(-age), recent.Add(time.Hour)
		if change != nil {
			change(&row)
		}
		if err := reg.Insert(t.Context(), row); err != nil {
			t.Fatal(err)
		}
		return row
	}
	made := put("made", key, cache.Succeeded, time.Hour, func(r *cache.Row) {
		r.Scratch = []bq.Table{table("scratch")}
		o := r.Outputs["gaps"]
		o.View = &cache.View{Table: table("view"), Version: bq.Version{Etag: "v"}}
		r.Outputs["gaps"] = o
	})
	put("failed", longer, cache.Failed, time.Minute, nil)
	put("cancelled", key, cache.Cancelled, time.Minute, nil)
	put("outlived", key, cache.Succeeded, 2*time.Hour, func(r *cache.Row) { r.ExpiresAt = recent })
	put("foreign", foreign, cache.Succeeded, 0, nil)

	t.Run("kin", func(t *testing.T) {
		for limit, want := range map[int][]string{10: {"failed", "made"}, 1: {"failed"}} {
			got, err := runs(reg.Kin(t.Context(), "sharing", key.Stem().Digest(), recent, limit))
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("limit %d (-want +got): %v\n%s", limit, err, diff)
			}
		}
	})
	t.Run("naming", func(t *testing.T) {
		for _, c := range []struct {
			tables []bq.Table
			want   []string
		}{
			{[]bq.Table{table("t_made")}, []string{"made"}}, {[]bq.Table{table("view")}, []string{"made"}}, {[]bq.Table{table("scratch")}, []string{"made"}},
			{[]bq.Table{table("t_failed"), table("t_cancelled"), table("t_outlived"), table("unknown")}, []string{"cancelled", "failed", "outlived"}},
			{[]bq.Table{table("unknown")}, nil}, {nil, nil},
		} {
			got, err := runs(reg.Naming(t.Context(), c.tables))
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got): %v\n%s", c.tables, err, diff)
			}
		}
	})
	t.Run("complete", func(t *testing.T) {
		got, err := runs(reg.List(t.Context(), cache.Filter{Pipeline: "sharing", Limit: 1, Complete: true}))
		if diff := cmp.Diff([]string{"foreign", "cancelled", "failed", "made", "outlived"}, got); diff != "" || err != nil {
			t.Errorf("(-want +got): %v\n%s", err, diff)
		}
		if err := reg.Check(t.Context()); err != nil {
			t.Errorf("a registry that can be used is %v", err)
		}
	})
	t.Run("reuse", func(t *testing.T) {
		user := made
		user.ID, user.ReusedRunID, user.StartedAt = cache.ID{RunID: "user", Run: "bf"}, "made", recent
		if ok, err := cache.Reuse(t.Context(), reg, user, made); err != nil || !ok {
			t.Fatalf("a living row cannot be used: %v", err)
		}
		if got, err := runs(reg.Naming(t.Context(), []bq.Table{table("t_made")})); cmp.Diff([]string{"user", "made"}, got) != "" || err != nil {
			t.Errorf("the tables are named by %v, %v", got, err)
		}
		if _, err := reg.Mark(t.Context(), "made"); err != nil {
			t.Fatal(err)
		}
		late := user
		late.ID = cache.ID{RunID: "late", Run: "bf"}
		if ok, err := cache.Reuse(t.Context(), reg, late, made); err != nil || ok {
			t.Errorf("a cancelled row can be used (%v)", err)
		}
		rows, err := reg.List(t.Context(), cache.Filter{RunID: "late"})
		if err != nil || len(rows) != 1 || rows[0].Status != cache.Failed || rows[0].Error == "" {
			t.Errorf("the row of the run that came too late is %+v, %v", rows, err)
		}
	})
	t.Run("revoke", func(t *testing.T) {
		row := put("revoked", foreign, cache.Succeeded, 0, nil)
		for range 2 {
			ok, err := reg.Revoke(t.Context(), row.ID, cache.Succeeded, cache.Abandoned, "why")
			if err != nil {
				t.Fatal(err)
			}
			rows, err := reg.List(t.Context(), cache.Filter{RunID: "revoked"})
			if err != nil || len(rows) != 1 || rows[0].Status != cache.Failed || rows[0].Failure != cache.Abandoned || rows[0].Error != "why" {
				t.Errorf("revoked %v: %+v, %v", ok, rows, err)
			}
		}
		held := Row("alive", cache.Key{Pipeline: "sharing", Commit: "alive"}, 0)
		held.StartedAt = recent
		c, err := reg.Claim(t.Context(), held, long)
		if err != nil || !c.Granted {
			t.Fatal(err)
		}
		if ok, err := reg.Revoke(t.Context(), held.ID, cache.Running, cache.Abandoned, "why"); ok || err != nil {
			t.Errorf("a run that is alive can be revoked (%v)", err)
		}
		if err := cache.Holds(t.Context(), reg, c.Lease); err != nil {
			t.Errorf("the lease is %v", err)
		}
		standing, err := reg.Leases(t.Context(), held.CacheKey)
		if err != nil || len(standing) != 1 || !standing[0].Live || standing[0].ID != held.ID || time.Until(standing[0].Until) < long/2 {
			t.Errorf("leases %+v, %v", standing, err)
		}
		if _, err := reg.Mark(t.Context(), "alive"); err != nil {
			t.Fatal(err)
		}
		if err := cache.Holds(t.Context(), reg, c.Lease); !errors.Is(err, cache.ErrLost) {
			t.Errorf("the lease of a cancelled run is %v", err)
		}
	})
	t.Run("dead leases are told", func(t *testing.T) {
		row := Row("dead", cache.Key{Pipeline: "sharing", Commit: "dead"}, 0)
		row.StartedAt = recent
		claimed, err := reg.Claim(t.Context(), row, short)
		if err != nil || !claimed.Granted {
			t.Fatal(err)
		}
		time.Sleep(2 * short)
		standing, err := reg.Leases(t.Context(), row.CacheKey)
		if err != nil || len(standing) != 1 || standing[0].Live {
			t.Errorf("leases %+v, %v", standing, err)
		}
		if ok, err := reg.Revoke(t.Context(), row.ID, cache.Running, cache.Abandoned, "why"); !ok || err != nil {
			t.Errorf("a dead run cannot be revoked (%v)", err)
		}
		if err := reg.Renew(t.Context(), claimed.Lease, long); !errors.Is(err, cache.ErrLost) {
			t.Errorf("a revoked run that wakes up renews its lease: %v", err)
		}
	})
	t.Run("verdicts", func(t *testing.T) {
		want := []cache.Verdict{
			{RunID: "judged", Step: "compare-a", Pipeline: "p", Left: "l", Right: "r", Verdict: "IDENTICAL", ResultJSON: `{"a":"it's"}`, JudgedAt: recent},
			{RunID: "judged", Step: "compare-b", Pipeline: "p", Error: "broke", JudgedAt: recent},
		}
		if err := reg.Judge(t.Context(), []cache.Verdict{want[1], want[0]}); err != nil {
			t.Fatal(err)
		}
		got, err := reg.Verdicts(t.Context(), "judged")
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("(-want +got): %v\n%s", err, diff)
		}
		if got, err := reg.Verdicts(t.Context(), "unknown"); len(got) != 0 || err != nil {
			t.Errorf("an unknown call has %v, %v", got, err)
		}
	})
}
