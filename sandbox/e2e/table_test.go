//go:build sandbox

package e2e

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	rest "google.golang.org/api/bigquery/v2"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
)

// TestCopyKeepsTheLayout covers copy jobs and their SQL forms.
func TestCopyKeepsTheLayout(t *testing.T) {
	w := newWorld(t)
	w.do(`CREATE TABLE a (id STRING NOT NULL OPTIONS (description = 'the id'), t TIMESTAMP)
		PARTITION BY DATE(t) CLUSTER BY id OPTIONS (description = 'all of it', labels = [('k', 'v')]);
		INSERT a VALUES ('x', TIMESTAMP '2024-01-01 00:00:00+00')`)
	expiry := time.Now().Add(48 * time.Hour).Truncate(time.Millisecond)
	for name, run := range map[string]func(to *bigquery.Table){
		"copy":     func(to *bigquery.Table) { w.wait(to.CopierFrom(w.ds.Table("a")).Run(t.Context())) },
		"snapshot": func(to *bigquery.Table) { w.copyAs(to, bigquery.SnapshotOperation, expiry) },
		"clone":    func(to *bigquery.Table) { w.copyAs(to, bigquery.CloneOperation, time.Time{}) },
		"sqlcopy":  func(to *bigquery.Table) { w.do("CREATE TABLE sqlcopy COPY a") },
		"sqlclone": func(to *bigquery.Table) { w.do("CREATE TABLE sqlclone CLONE a") },
	} {
		run(w.ds.Table(name))
		m := w.metadata(name)
		if m.NumRows != 1 {
			t.Errorf("%s: %d rows, want 1", name, m.NumRows)
		}
		if m.TimePartitioning == nil || m.TimePartitioning.Field != "t" || m.Clustering == nil || m.Clustering.Fields[0] != "id" {
			t.Errorf("%s: partitioning %+v, clustering %+v", name, m.TimePartitioning, m.Clustering)
		}
		if m.Description != "all of it" || m.Labels["k"] != "v" || m.Schema[0].Description != "the id" {
			t.Errorf("%s: description %q, labels %v, column %+v", name, m.Description, m.Labels, m.Schema[0])
		}
		if m.ETag == w.metadata("a").ETag {
			t.Errorf("%s has the version of its source", name)
		}
		if name == "snapshot" && (m.Type != bigquery.Snapshot || !m.ExpirationTime.Equal(expiry) || m.SnapshotDefinition == nil) {
			t.Errorf("snapshot: type %s, expires %v, want %v, definition %+v", m.Type, m.ExpirationTime, expiry, m.SnapshotDefinition)
		}
	}
	if _, err := w.try("INSERT snapshot (id) VALUES ('y')"); err == nil {
		t.Error("a snapshot was written to")
	}
}

func (w *world) copyAs(to *bigquery.Table, operation bigquery.TableCopyOperationType, expiry time.Time) {
	w.Helper()
	if expiry.IsZero() {
		c := to.CopierFrom(w.ds.Table("a"))
		c.OperationType = operation
		w.wait(c.Run(w.Context()))
		return
	}
	// The Go client has no field for the expiry of a snapshot; Python's has.
	service, err := rest.NewService(w.Context(), option.WithEndpoint("http://"+address+"/bigquery/v2/"), option.WithoutAuthentication())
	if err != nil {
		w.Fatal(err)
	}
	reference := func(id string) *rest.TableReference {
		return &rest.TableReference{ProjectId: project, DatasetId: w.ds.DatasetID, TableId: id}
	}
	job, err := service.Jobs.Insert(project, &rest.Job{Configuration: &rest.JobConfiguration{Copy: &rest.JobConfigurationTableCopy{
		SourceTable: reference("a"), DestinationTable: reference(to.TableID),
		OperationType: string(operation), DestinationExpirationTime: expiry.UTC().Format(time.RFC3339Nano),
	}}}).Do()
	if err != nil {
		w.Fatal(err)
	}
	running, err := w.JobFromID(w.Context(), job.JobReference.JobId)
	w.wait(running, err)
}

// TestCreateTableAsSelectKeepsItsOptions covers CTAS with layout and expiry, and the end
// of a table's life.
func TestCreateTableAsSelectKeepsItsOptions(t *testing.T) {
	w := newWorld(t)
	w.do(`CREATE TABLE a PARTITION BY d CLUSTER BY s OPTIONS (description = 'made', labels = [('k', 'v')],
		expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 1 DAY)) AS SELECT DATE '2024-01-01' AS d, 'x' AS s`)
	m := w.metadata("a")
	if m.TimePartitioning == nil || m.TimePartitioning.Field != "d" || m.Clustering == nil || m.Description != "made" || m.Labels["k"] != "v" {
		t.Errorf("%+v", m)
	}
	if left := time.Until(m.ExpirationTime); left < 23*time.Hour || left > 25*time.Hour {
		t.Errorf("the table expires in %v, want a day", left)
	}
	if _, err := w.ds.Table("a").Update(t.Context(), bigquery.TableMetadataToUpdate{ExpirationTime: time.Now().Add(time.Second)}, m.ETag); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1200 * time.Millisecond)
	_, err := w.ds.Table("a").Metadata(t.Context())
	if status(err) != http.StatusNotFound {
		t.Errorf("after its expiry: %v, want 404", err)
	}
}

// TestStaleEtagIsRefused: the version guards updates, also against writes of rows.
func TestStaleEtagIsRefused(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64)")
	stale := w.metadata("a").ETag
	w.do("INSERT a VALUES (1)")
	_, err := w.ds.Table("a").Update(t.Context(), bigquery.TableMetadataToUpdate{Description: "late"}, stale)
	if status(err) != http.StatusPreconditionFailed {
		t.Errorf("error = %v, want 412", err)
	}
}

// TestManyUpdateAtOnce: without an etag, none of those that update a table at once is refused.
func TestManyUpdateAtOnce(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64)")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var update bigquery.TableMetadataToUpdate
			update.SetLabel("k", "v")
			update.ExpirationTime = time.Now().Add(time.Hour)
			if _, err := w.ds.Table("a").Update(t.Context(), update, ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if m := w.metadata("a"); m.Labels["k"] != "v" || m.ExpirationTime.IsZero() {
		t.Errorf("%+v", m)
	}
}

// TestOneOfManyCreatesIt: of several requests that make the same dataset or table at once, one does and the others get 409.
func TestOneOfManyCreatesIt(t *testing.T) {
	w := newWorld(t)
	schema := bigquery.Schema{{Name: "x", Type: bigquery.IntegerFieldType}}
	for what, create := range map[string]func() error{
		"dataset": func() error { return w.Dataset(w.ds.DatasetID+"_more").Create(t.Context(), nil) },
		"table":   func() error { return w.ds.Table("a").Create(t.Context(), &bigquery.TableMetadata{Schema: schema}) },
	} {
		var mu sync.Mutex
		var wg sync.WaitGroup
		codes := map[int]int{}
		for range 5 {
			wg.Go(func() {
				err := create()
				mu.Lock()
				defer mu.Unlock()
				codes[status(err)]++
			})
		}
		wg.Wait()
		if codes[0] != 1 || codes[http.StatusConflict] != 4 {
			t.Errorf("%s: statuses %v, want one success and four conflicts", what, codes)
		}
	}
}

// TestViewIsReplacedAndRead covers views, which pipelines replace at every run.
func TestViewIsReplacedAndRead(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64); INSERT a VALUES (1), (2)")
	for _, sql := range []string{"CREATE OR REPLACE VIEW v AS SELECT x FROM a", "CREATE OR REPLACE VIEW v AS SELECT x * 10 AS x FROM a"} {
		w.do(sql)
	}
	if got := w.do("SELECT SUM(x) FROM v")[0][0]; got != int64(30) {
		t.Errorf("sum over the view = %v, want 30", got)
	}
	if m := w.metadata("v"); m.Type != bigquery.ViewTable || m.ViewQuery == "" {
		t.Errorf("type %s, query %q", m.Type, m.ViewQuery)
	}
}

// TestDatasetsAreFilteredByLabel: Beam's clean-up deletes what this list names.
func TestDatasetsAreFilteredByLabel(t *testing.T) {
	w := newWorld(t)
	mine := w.Client.Dataset(w.ds.DatasetID + "_temp")
	if err := mine.Create(t.Context(), &bigquery.DatasetMetadata{Labels: map[string]string{"type": w.ds.DatasetID}}); err != nil {
		t.Fatal(err)
	}
	it := w.Client.Datasets(t.Context())
	it.Filter = "labels.type:" + w.ds.DatasetID
	var names []string
	for {
		d, err := it.Next()
		if errors.Is(err, iterator.Done) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, d.DatasetID)
	}
	if len(names) != 1 || names[0] != mine.DatasetID {
		t.Errorf("datasets = %v, want %s alone", names, mine.DatasetID)
	}
	if err := mine.DeleteWithContents(t.Context()); err != nil {
		t.Error(err)
	}
}

// status is the HTTP status in an error of the client, 0 without one.
func status(err error) int {
	var e *googleapi.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}
