//go:build sandbox

package e2e

import (
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

// version is what the run cache records of a table.
type version struct {
	etag     string
	modified int64
	rows     uint64
}

func (w *world) version(table string) version {
	w.Helper()
	m := w.metadata(table)
	return version{m.ETag, m.LastModifiedTime.UnixMilli(), m.NumRows}
}

// moved fails the test unless both the etag and the time went on.
func (w *world) moved(what string, before, after version) {
	w.Helper()
	if before.etag == after.etag {
		w.Errorf("%s: the etag did not move", what)
	}
	if after.modified <= before.modified {
		w.Errorf("%s: lastModifiedTime went from %d to %d", what, before.modified, after.modified)
	}
}

// TestVersionMoves holds every way to write to one of two tables against the versions of
// both. ds stands for the dataset.
func TestVersionMoves(t *testing.T) {
	w := newWorld(t)
	reset := `CREATE OR REPLACE TABLE a (x INT64, s STRING); INSERT a VALUES (1, 'one'), (2, 'two');
		CREATE OR REPLACE TABLE b (x INT64, s STRING); INSERT b VALUES (1, 'b');
		CREATE OR REPLACE VIEW v AS SELECT * FROM a`
	for _, tt := range []struct{ moves, sql string }{
		{"a", "INSERT a VALUES (3, 'three')"},
		{"a", "INSERT INTO a SELECT * FROM b"},
		{"b", "INSERT INTO b SELECT * FROM a"},
		{"a", "insert into `a` (x) values (9)"},
		{"a", "INSERT INTO `dit-sandbox`.ds.a (x) VALUES (9)"},
		{"a", "INSERT INTO `dit-sandbox.ds.a` (x) VALUES (9)"},
		{"a", "/* b */ UPDATE a -- b\n SET s = 'b' WHERE x = 1 # b"},
		{"a", "UPDATE a SET s = (SELECT MAX(s) FROM b) WHERE TRUE"},
		{"a", "DELETE FROM a WHERE x IN (SELECT x FROM b)"},
		{"a", "DELETE a WHERE s = 'one'"},
		{"a", "TRUNCATE TABLE a"},
		{"a", "MERGE a USING b ON a.x = b.x WHEN MATCHED THEN UPDATE SET s = b.s WHEN NOT MATCHED THEN INSERT ROW"},
		{"a", "MERGE INTO a AS t USING (SELECT 7 AS x, 'q' AS s) AS u ON t.x = u.x WHEN NOT MATCHED THEN INSERT (x, s) VALUES (u.x, u.s)"},
		{"a", "CREATE OR REPLACE TABLE a AS SELECT * FROM b"},
		{"a", "CREATE OR REPLACE TABLE a AS SELECT * FROM a"},
		{"a", "CREATE OR REPLACE TABLE a (x INT64, s STRING)"},
		{"a", "DROP TABLE a; CREATE TABLE a AS SELECT * FROM b"},
		{"a", "ALTER TABLE a ADD COLUMN y INT64"},
		{"a", "ALTER TABLE a DROP COLUMN s"},
		{"a", "ALTER TABLE a RENAME COLUMN s TO z"},
		{"a", "ALTER TABLE a SET OPTIONS (description = 'new')"},
		{"a", "EXECUTE IMMEDIATE 'INSERT INTO a (x) VALUES (5)'"},
		{"a", "EXECUTE IMMEDIATE CONCAT('DELETE ', 'FROM ', CHR(97), ' WHERE x = 1')"},
		{"a", "DECLARE n INT64 DEFAULT 5; IF n > 3 THEN INSERT INTO a (x) VALUES (n); ELSE INSERT INTO b (x) VALUES (n); END IF"},
		{"a", "DECLARE i INT64 DEFAULT 0; WHILE i < 2 DO INSERT INTO a (x) VALUES (i); SET i = i + 1; END WHILE"},
		{"a", "BEGIN TRANSACTION; INSERT INTO a (x) VALUES (5); COMMIT TRANSACTION"},
		{"ab", "INSERT a (x) VALUES (1); INSERT b (x) VALUES (1)"},
		{"ab", "BEGIN TRANSACTION; INSERT INTO a (x) VALUES (5); DELETE FROM b WHERE TRUE; COMMIT"},
		{"ab", "DELETE FROM a WHERE x = 1; SELECT 1; INSERT INTO b (x) SELECT x FROM a"},
		{"v", "CREATE OR REPLACE VIEW v AS SELECT x FROM a"},
		{"", "SELECT * FROM a"},
		{"", "SELECT * FROM a JOIN b USING (x)"},
		{"", "WITH a AS (SELECT 1 AS x) SELECT * FROM a"},
		{"", "WITH c AS (SELECT * FROM a) SELECT COUNT(*) FROM c"},
		{"", "SELECT 'INSERT INTO a VALUES (1)'"},
		{"", "SELECT \"\"\"; DELETE FROM a WHERE TRUE; \"\"\""},
		{"", "SELECT 1 -- ; DELETE FROM a WHERE TRUE"},
		{"", "SELECT * FROM v"},
		{"", "CREATE OR REPLACE TABLE c AS SELECT * FROM a"},
		{"", "CREATE TEMP TABLE a AS SELECT 1 AS x; SELECT * FROM a"},
		{"", "BEGIN TRANSACTION; INSERT INTO a (x) VALUES (5); ROLLBACK TRANSACTION"},
		{"", "EXECUTE IMMEDIATE 'SELECT COUNT(*) FROM a'"},
		{"", "DELETE FROM a WHERE x = 12345"},
		{"", "CREATE TABLE IF NOT EXISTS a (x INT64)"},
	} {
		sql := strings.ReplaceAll(tt.sql, "ds.", w.ds.DatasetID+".")
		w.do(reset)
		before := map[string]version{"a": w.version("a"), "b": w.version("b"), "v": w.version("v")}
		if _, err := w.try(sql); err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		for table, old := range before {
			now := w.version(table)
			if strings.Contains(tt.moves, table) {
				w.moved(sql+" on "+table, old, now)
			} else if now != old {
				t.Errorf("%s: %s moved from %+v to %+v without a write", sql, table, old, now)
			}
		}
	}
}

// TestVersionOfAFailedStatementStays: what was rolled back was not written.
func TestVersionOfAFailedStatementStays(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64); INSERT a VALUES (1)")
	before := w.version("a")
	for _, sql := range []string{
		"INSERT INTO a SELECT ERROR('no') FROM a",
		"UPDATE a SET x = 1/0 WHERE TRUE",
		"INSERT INTO a (nope) VALUES (1)",
		"INSERT INTO",
	} {
		if _, err := w.try(sql); err == nil {
			t.Errorf("%s: no error", sql)
		}
	}
	if now := w.version("a"); now != before {
		t.Errorf("the version moved from %+v to %+v", before, now)
	}
}

// TestVersionByTheOtherDoors covers the writes that are not SQL.
func TestVersionByTheOtherDoors(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64); CREATE TABLE b (x INT64); INSERT b VALUES (1), (2)")
	a := w.ds.Table("a")
	uri := putObject(t, w.ds.DatasetID+"/rows.json", "{\"x\": 7}\n{\"x\": 8}\n")
	load := func(disposition bigquery.TableWriteDisposition) func() {
		return func() {
			ref := bigquery.NewGCSReference(uri)
			ref.SourceFormat = bigquery.JSON
			ref.Schema = bigquery.Schema{{Name: "x", Type: bigquery.IntegerFieldType}}
			l := a.LoaderFrom(ref)
			l.WriteDisposition = disposition
			w.wait(l.Run(t.Context()))
		}
	}
	into := func(disposition bigquery.TableWriteDisposition) func() {
		return func() {
			q := w.query("SELECT * FROM b")
			q.Dst, q.WriteDisposition = a, disposition
			w.wait(q.Run(t.Context()))
		}
	}
	for _, tt := range []struct {
		what string
		do   func()
	}{
		{"load, append", load(bigquery.WriteAppend)},
		{"load, truncate", load(bigquery.WriteTruncate)},
		{"query destination, append", into(bigquery.WriteAppend)},
		{"query destination, truncate", into(bigquery.WriteTruncate)},
		{"query destination, truncate with the same rows", into(bigquery.WriteTruncate)},
		{"streaming insert", func() {
			if err := a.Inserter().Put(t.Context(), []bigquery.ValueSaver{&bigquery.ValuesSaver{
				Schema: bigquery.Schema{{Name: "x", Type: bigquery.IntegerFieldType}}, Row: []bigquery.Value{5}}}); err != nil {
				t.Fatal(err)
			}
		}},
		{"copy over it", func() {
			c := a.CopierFrom(w.ds.Table("b"))
			c.WriteDisposition = bigquery.WriteTruncate
			w.wait(c.Run(t.Context()))
		}},
		{"label", func() { w.label(a, "k", "one") }},
		{"label changed back", func() { w.label(a, "k", "two"); w.label(a, "k", "one") }},
		{"drop and create", func() {
			if err := a.Delete(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := a.Create(t.Context(), &bigquery.TableMetadata{Schema: bigquery.Schema{{Name: "x", Type: bigquery.IntegerFieldType}}}); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		before, other := w.version("a"), w.version("b")
		tt.do()
		w.moved(tt.what, before, w.version("a"))
		if now := w.version("b"); now != other {
			t.Errorf("%s: b moved", tt.what)
		}
	}
}

func (w *world) label(table *bigquery.Table, key, value string) {
	w.Helper()
	var update bigquery.TableMetadataToUpdate
	update.SetLabel(key, value)
	if _, err := table.Update(w.Context(), update, ""); err != nil {
		w.Fatal(err)
	}
}
