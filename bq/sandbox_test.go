//go:build sandbox

package bq

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"
)

func sandbox(t *testing.T) *bigquery.Client {
	t.Helper()
	endpoint := os.Getenv("DIT_SANDBOX")
	if endpoint == "" {
		t.Fatal("DIT_SANDBOX is not set: these tests need the base URL of a BigQuery engine, such as http://127.0.0.1:9060/bigquery/v2/")
	}
	client, err := Open(t.Context(), "dit-sandbox", "US", option.WithEndpoint(endpoint), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func TestCopy(t *testing.T) {
	client := sandbox(t)
	dataset := fmt.Sprintf("bq_test_%d", time.Now().UnixNano())
	for range 2 { // the second time it exists
		if err := EnsureDataset(t.Context(), client, dataset); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { client.Dataset(dataset).DeleteWithContents(t.Context()) })
	if m, err := client.Dataset(dataset).Metadata(t.Context()); err != nil || m.Labels["created_by"] != "dit" {
		t.Errorf("dataset: %+v, %v", m, err)
	}
	src, dst := Table{"dit-sandbox", dataset, "src"}, Table{"dit-sandbox", dataset, "dst"}
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
	if _, err := Copy(t.Context(), client, src, dst, nil, 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("copy of nothing: %v", err)
	}
	for rows := int64(2); rows < 4; rows++ { // the second copy replaces the first
		run(fmt.Sprintf("CREATE OR REPLACE TABLE %s AS SELECT x FROM UNNEST(GENERATE_ARRAY(1, %d)) x", src.SQL(), rows))
		v, err := Copy(t.Context(), client, src, dst, map[string]string{"dit_run_id": "r"}, time.Hour)
		if err != nil || v.NumRows != rows {
			t.Fatalf("copy of %d rows: %+v, %v", rows, v, err)
		}
		if now, err := Current(t.Context(), client, dst); err != nil || !now.Equal(v) {
			t.Errorf("version after the copy %+v, now %+v, %v", v, now, err)
		}
		m, err := dst.Of(client).Metadata(t.Context())
		if err != nil || m.Labels["dit_run_id"] != "r" || time.Until(m.ExpirationTime) < 50*time.Minute {
			t.Errorf("copy: %+v, %v", m, err)
		}
	}
	if _, err := Current(t.Context(), client, Table{"dit-sandbox", dataset, "none"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("version of nothing: %v", err)
	}
}
