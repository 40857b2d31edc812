//go:build sandbox

package compare

import (
	"context"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq/bqtest"
)

const (
	testProject = "dit-sandbox"
	testDataset = "dit_compare_test"
)

// engine connects to the BigQuery stand-in that DIT_SANDBOX names.
func engine(t testing.TB) *bigquery.Client {
	t.Helper()
	client, err := bigquery.NewClient(context.Background(), testProject, bqtest.Endpoint(t), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	run(t, client, "CREATE SCHEMA IF NOT EXISTS "+testDataset)
	return client
}

// run executes statements that give no rows.
func run(t testing.TB, client *bigquery.Client, sql string) {
	t.Helper()
	job, err := client.Query(sql).Run(context.Background())
	if err == nil {
		var status *bigquery.JobStatus
		if status, err = job.Wait(context.Background()); err == nil {
			err = status.Err()
		}
	}
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, sql)
	}
}

// tableSpec is a table to make: its columns, such as "id INT64, v STRING", and rows
// as SQL literals.
type tableSpec struct {
	name, columns string
	rows          []string
}

func (s tableSpec) table() Table {
	return Table{Project: testProject, Dataset: testDataset, Name: s.name}
}

// sql is the script that makes the table.
func (s tableSpec) sql() string {
	script := "CREATE OR REPLACE TABLE " + s.table().SQL() + " (" + s.columns + ");\n"
	if len(s.rows) > 0 {
		script += "INSERT INTO " + s.table().SQL() + " VALUES " + strings.Join(s.rows, ", ") + ";\n"
	}
	return script
}
