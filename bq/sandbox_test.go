//go:build sandbox

package bq_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
)

func TestCopy(t *testing.T) {
	client, dataset := bqtest.Open(t, "bq_test")
	for range 2 { // the second time it exists
		if err := bq.EnsureDataset(t.Context(), client, dataset); err != nil {
			t.Fatal(err)
		}
	}
	if m, err := client.Dataset(dataset).Metadata(t.Context()); err != nil || m.Labels["created_by"] != "dit" {
		t.Errorf("dataset: %+v, %v", m, err)
	}
	src, dst := bq.Table{Project: bqtest.Project, Dataset: dataset, Name: "src"}, bq.Table{Project: bqtest.Project, Dataset: dataset, Name: "dst"}
	run := func(sql string) {
		t.Helper()
		job, err := client.Query(sql).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if status, err := job.Wait(t.Context()); err != nil || status.Err() != nil {
			t.Fatal(err, status)
		}
	}
	if _, err := bq.Copy(t.Context(), client, src, dst, nil, 0); !errors.Is(err, bq.ErrNotFound) {
		t.Errorf("copy of nothing: %v", err)
	}
	for rows := int64(2); rows < 4; rows++ { // the second copy replaces the first
		run(fmt.Sprintf("CREATE OR REPLACE TABLE %s AS SELECT x FROM UNNEST(GENERATE_ARRAY(1, %d)) x", src.SQL(), rows))
		v, err := bq.Copy(t.Context(), client, src, dst, map[string]string{"dit_run_id": "r"}, time.Hour)
		if err != nil || v.NumRows != rows {
			t.Fatalf("copy of %d rows: %+v, %v", rows, v, err)
		}
		if now, err := bq.Current(t.Context(), client, dst); err != nil || !now.Equal(v) {
			t.Errorf("version after the copy %+v, now %+v, %v", v, now, err)
		}
		m, err := dst.Of(client).Metadata(t.Context())
		if err != nil || m.Labels["dit_run_id"] != "r" || time.Until(m.ExpirationTime) < 50*time.Minute {
			t.Errorf("copy: %+v, %v", m, err)
		}
	}
	if _, err := bq.Current(t.Context(), client, bq.Table{Project: bqtest.Project, Dataset: dataset, Name: "none"}); !errors.Is(err, bq.ErrNotFound) {
		t.Errorf("version of nothing: %v", err)
	}
}
