//go:build sandbox

package e2e

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/storage"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
)

func dial(t testing.TB, address string) *bigquery.Client {
	t.Helper()
	c, err := bigquery.NewClient(t.Context(), project,
		option.WithEndpoint("http://"+address+"/bigquery/v2/"), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func objects(t testing.TB) *storage.Client {
	t.Helper()
	c, err := storage.NewClient(t.Context(),
		option.WithEndpoint("http://"+address+"/storage/v1/"), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func putObject(t testing.TB, name, content string) string {
	t.Helper()
	w := objects(t).Bucket("dit-sandbox").Object(name).NewWriter(t.Context())
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return "gs://dit-sandbox/" + name
}

// world is a client with a dataset of its own, dropped at the end of the test.
type world struct {
	testing.TB
	*bigquery.Client
	ds *bigquery.Dataset
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t, dial(t, address), nil}
	w.ds = w.Client.Dataset("t" + strings.ToLower(rand.Text()[:10]))
	if err := w.ds.Create(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return w
}

// query makes a query whose unqualified names are those of the world's dataset.
func (w *world) query(sql string) *bigquery.Query {
	q := w.Query(sql)
	q.DefaultDatasetID = w.ds.DatasetID
	return q
}

// do runs SQL to its end and returns the rows.
func (w *world) do(sql string) [][]bigquery.Value {
	w.Helper()
	rows, err := w.try(sql)
	if err != nil {
		w.Fatalf("%s: %v", sql, err)
	}
	return rows
}

func (w *world) try(sql string) ([][]bigquery.Value, error) {
	it, err := w.query(sql).Read(w.Context())
	if err != nil {
		return nil, err
	}
	return drain(it)
}

func drain(it *bigquery.RowIterator) ([][]bigquery.Value, error) {
	var rows [][]bigquery.Value
	for {
		var row []bigquery.Value
		err := it.Next(&row)
		if errors.Is(err, iterator.Done) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

func (w *world) metadata(table string) *bigquery.TableMetadata {
	w.Helper()
	m, err := w.ds.Table(table).Metadata(w.Context())
	if err != nil {
		w.Fatalf("tables.get %s: %v", table, err)
	}
	return m
}

// wait runs a job to its end and fails the test with its error.
func (w *world) wait(job *bigquery.Job, err error) *bigquery.JobStatus {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	status, err := job.Wait(w.Context())
	if err == nil {
		err = status.Err()
	}
	if err != nil {
		w.Fatalf("job %s: %v", job.ID(), err)
	}
	return status
}
