//go:build sandbox

package cache_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cachetest"
)

// What was written by half, or by hand, answers nothing, hides nothing else, and is shown to people.
func TestHalfWrittenRows(t *testing.T) {
	reg := sandboxRegistry(t)
	now := time.Now().UTC().Truncate(time.Millisecond)
	key := sampleKey()
	for _, c := range []struct{ name, column, value, want string }{
		{"key cut", "key_json", "LEFT(key_json, 40)", "key_json: unexpected end"},
		{"key empty", "key_json", "''", "key_json: unexpected end"},
		{"outputs invalid", "outputs_json", "'no JSON'", "outputs_json: invalid character"},
		{"outputs cut", "outputs_json", "LEFT(outputs_json, 30)", "outputs_json: unexpected end"},
		{"outputs NULL", "outputs_json", "CAST(NULL AS STRING)", "outputs_json: it names no table"},
		{"phases invalid", "phases_json", "'[1'", "phases_json: unexpected end"},
		{"scratch invalid", "scratch_tables", "SPLIT('x')", "scratch_tables:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := key
			k.Pipeline = c.name
			row := cachetest.Row(strings.ReplaceAll(c.name, " ", "_"), k, 0)
			row.StartedAt, row.ExpiresAt = now, now.Add(time.Hour)
			if err := reg.Insert(t.Context(), row); err != nil {
				t.Fatal(err)
			}
			if rows, err := reg.Find(t.Context(), c.name, k.Digest(), now, 10); err != nil || len(rows) != 1 {
				t.Fatalf("as long as it is whole it is found: %v, %v", rows, err)
			}
			change(t, reg, fmt.Sprintf("UPDATE %s.dit_runs SET %s = %s WHERE run_id = '%s'", reg.Dataset, c.column, c.value, row.RunID))
			if rows, err := reg.Find(t.Context(), c.name, k.Digest(), now, 10); err != nil || len(rows) != 0 {
				t.Errorf("found %+v, %v", rows, err)
			}
			if rows, err := reg.Kin(t.Context(), c.name, k.Stem().Digest(), now, 10); err != nil || len(rows) != 0 {
				t.Errorf("kin %+v, %v", rows, err)
			}
			table := row.Outputs["gaps"].Table
			for how, list := range map[string]func() ([]cache.Row, error){
				"list":   func() ([]cache.Row, error) { return reg.List(t.Context(), cache.Filter{RunID: row.RunID}) },
				"naming": func() ([]cache.Row, error) { return reg.Naming(t.Context(), []bq.Table{table}) },
			} {
				rows, err := list()
				if err != nil || len(rows) != 1 {
					t.Fatalf("%s: %+v, %v", how, rows, err)
				}
				got := rows[0]
				if !strings.Contains(got.Unreadable, c.want) || got.RunID != row.RunID || got.Key.Pipeline != c.name || fmt.Sprint(got.Tables()) != fmt.Sprint([]bq.Table{table}) {
					t.Errorf("%s: %+v", how, got)
				}
				for _, o := range got.Outputs {
					if o.Version.Equal(o.Version) {
						t.Errorf("%s: an output of a row that cannot be read has a version: %+v", how, o)
					}
				}
			}
		})
	}
	t.Run("a row of an older dit, whose later columns are NULL", func(t *testing.T) {
		k := key
		k.Pipeline = "older"
		row := cachetest.Row("older", k, 0)
		row.StartedAt, row.ExpiresAt = now, now.Add(time.Hour)
		if err := reg.Insert(t.Context(), row); err != nil {
			t.Fatal(err)
		}
		for _, column := range []string{"failure_kind", "phases_json", "bytes_billed", "slot_millis", "lease_holder", "command", "packages", "finished_at", "stem_key"} {
			change(t, reg, fmt.Sprintf("UPDATE %s.dit_runs SET %s = NULL WHERE run_id = 'older'", reg.Dataset, column))
		}
		if rows, err := reg.Find(t.Context(), "older", k.Digest(), now, 10); err != nil || len(rows) != 1 || rows[0].Unreadable != "" {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}

func change(t *testing.T, reg cache.BigQuery, sql string) {
	t.Helper()
	job, err := reg.Client.Query(sql).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	status, err := job.Wait(t.Context())
	if err == nil {
		err = status.Err()
	}
	if err != nil {
		t.Fatal(sql, err)
	}
	if s, ok := status.Statistics.Details.(*bigquery.QueryStatistics); !ok || s.NumDMLAffectedRows != 1 {
		t.Fatalf("%s changed %+v", sql, status.Statistics.Details)
	}
}
