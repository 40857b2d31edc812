//go:build sandbox

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
)

// TestErrorsAreNotRetried: a client retries by the reason; a wrong one looks like a hang.
func TestErrorsAreNotRetried(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64)")
	for sql, want := range map[string]int{
		"SELECT * FROM absent":           http.StatusNotFound,
		"SELECT * FROM nodataset.absent": http.StatusNotFound,
		"SELEC 1":                        http.StatusBadRequest,
		"SELECT nope FROM a":             http.StatusBadRequest,
		"SELECT ERROR('mine')":           http.StatusBadRequest,
		"CREATE TABLE a (x INT64)":       http.StatusConflict,
		"SELECT CAST('x' AS INT64)":      http.StatusBadRequest,
		"SELECT 9223372036854775807 + 1": http.StatusBadRequest,
		"DELETE FROM a":                  http.StatusBadRequest,
	} {
		begin := time.Now()
		_, err := w.try(sql)
		if took := time.Since(begin); err == nil || took > 20*time.Second {
			t.Errorf("%s: error %v after %v", sql, err, took)
		}
		if got := status(err); got != 0 && got != want {
			t.Errorf("%s: HTTP %d, want %d: %v", sql, got, want, err)
		}
	}
	if _, err := w.ds.Table("absent").Metadata(t.Context()); status(err) != http.StatusNotFound {
		t.Errorf("tables.get: %v, want 404", err)
	}
}

// TestJobIdIsTakenOnce: of many requests with one id, one runs; its labels are kept.
func TestJobIdIsTakenOnce(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64)")
	var mu sync.Mutex
	var wg sync.WaitGroup
	codes := map[int]int{}
	for range 5 {
		wg.Go(func() {
			q := w.query("INSERT a VALUES (1)")
			q.JobID, q.Labels = "once-"+w.ds.DatasetID, map[string]string{"run": "r1"}
			job, err := q.Run(t.Context())
			if err == nil {
				_, err = job.Wait(t.Context())
			}
			mu.Lock()
			defer mu.Unlock()
			codes[status(err)]++
		})
	}
	wg.Wait()
	// The Go client takes a 409 to its own job id as success and fetches the job.
	if codes[0]+codes[http.StatusConflict] != 5 || w.version("a").rows != 1 {
		t.Errorf("statuses %v, %d rows, want one", codes, w.version("a").rows)
	}
	job, err := w.JobFromID(t.Context(), "once-"+w.ds.DatasetID)
	if err != nil {
		t.Fatal(err)
	}
	config, err := job.Config()
	if err != nil {
		t.Fatal(err)
	}
	if got := config.(*bigquery.QueryConfig).Labels["run"]; got != "r1" {
		t.Errorf("label run = %q", got)
	}
}

// TestAffectedRows: pipelines log and test what their DML did.
func TestAffectedRows(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64); INSERT a VALUES (1), (2), (3)")
	for sql, want := range map[string]int64{
		"UPDATE a SET x = x WHERE x > 1": 2,
		"DELETE FROM a WHERE x = 99":     0,
		"MERGE a USING (SELECT 1 AS x) u ON a.x = u.x WHEN MATCHED THEN UPDATE SET x = u.x": 1,
	} {
		job, err := w.query(sql).Run(t.Context())
		got := w.wait(job, err).Statistics.Details.(*bigquery.QueryStatistics)
		if got.NumDMLAffectedRows != want {
			t.Errorf("%s: %d rows, want %d (%s)", sql, got.NumDMLAffectedRows, want, got.StatementType)
		}
	}
}

// TestParameters covers what typed queries send.
func TestParameters(t *testing.T) {
	w := newWorld(t)
	q := w.query("SELECT @s, @n, @d, ARRAY_LENGTH(@l), @r.x")
	moment := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	q.Parameters = []bigquery.QueryParameter{
		{Name: "s", Value: "it's"}, {Name: "n", Value: int64(5)}, {Name: "d", Value: moment},
		{Name: "l", Value: []string{"a", "b"}}, {Name: "r", Value: struct{ X int64 }{7}},
	}
	it, err := q.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := drain(it)
	if err != nil || fmt.Sprintf("%v %v %v %v", rows[0][0], rows[0][1], rows[0][3], rows[0][4]) != "it's 5 2 7" || !rows[0][2].(time.Time).Equal(moment) {
		t.Errorf("rows %v, error %v", rows, err)
	}
}

// TestManyAtOnce: pipelines side by side, each with reads and writes, some to one table.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE shared (who STRING, n INT64)")
	var wg sync.WaitGroup
	const writers, rounds = 6, 5
	for i := range writers {
		wg.Go(func() {
			own := fmt.Sprintf("own%d", i)
			for n := range rounds {
				for _, sql := range []string{
					fmt.Sprintf("INSERT shared VALUES ('%s', %d)", own, n),
					fmt.Sprintf("CREATE OR REPLACE TABLE %s AS SELECT * FROM shared WHERE who = '%s'", own, own),
				} {
					if _, err := w.try(sql); err != nil {
						t.Errorf("%s: %v", sql, err)
					}
				}
			}
		})
	}
	wg.Wait()
	if got := w.version("shared").rows; got != writers*rounds {
		t.Errorf("%d rows in the shared table, want %d", got, writers*rounds)
	}
	for i := range writers {
		if got := w.version(fmt.Sprintf("own%d", i)).rows; got != rounds {
			t.Errorf("own%d: %d rows, want %d", i, got, rounds)
		}
	}
}

// slowQuery runs for many seconds.
const slowQuery = "SELECT COUNT(*) FROM UNNEST(GENERATE_ARRAY(1, 100000)) AS a, UNNEST(GENERATE_ARRAY(1, 100000)) AS b WHERE MOD(a * b, 7) = 3"

// TestASlowQueryStallsNobody: a quick request is answered while long ones run.
func TestASlowQueryStallsNobody(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64)")
	job, err := w.query(slowQuery).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	w.version("a")
	took := time.Since(begin)
	status, err := job.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if status.Done() {
		t.Logf("the slow query was done after %v: nothing to tell", took)
	} else if took > 5*time.Second {
		t.Errorf("tables.get took %v while a query runs", took)
	}
	if err := job.Cancel(t.Context()); err != nil {
		t.Error(err)
	}
	if final, err := job.Wait(t.Context()); err != nil && !strings.Contains(err.Error(), "cancel") {
		t.Errorf("after the cancel: %v, %v", final, err)
	}
}
