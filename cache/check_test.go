//go:build sandbox

package cache_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
)

// Whoever only looks is told what is there, and leaves it as it is.
func TestCheckWritesNothing(t *testing.T) {
	client, name := bqtest.Open(t, "check")
	dataset := client.Dataset(name)
	reg := cache.BigQuery{Client: client, Dataset: dataset.DatasetID}

	if err := reg.Check(t.Context()); !errors.Is(err, bq.ErrNotFound) {
		t.Errorf("no registry is %v", err)
	}
	if _, err := dataset.Metadata(t.Context()); !errors.Is(bq.Classify(err), bq.ErrNotFound) {
		t.Fatalf("a dataset was made: %v", err)
	}
	if err := reg.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	label := func(version string) {
		t.Helper()
		var update bigquery.TableMetadataToUpdate
		update.SetLabel("dit_schema", version)
		if _, err := dataset.Table(cache.TableName).Update(t.Context(), update, ""); err != nil {
			t.Fatal(err)
		}
	}
	label("1")
	before, err := bq.Current(t.Context(), client, bq.Table{Project: "dit-sandbox", Dataset: dataset.DatasetID, Name: cache.TableName})
	if err != nil {
		t.Fatal(err)
	}
	var older *cache.OlderError
	if err := reg.Check(t.Context()); !errors.As(err, &older) || older.Found != 1 {
		t.Errorf("a registry of version 1 is %v", err)
	}
	if after, err := bq.Current(t.Context(), client, bq.Table{Project: "dit-sandbox", Dataset: dataset.DatasetID, Name: cache.TableName}); err != nil || !after.Equal(before) {
		t.Errorf("it was changed: %+v, %v", after, err)
	}
	label("99")
	var newer *cache.NewerError
	if err := reg.Check(t.Context()); !errors.As(err, &newer) {
		t.Errorf("a registry of version 99 is %v", err)
	}
	label("2")
	if err := reg.Check(t.Context()); err != nil {
		t.Errorf("a registry of this version is %v", err)
	}

	// A row that cannot be read is no answer to who looks for one, and no licence to who would remove things.
	now := time.Now().UTC()
	q := client.Query("INSERT INTO " + "`" + reg.Dataset + "." + cache.TableName + "`" + ` (run_id, run, cache_key, key_json, workflow, pipeline, experiment_id, pipeline_commit, started_at, status, expires_at, output_tables)
VALUES ('garbled', 'bf', 'k', '{"schema": "two"}', 'w', 'p', 'e', 'c', @now, 'succeeded', TIMESTAMP_ADD(@now, INTERVAL 1 DAY), ['dit-sandbox.d.t'])`)
	q.Parameters = []bigquery.QueryParameter{{Name: "now", Value: now}}
	if _, err := q.Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	if rows, err := reg.Find(t.Context(), "p", "k", now, 10); err != nil || len(rows) != 0 {
		t.Errorf("looking up gives %v, %v", rows, err)
	}
	table := bq.Table{Project: "dit-sandbox", Dataset: "d", Name: "t"}
	naming, err := reg.Naming(t.Context(), []bq.Table{table})
	complete, problem := reg.List(t.Context(), cache.Filter{Complete: true})
	for _, rows := range [][]cache.Row{naming, complete} {
		if len(rows) != 1 || rows[0].Unreadable == "" || !slices.Equal(rows[0].Tables(), []bq.Table{table}) || err != nil || problem != nil {
			t.Errorf("a row that cannot be read: %+v, %v, %v", rows, err, problem)
		}
	}
}
