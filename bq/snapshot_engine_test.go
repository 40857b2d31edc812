//go:build sandbox

package bq_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
)

// pins is a dataset with a table to take snapshots of.
type pins struct {
	*testing.T
	client  *bigquery.Client
	dataset string
}

func newPins(t *testing.T) pins {
	client, dataset := bqtest.Open(t, "bq_pins")
	if err := bq.EnsureDataset(t.Context(), client, dataset); err != nil {
		t.Fatal(err)
	}
	p := pins{t, client, dataset}
	p.run("CREATE TABLE d.base AS SELECT 1 AS x")
	return p
}

func (p pins) run(sql string) [][]bigquery.Value {
	p.Helper()
	rows, err := p.client.Query(strings.ReplaceAll(sql, " d.", " "+p.dataset+".")).Read(p.Context())
	if err != nil {
		p.Fatalf("%s: %v", sql, err)
	}
	var all [][]bigquery.Value
	for {
		var row []bigquery.Value
		if rows.Next(&row) != nil {
			return all
		}
		all = append(all, row)
	}
}

func (p pins) table(name string) bq.Table {
	return bq.Table{Project: bqtest.Project, Dataset: p.dataset, Name: name}
}

func (p pins) meta(t bq.Table) *bigquery.TableMetadata {
	p.Helper()
	m, err := t.Of(p.client).Metadata(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	return m
}

// now is an instant that no write shares.
func (p pins) now() time.Time {
	time.Sleep(3 * time.Millisecond)
	defer time.Sleep(3 * time.Millisecond)
	return time.Now()
}

func (p pins) snapshot(at time.Time, expiry time.Duration) (bq.Table, *bigquery.TableMetadata, error) {
	base := p.table("base")
	return bq.Snapshot(p.Context(), p.client, bq.Past{Base: base, At: at}, p.meta(base).CreationTime, bqtest.Project, p.dataset, map[string]string{"dit_run_id": "r"}, expiry)
}

func (p pins) sum(t bq.Table) any {
	p.Helper()
	return p.run("SELECT SUM(x) FROM " + t.SQL())[0][0]
}

func TestSnapshotOfThePast(t *testing.T) {
	p := newPins(t)
	then := p.now()
	p.run("INSERT INTO d.base VALUES (10)")
	table, m, err := p.snapshot(then, 30*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	past, created, ok := bq.PinOf(table.Name, m)
	if !ok || past.Base != p.table("base") || past.At.UnixMilli() != then.UnixMilli() || !created.Equal(p.meta(past.Base).CreationTime) {
		t.Errorf("it says that it is of %v, made %v (%v)", past, created, ok)
	}
	if left := time.Until(m.ExpirationTime); left < 29*24*time.Hour || m.Labels["created_by"] != "dit" || p.sum(table) != int64(1) {
		t.Errorf("it expires in %v, has labels %v and sum %v", left, m.Labels, p.sum(table))
	}
	p.run("UPDATE d.base SET x = 100 WHERE TRUE")
	again, same, err := p.snapshot(then, 30*24*time.Hour)
	if err != nil || again != table || !same.CreationTime.Equal(m.CreationTime) || same.ETag != m.ETag || p.sum(again) != int64(1) {
		t.Errorf("asked again: %v, %v; sum %v", again, err, p.sum(again))
	}
	if later, _, err := p.snapshot(p.now(), time.Hour); err != nil || later == table || p.sum(later) != int64(200) {
		t.Errorf("another instant gives %v with %v, %v", later, p.sum(later), err)
	}
}

func TestSnapshotIsSharedByAllAtOnce(t *testing.T) {
	p := newPins(t)
	then := p.now()
	p.run("INSERT INTO d.base VALUES (10)")
	var all errgroup.Group
	made := make([]time.Time, 8)
	for i := range made {
		all.Go(func() error {
			_, m, err := p.snapshot(then, time.Hour)
			if err == nil {
				made[i] = m.CreationTime
			}
			return err
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, m := range made {
		if !m.Equal(made[0]) {
			t.Errorf("made %v: not the same for all", made)
		}
	}
	table, _, _ := p.snapshot(then, time.Hour)
	if p.sum(table) != int64(1) {
		t.Errorf("sum %v, want 1", p.sum(table))
	}
}

func TestSnapshotExpiryIsPutOff(t *testing.T) {
	p := newPins(t)
	then := p.now()
	expiry := func(d time.Duration) time.Time {
		t.Helper()
		_, m, err := p.snapshot(then, d)
		if err != nil {
			t.Fatal(err)
		}
		return m.ExpirationTime
	}
	first := expiry(10 * time.Hour)
	if second := expiry(11 * time.Hour); !second.Equal(first) {
		t.Errorf("from %v to %v, though it was far", first, second)
	}
	if third := expiry(20 * time.Hour); third.Sub(first) < 9*time.Hour {
		t.Errorf("from %v to %v, want 10 hours more", first, third)
	}
	if fourth := expiry(time.Hour); fourth.Sub(first) < 9*time.Hour {
		t.Errorf("brought forward to %v", fourth)
	}
	table, _, err := p.snapshot(then, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := table.Of(p.client).Update(t.Context(), bigquery.TableMetadataToUpdate{ExpirationTime: bigquery.NeverExpire}, ""); err != nil {
		t.Fatal(err)
	}
	if never := expiry(time.Hour); !never.IsZero() {
		t.Errorf("one that was to stay expires %v", never)
	}
}

// TestSnapshotUnderWrongNames puts other things where the snapshot goes. None is taken for it.
func TestSnapshotUnderWrongNames(t *testing.T) {
	p := newPins(t)
	then := p.now()
	past := bq.Past{Base: p.table("base"), At: then}
	p.run("CREATE TABLE d.other AS SELECT 5 AS x")
	own := func(from string) {
		copier := p.table(past.Name()).Of(p.client).CopierFrom(p.table(from).Of(p.client))
		copier.OperationType = bigquery.SnapshotOperation
		job, err := copier.Run(t.Context())
		if err == nil {
			_, err = job.Wait(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for what, c := range map[string]struct {
		make func()
		want string
	}{
		"a table":                      {func() { p.run(fmt.Sprintf("CREATE TABLE d.`%s` AS SELECT 7 AS x", past.Name())) }, "is a TABLE"},
		"a view":                       {func() { p.run(fmt.Sprintf("CREATE VIEW d.`%s` AS SELECT 7 AS x", past.Name())) }, "is a VIEW"},
		"a snapshot of another":        {func() { own("other") }, "is the snapshot of " + p.table("other").String()},
		"a snapshot of another moment": {func() { own("base") }, "is the snapshot of " + past.Base.String()},
	} {
		c.make()
		if _, _, err := p.snapshot(then, time.Hour); !errors.Is(err, bq.ErrConflict) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", what, err, c.want)
		}
		if err := p.table(past.Name()).Of(p.client).Delete(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSnapshotOfATableMadeAnew follows a name from one table to another.
func TestSnapshotOfATableMadeAnew(t *testing.T) {
	p := newPins(t)
	then := p.now()
	table, _, err := p.snapshot(then, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	p.run("CREATE OR REPLACE TABLE d.base AS SELECT 2 AS x")
	if again, _, err := p.snapshot(then, time.Hour); err != nil || again != table || p.sum(again) != int64(1) {
		t.Errorf("what was kept before: %v, %v, sum %v", again, err, p.sum(again))
	}
	if err := table.Of(p.client).Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.snapshot(then, time.Hour); !errors.Is(err, bq.ErrInvalid) || !strings.Contains(err.Error(), "Cannot read before") {
		t.Errorf("what was not kept: %v", err)
	}
	// A table that was renamed has been there before the name was its own.
	p.run("CREATE TABLE d.renamed AS SELECT 3 AS x")
	then = p.now()
	if _, _, err := p.snapshot(then, time.Hour); err != nil {
		t.Fatal(err)
	}
	base := p.table("base")
	_, _, err = bq.Snapshot(t.Context(), p.client, bq.Past{Base: base, At: then}, p.meta(p.table("renamed")).CreationTime, bqtest.Project, p.dataset, nil, time.Hour)
	if !errors.Is(err, bq.ErrConflict) || !strings.Contains(err.Error(), "another table") {
		t.Errorf("the snapshot of another table with the name: %v", err)
	}
	if _, _, err := bq.Snapshot(t.Context(), p.client, bq.Past{Base: base, At: then}, time.Time{}, bqtest.Project, p.dataset, nil, time.Hour); err != nil {
		t.Errorf("when the table is gone: %v", err)
	}
	// Replaced between the look at it and the copy.
	now := p.now()
	_, _, err = bq.Snapshot(t.Context(), p.client, bq.Past{Base: base, At: now}, then, bqtest.Project, p.dataset, nil, time.Hour)
	if !errors.Is(err, bq.ErrConflict) || !strings.Contains(err.Error(), "made anew") {
		t.Errorf("made anew meanwhile: %v", err)
	}
	if _, err := bq.Current(t.Context(), p.client, p.table(bq.Past{Base: base, At: now}.Name())); !errors.Is(err, bq.ErrNotFound) {
		t.Errorf("and its snapshot is left: %v", err)
	}
}

// TestSnapshotLeftByAnother finishes one that was copied and not labelled.
func TestSnapshotLeftByAnother(t *testing.T) {
	p := newPins(t)
	then := p.now()
	p.run("INSERT INTO d.base VALUES (10)")
	past := bq.Past{Base: p.table("base"), At: then}
	copier := p.table(past.Name()).Of(p.client).CopierFrom(p.table(fmt.Sprintf("base@%d", then.UnixMilli())).Of(p.client))
	copier.OperationType = bigquery.SnapshotOperation
	job, err := copier.Run(t.Context())
	if err == nil {
		_, err = job.Wait(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, m, err := bq.FindSnapshot(t.Context(), p.client, past, bqtest.Project, p.dataset); err != nil || m != nil {
		t.Errorf("it was found before anybody saw it through: %v", err)
	}
	table, m, err := p.snapshot(then, time.Hour)
	if _, _, ok := bq.PinOf(table.Name, m); err != nil || !ok || m.ExpirationTime.IsZero() || p.sum(table) != int64(1) {
		t.Errorf("%v, a pin: %v, expires %v", err, ok, m.ExpirationTime)
	}
}
