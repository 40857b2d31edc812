//go:build sandbox

package e2e

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"
)

// steps is the length of the random walk; the seed is printed so that a failure can be replayed.
const steps = 40

// TestVersionFollowsContent walks at random over three tables and holds each table's
// version against its content, read in full: content that changed has a version never
// seen before, and a table that the step did not name keeps its version.
func TestVersionFollowsContent(t *testing.T) {
	w := newWorld(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	names := []string{"a", "b", "c"}
	seen := map[string]bool{}
	last, content := map[string]version{}, map[string]string{}
	for _, name := range names {
		w.do("CREATE TABLE " + name + " (x INT64, s STRING)")
		last[name], content[name] = w.version(name), w.content(name)
		seen[last[name].etag] = true
	}
	for range steps {
		target := names[r.IntN(3)]
		sql := statement(r, target, names[r.IntN(3)])
		w.do(sql)
		for _, name := range names {
			now, rows := w.version(name), w.content(name)
			switch {
			case rows != content[name] && now.etag == last[name].etag:
				t.Fatalf("seed %d: %s: the content of %s changed, its version did not", seed, sql, name)
			case now.etag != last[name].etag && seen[now.etag]:
				t.Fatalf("seed %d: %s: %s has a version that was there before", seed, sql, name)
			case now.etag != last[name].etag && now.modified <= last[name].modified:
				t.Fatalf("seed %d: %s: lastModifiedTime of %s went from %d to %d", seed, sql, name, last[name].modified, now.modified)
			case name != target && now != last[name]:
				t.Fatalf("seed %d: %s: %s moved without a write", seed, sql, name)
			}
			if want := uint64(strings.Count(rows, "\n")); now.rows != want {
				t.Fatalf("seed %d: %s: numRows of %s is %d, it has %d rows", seed, sql, name, now.rows, want)
			}
			seen[now.etag] = true
			last[name], content[name] = now, rows
		}
	}
}

// statement is a random write to target, which may read source.
func statement(r *rand.Rand, target, source string) string {
	n := r.IntN(6)
	return []string{
		fmt.Sprintf("INSERT INTO %s (x, s) VALUES (%d, 'DELETE FROM %s')", target, n, source),
		fmt.Sprintf("INSERT `%s` (x) SELECT %d FROM %s LIMIT 2", target, n, source),
		fmt.Sprintf("DELETE FROM %s WHERE x = %d -- INSERT INTO %s", target, n, source),
		fmt.Sprintf("UPDATE %s SET s = 'it\\'s' WHERE x < %d", strings.ToLower(target), n),
		fmt.Sprintf("/* %s */ TRUNCATE TABLE %s", source, target),
		fmt.Sprintf("CREATE OR REPLACE TABLE %s AS SELECT x, s FROM %s LIMIT 3", target, source),
		fmt.Sprintf("MERGE %s t USING (SELECT DISTINCT %d AS x) u ON t.x = u.x WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (x) VALUES (u.x)", target, n),
		fmt.Sprintf("EXECUTE IMMEDIATE 'INSERT INTO %s (x) SELECT COUNT(*) FROM %s'", target, source),
		fmt.Sprintf("BEGIN INSERT INTO %s (x) VALUES (%d); END", target, n),
		fmt.Sprintf("BEGIN TRANSACTION; INSERT INTO %s (x) VALUES (%d); DELETE FROM %s WHERE x = %d; COMMIT", target, n, target, n),
		fmt.Sprintf("SELECT * FROM %s", source),
		fmt.Sprintf("DROP TABLE %s; CREATE TABLE %s (x INT64, s STRING)", target, target),
	}[r.IntN(12)]
}

// content is every row of the table, one a line, in an order of its own.
func (w *world) content(table string) string {
	var lines []string
	for _, row := range w.do("SELECT * FROM " + table) {
		lines = append(lines, fmt.Sprintf("%v\n", row))
	}
	sort.Strings(lines)
	return strings.Join(lines, "")
}
