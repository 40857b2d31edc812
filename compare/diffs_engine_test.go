//go:build sandbox

package compare

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
)

func TestWriteDiffs(t *testing.T) {
	client, ctx := engine(t), context.Background()
	columns := "id INT64, s STRUCT<x INT64, y ARRAY<STRING>>, j JSON, iv INTERVAL, t STRING"
	same := `(1, STRUCT(1 AS x, ['a'] AS y), JSON '{"a": 1}', INTERVAL 1 MONTH, 'a')`
	left := tableSpec{"diffs_left", columns, []string{same, same, `(2, STRUCT(1 AS x, ['a', 'b'] AS y), NULL, INTERVAL 1 MONTH, 'a')`}}
	right := tableSpec{"diffs_right", columns, []string{same, `(2, STRUCT(1 AS x, ['b'] AS y), NULL, INTERVAL 30 DAY, 'a')`, `(3, NULL, NULL, NULL, NULL)`}}
	into := Table{Project: testProject, Dataset: testDataset, Name: "diffs_stored"}
	run(t, client, left.sql()+right.sql()+"DROP TABLE IF EXISTS "+into.SQL()+";")
	o := Options{Keys: []string{"id"}, WriteDiffs: &Diffs{Table: into, Expires: time.Hour}}
	for range 2 { // the second time it replaces its own
		got, err := Tables(ctx, client, left.table(), right.table(), o)
		if err != nil || got.Diffs == nil || got.Diffs.Rows != 4 {
			t.Fatalf("%v, %+v, %q", err, got.Diffs, got.Notes)
		}
	}
	meta, err := into.Of(client).Metadata(ctx)
	if err != nil || time.Until(meta.ExpirationTime) > time.Hour || meta.ExpirationTime.IsZero() {
		t.Fatalf("%v, expires %v", err, meta.ExpirationTime)
	}
	rows := client.Query("SELECT id, dit_left_rows, dit_right_rows, ARRAY_LENGTH(s.y), CAST(iv AS STRING) FROM " + into.SQL() + " ORDER BY id, dit_left_rows")
	it, err := rows.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for {
		var row []bigquery.Value
		if err := it.Next(&row); errors.Is(err, iterator.Done) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		found = append(found, fmt.Sprint(row[:4]))
	}
	if want := "[1 2 1 1] [2 0 1 1] [2 1 0 2] [3 0 1 <nil>]"; strings.Join(found, " ") != want {
		t.Errorf("stored %s, want %s", found, want)
	}

	run(t, client, "DROP TABLE "+into.SQL())
	if got, err := Tables(ctx, client, left.table(), left.table(), o); err != nil || got.Diffs != nil {
		t.Errorf("%v: something is stored of equal tables: %+v", err, got.Diffs)
	}
	for _, foreign := range []Table{left.table(), right.table()} {
		_, err := Tables(ctx, client, left.table(), right.table(), Options{WriteDiffs: &Diffs{Table: foreign}})
		var argument *ArgumentError
		if !errors.As(err, &argument) || !strings.Contains(err.Error(), "not replaced") {
			t.Errorf("%s: %v", foreign, err)
		}
	}
	if _, err := into.Of(client).Metadata(ctx); !errors.Is(bq.Classify(err), bq.ErrNotFound) {
		t.Errorf("%v", err)
	}
	elsewhere := o
	elsewhere.WriteDiffs = &Diffs{Table: Table{Project: testProject, Dataset: "no_such_dataset", Name: "x"}}
	if got, err := Tables(ctx, client, left.table(), right.table(), elsewhere); err != nil || got.Verdict != Different || !strings.Contains(strings.Join(got.Notes, "\n"), "were not stored") {
		t.Errorf("%v: the verdict is lost with the table: %+v", err, got)
	}
}

// TestDiffsInTheWay has another make a table, under the name that was free when the comparison began.
func TestDiffsInTheWay(t *testing.T) {
	client, l, r, _ := findingPair(t)
	into := Diffs{Table: tableSpec{name: "diffs_in_the_way"}.table()}
	run(t, client, "DROP TABLE IF EXISTS "+into.Table.SQL())
	p, err := prepare(t.Context(), client, Input{Table: l}, Input{Table: r}, Options{WriteDiffs: &into})
	if err != nil {
		t.Fatal(err)
	}
	run(t, client, "CREATE TABLE "+into.Table.SQL()+" AS SELECT 'precious' AS v")
	p.result.Read, p.result.Rows = true, Rows{OnlyLeft: 1}
	p.result.storeDiffs(t.Context(), client, p, Options{WriteDiffs: &into})
	if notes := strings.Join(p.result.Notes, "\n"); p.result.Diffs != nil || !strings.Contains(notes, "was not made to hold differing rows") {
		t.Errorf("stored %+v, notes %q", p.result.Diffs, notes)
	}
	if meta, err := into.Table.Of(client).Metadata(t.Context()); err != nil || meta.Schema[0].Name != "v" {
		t.Errorf("%v: the other's table is not what it was: %+v", err, meta)
	}
	var argument *ArgumentError
	if _, err := prepare(t.Context(), client, Input{Table: l}, Input{Table: r}, Options{Keys: []string{"_PARTITIONTIME"}, WriteDiffs: &into}); !errors.As(err, &argument) {
		t.Errorf("a key that cannot be stored gives %v", err)
	}
}
