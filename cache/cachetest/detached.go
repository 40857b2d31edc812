package cachetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
)

// detached checks that a run that was left is taken up by one, as it was left.
func detached(t *testing.T, reg cache.Registry) {
	key := cache.Key{Schema: cache.KeySchema, Pipeline: "detached", Commit: "c"}
	row := Row("detached1", key, 0)
	row.StartedAt, row.ExpiresAt = time.Now().UTC().Truncate(time.Millisecond), time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	c, err := reg.Claim(t.Context(), row, long)
	if err != nil || !c.Granted {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, ok, err := reg.Resume(t.Context(), row, long); ok || err != nil {
		t.Errorf("a run that is running was taken up: %v, %v", ok, err)
	}
	row.JobIDs = []string{"j1", "j2"}
	row.Phases = []cache.PhaseDone{{Phase: cache.Phase{Start: "2024-01-01", End: "2024-01-02"}, Status: cache.Succeeded, Jobs: []runners.JobReport{{ID: "j1", State: "DONE"}}}}
	row.Status, row.FinishedAt = cache.Detached, time.Time{}
	if err := reg.End(t.Context(), c.Lease, row); err != nil {
		t.Fatal(err)
	}
	kin, err := reg.Kin(t.Context(), key.Pipeline, key.Stem().Digest(), time.Now(), 10)
	if diff := cmp.Diff([]cache.Row{row}, kin, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Fatalf("the row that was left (-want +got), %v\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"j2"}, kin[0].Pending()); diff != "" {
		t.Errorf("pending jobs (-want +got)\n%s", diff)
	}
	if found, err := reg.Find(t.Context(), key.Pipeline, key.Digest(), time.Now(), 10); len(found) != 0 || err != nil {
		t.Errorf("a run that was left answers: %+v, %v", found, err)
	}
	held, ok, err := reg.Resume(t.Context(), kin[0], long)
	if !ok || err != nil || held.ID != row.ID {
		t.Fatalf("%+v, %v, %v", held, ok, err)
	}
	if _, ok, err := reg.Resume(t.Context(), kin[0], long); ok || err != nil {
		t.Errorf("it was taken up twice: %v, %v", ok, err)
	}
	other := Row("detached2", key, 0)
	if c, err := reg.Claim(t.Context(), other, long); c.Granted || err != nil {
		t.Errorf("another run of the key began: %+v, %v", c, err)
	}
	if err := reg.Progress(t.Context(), c.Lease, row); !errors.Is(err, cache.ErrLost) {
		t.Errorf("who left it writes again: %v", err)
	}
	row.Status, row.FinishedAt = cache.Succeeded, row.StartedAt.Add(time.Minute)
	if err := reg.End(t.Context(), held, row); err != nil {
		t.Fatal(err)
	}
	if found, err := reg.Find(t.Context(), key.Pipeline, key.Digest(), time.Now(), 10); len(found) != 1 || err != nil {
		t.Errorf("it does not answer: %+v, %v", found, err)
	}

	key.Commit = "d"
	row = Row("detached3", key, 0)
	row.StartedAt, row.ExpiresAt = time.Now().UTC().Truncate(time.Millisecond), time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	if c, err = reg.Claim(t.Context(), row, long); err != nil {
		t.Fatal(err)
	}
	row.Status = cache.Detached
	if err := reg.End(t.Context(), c.Lease, row); err != nil {
		t.Fatal(err)
	}
	if n, err := reg.Mark(t.Context(), "detached3"); n != 1 || err != nil {
		t.Errorf("%d marked, %v", n, err)
	}
	if _, ok, err := reg.Resume(t.Context(), row, long); ok || err != nil {
		t.Errorf("a cancelled run was taken up: %v, %v", ok, err)
	}
}
