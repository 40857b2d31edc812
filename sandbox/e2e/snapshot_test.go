//go:build sandbox

package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
)

// at is a table as it was, as the source of a copy job.
func (w *world) at(name string, then time.Time) *bigquery.Table {
	return w.ds.Table(fmt.Sprintf("%s@%d", name, then.UnixMilli()))
}

// snap takes a snapshot, and gives the error of its job.
func (w *world) snap(from *bigquery.Table, to string) error {
	c := w.ds.Table(to).CopierFrom(from)
	c.OperationType = bigquery.SnapshotOperation
	job, err := c.Run(w.Context())
	if err != nil {
		return err
	}
	status, err := job.Wait(w.Context())
	if err != nil {
		return err
	}
	return status.Err()
}

// tick gives an instant that nothing before it nor after it shares.
func tick() time.Time {
	time.Sleep(3 * time.Millisecond)
	now := time.Now().Truncate(time.Millisecond)
	time.Sleep(3 * time.Millisecond)
	return now
}

// TestSnapshotOfThePast takes snapshots of a table as it was between its writes, after all of them.
func TestSnapshotOfThePast(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64)")
	var then []time.Time
	for _, sql := range []string{"INSERT a VALUES (1)", "INSERT a VALUES (2), (3)", "UPDATE a SET x = 10 * x WHERE TRUE", "DELETE a WHERE x > 10", "TRUNCATE TABLE a"} {
		then = append(then, tick())
		w.do(sql)
	}
	then = append(then, tick())
	w.do("INSERT a VALUES (99)")
	for i, want := range []string{"[]", "[1]", "[1 2 3]", "[10 20 30]", "[10]", "[]"} {
		name := fmt.Sprint("s", i)
		if err := w.snap(w.at("a", then[i]), name); err != nil {
			t.Fatal(err)
		}
		var got []any
		for _, row := range w.do("SELECT x FROM " + name + " ORDER BY x") {
			got = append(got, row[0])
		}
		m := w.metadata(name)
		if text := fmt.Sprint(got); text != want || m.Type != bigquery.Snapshot || int(m.NumRows) != len(got) {
			t.Errorf("at %d: %s (%s, %d rows), want %s", i, text, m.Type, m.NumRows, want)
		}
		if d := m.SnapshotDefinition; d == nil || d.BaseTableReference.TableID != "a" || d.BaseTableReference.DatasetID != w.ds.DatasetID || !d.SnapshotTime.Equal(then[i]) {
			t.Errorf("at %d: definition %+v, want a at %v", i, d, then[i])
		}
	}
	// What was truncated is remembered, and so is what was written over that.
	q := w.query("SELECT 5 AS x")
	q.Dst, q.WriteDisposition = w.ds.Table("a"), bigquery.WriteTruncate
	w.wait(q.Run(t.Context()))
	over := tick()
	w.do("INSERT a VALUES (6)")
	for name, at := range map[string]time.Time{"t1": then[2], "t2": over} {
		if err := w.snap(w.at("a", at), name); err != nil {
			t.Fatal(err)
		}
	}
	if rows := w.do("SELECT (SELECT SUM(x) FROM t1), (SELECT SUM(x) FROM t2)"); rows[0][0] != int64(6) || rows[0][1] != int64(5) {
		t.Errorf("around a query with WRITE_TRUNCATE it sums to %v, want 6 and 5", rows)
	}
	if rows := w.do("SELECT table_name, snapshot_time FROM " + w.ds.DatasetID + ".INFORMATION_SCHEMA.TABLE_SNAPSHOTS WHERE table_name = 's3'"); len(rows) != 1 || !rows[0][1].(time.Time).Equal(then[3]) {
		t.Errorf("INFORMATION_SCHEMA.TABLE_SNAPSHOTS: %v, want s3 at %v", rows, then[3])
	}
	w.wait(w.ds.Table("copied").CopierFrom(w.at("a", then[2])).Run(t.Context()))
	if rows := w.do("SELECT COUNT(*) FROM copied"); rows[0][0] != int64(3) {
		t.Errorf("a copy of the past has %v rows, want 3", rows)
	}
}

// TestSnapshotsAgree takes snapshots of an instant in the middle of a statement that runs long: before and after it ends they are the same, and
// have nothing of what was written to another table meanwhile.
func TestSnapshotsAgree(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64); CREATE TABLE b (x INT64); INSERT b VALUES (1)")
	job, err := w.query("INSERT a SELECT CAST(MOD(SUM(i * j), 7) AS INT64) FROM UNNEST(GENERATE_ARRAY(1, 25000)) i, UNNEST(GENERATE_ARRAY(1, 25000)) j").Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond)
	then := tick()
	if err := w.snap(w.at("a", then), "a1"); err != nil {
		t.Fatal(err)
	}
	w.do("INSERT b VALUES (2)")
	if status, err := job.Status(t.Context()); err != nil || status.Done() {
		t.Fatalf("the long statement ended too soon to prove anything: %v", err)
	}
	w.wait(job, nil)
	for _, name := range []string{"a", "b"} {
		if err := w.snap(w.at(name, then), name+"2"); err != nil {
			t.Fatal(err)
		}
	}
	if first, second := w.metadata("a1").NumRows, w.metadata("a2").NumRows; first != 0 || second != 0 {
		t.Errorf("two snapshots of one instant have %d and %d rows, want none: nothing was committed by then", first, second)
	}
	if rows := w.metadata("b2").NumRows; rows != 1 {
		t.Errorf("b had %d rows, want 1: what was written after the instant, before an older statement ended, is not of it", rows)
	}
	if rows := w.metadata("a").NumRows; rows != 1 {
		t.Errorf("the long statement wrote %d rows, want 1", rows)
	}
}

// TestSnapshotRefusals: what BigQuery refuses is refused, in its words, and leaves nothing.
func TestSnapshotRefusals(t *testing.T) {
	w := newWorld(t)
	before := tick()
	w.do("CREATE TABLE a AS SELECT 1 AS x; CREATE VIEW v AS SELECT x FROM a; CREATE TABLE r AS SELECT 1 AS x")
	between := tick()
	w.do("CREATE OR REPLACE TABLE r AS SELECT 2 AS x")
	if err := w.snap(w.ds.Table("a"), "s"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		from *bigquery.Table
		to   string
		want string
	}{
		{"before it was made", w.at("a", before), "n", "Cannot read before"},
		{"before it was made anew", w.at("r", between), "n", "Cannot read before"},
		{"beyond time travel", w.at("a", before.AddDate(0, 0, -8)), "n", "Invalid snapshot time"},
		{"the future", w.at("a", time.Now().Add(time.Hour)), "n", "Invalid snapshot time"},
		{"a view", w.ds.Table("v"), "n", "is not allowed for this operation because it is currently a VIEW"},
		{"nothing", w.ds.Table("none"), "n", "Not found: Table"},
		{"over a snapshot", w.ds.Table("a"), "s", "Already Exists"},
		{"over a table", w.ds.Table("a"), "r", "Already Exists"},
	} {
		if err := w.snap(c.from, c.to); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.what, err, c.want)
		}
		if _, err := w.ds.Table("n").Metadata(t.Context()); status(err) != 404 {
			t.Errorf("%s left a table: %v", c.what, err)
		}
	}
}

// TestASnapshotStaysWhatItIs holds every kind of write against a snapshot. Only labels and expiry may change.
func TestASnapshotStaysWhatItIs(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a AS SELECT 1 AS x")
	if err := w.snap(w.ds.Table("a"), "s"); err != nil {
		t.Fatal(err)
	}
	s := w.ds.Table("s")
	run := func(job *bigquery.Job, err error) error {
		if err == nil {
			var status *bigquery.JobStatus
			if status, err = job.Wait(t.Context()); err == nil {
				err = status.Err()
			}
		}
		return err
	}
	statement := func(sql string) func() error {
		return func() error { _, err := w.try(sql); return err }
	}
	for what, write := range map[string]func() error{
		"INSERT":            statement("INSERT s VALUES (2)"),
		"UPDATE":            statement("UPDATE s SET x = 2 WHERE TRUE"),
		"DELETE":            statement("DELETE s WHERE TRUE"),
		"MERGE":             statement("MERGE s USING a ON FALSE WHEN NOT MATCHED THEN INSERT (x) VALUES (3)"),
		"TRUNCATE":          statement("TRUNCATE TABLE s"),
		"CREATE OR REPLACE": statement("CREATE OR REPLACE TABLE s AS SELECT 2 AS x"),
		"ALTER":             statement("ALTER TABLE s ADD COLUMN y INT64"),
		"load": func() error {
			source := bigquery.NewReaderSource(strings.NewReader("{\"x\": 2}\n"))
			source.SourceFormat = bigquery.JSON
			return run(s.LoaderFrom(source).Run(t.Context()))
		},
		"destination of a query": func() error {
			q := w.query("SELECT 2 AS x")
			q.Dst, q.WriteDisposition = s, bigquery.WriteTruncate
			return run(q.Run(t.Context()))
		},
		"copy over it": func() error {
			c := s.CopierFrom(w.ds.Table("a"))
			c.WriteDisposition = bigquery.WriteTruncate
			return run(c.Run(t.Context()))
		},
		"streaming": func() error {
			return s.Inserter().Put(t.Context(), &bigquery.ValuesSaver{Schema: bigquery.Schema{{Name: "x", Type: bigquery.IntegerFieldType}}, Row: []bigquery.Value{5}})
		},
	} {
		if err := write(); err == nil || !strings.Contains(strings.ToLower(err.Error()), "snapshot") {
			t.Errorf("%s: %v, want an error that names the snapshot", what, err)
		}
	}
	w.label(s, "k", "v")
	if _, err := s.Update(t.Context(), bigquery.TableMetadataToUpdate{ExpirationTime: time.Now().Add(time.Hour)}, ""); err != nil {
		t.Error(err)
	}
	w.do("DROP TABLE a")
	m := w.metadata("s")
	if m.Type != bigquery.Snapshot || m.NumRows != 1 || m.SnapshotDefinition == nil || m.Labels["k"] != "v" || time.Until(m.ExpirationTime) > time.Hour {
		t.Errorf("%+v", m)
	}
	if rows := w.do("SELECT SUM(x) FROM s"); rows[0][0] != int64(1) {
		t.Errorf("it sums to %v, want 1", rows)
	}
}

// TestOneSnapshotOfManyAtOnce: of several that take one name, one does.
func TestOneSnapshotOfManyAtOnce(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a AS SELECT 1 AS x")
	then := tick()
	var mu sync.Mutex
	var all sync.WaitGroup
	taken := 0
	for range 5 {
		all.Go(func() {
			err := w.snap(w.at("a", then), "s")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				taken++
			} else if !strings.Contains(err.Error(), "Already Exists") {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if m := w.metadata("s"); taken != 1 || m.NumRows != 1 || m.Type != bigquery.Snapshot {
		t.Errorf("%d took it, want 1: %+v", taken, m)
	}
}

// TestThePastStaysWhatItWas takes snapshots while writers of all kinds are at work, and again when they are done.
func TestThePastStaysWhatItWas(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64); CREATE TABLE b (x INT64)")
	slow := "(SELECT CAST(MOD(SUM(i * j), 7) AS INT64) FROM UNNEST(GENERATE_ARRAY(1, 2500)) i, UNNEST(GENERATE_ARRAY(1, 2500)) j)"
	var writers sync.WaitGroup
	for _, sql := range []string{
		"INSERT a VALUES (1)",
		"INSERT b VALUES (1)",
		"INSERT a SELECT " + slow,
		"INSERT b SELECT " + slow,
		"UPDATE a SET x = x + 1 WHERE TRUE",
		"BEGIN TRANSACTION; INSERT a VALUES (100); INSERT b SELECT " + slow + "; COMMIT TRANSACTION",
	} {
		writers.Go(func() {
			for range 4 {
				if _, err := w.try(sql); err != nil && !strings.Contains(strings.ToLower(err.Error()), "conflict") && !strings.Contains(err.Error(), "Failed to commit") {
					t.Errorf("%s: %v", sql, err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	var then []time.Time
	var snaps sync.WaitGroup
	for working := true; working && len(then) < 12; {
		select {
		case <-done:
			working = false
		case <-time.After(400 * time.Millisecond):
		}
		i, at := len(then), time.Now().Truncate(time.Millisecond)
		then = append(then, at)
		snaps.Go(func() {
			for _, name := range []string{"a", "b"} {
				if err := w.snap(w.at(name, at), fmt.Sprint(name, "_first_", i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	<-done
	snaps.Wait()
	if t.Failed() {
		return
	}
	different := map[string]bool{}
	for i, at := range then {
		for _, name := range []string{"a", "b"} {
			if err := w.snap(w.at(name, at), fmt.Sprint(name, "_again_", i)); err != nil {
				t.Fatal(err)
			}
			rows := w.do(fmt.Sprintf("SELECT (SELECT TO_JSON_STRING([COUNT(*), SUM(x)]) FROM %[1]s_first_%[2]d), (SELECT TO_JSON_STRING([COUNT(*), SUM(x)]) FROM %[1]s_again_%[2]d)", name, i))
			different[name+fmt.Sprint(rows[0][0])] = true
			if rows[0][0] != rows[0][1] {
				t.Errorf("%s at %d: %v, then %v", name, i, rows[0][0], rows[0][1])
			}
		}
	}
	if len(different) < 4 {
		t.Errorf("only %d states were seen: too few to prove anything", len(different))
	}
}
