//go:build sandbox

package compare

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

// The same pair for all: 2 and 3 changed, 4 is only on the right.
var findingTables = [3]tableSpec{
	{"finding_left", "id INT64, v FLOAT64, t STRING", []string{"(1, 1, 'a')", "(2, 1, 'a')", "(3, 1, 'b')"}},
	{"finding_right", "id INT64, v FLOAT64, t STRING", []string{"(1, 1, 'a')", "(2, 1.5, 'a')", "(3, 1, 'c')", "(4, 1, 'a')"}},
	{"finding_again", "id INT64, v FLOAT64, t STRING", []string{"(1, 1, 'a')", "(2, 1.25, 'a')", "(3, 1, 'b')", "(9, 1, 'z')"}},
}

func findingPair(t *testing.T) (client *bigquery.Client, l, r, again Table) {
	client = engine(t)
	run(t, client, findingTables[0].sql()+findingTables[1].sql()+findingTables[2].sql())
	return client, findingTables[0].table(), findingTables[1].table(), findingTables[2].table()
}

func TestExpected(t *testing.T) {
	client, l, r, _ := findingPair(t)
	for _, c := range []struct {
		reason string
		expect Expectation
		keys   []string
		right  Table
		want   Verdict
		says   string
	}{
		{"exactly these", Expectation{Where: "id IN (2, 3, 4)", Keys: 3}, []string{"id"}, r, WithinTolerance, "3 keys differ, all as expected"},
		{"by a value of the right", Expectation{Where: "v > 1 OR t = 'c' OR id > 3"}, []string{"id"}, r, WithinTolerance, "3 keys differ, all as expected"},
		{"one too many", Expectation{Where: "id IN (2, 3)"}, []string{"id"}, r, Different, "1 key differs, not expected to"},
		{"one agrees", Expectation{Where: "id >= 1"}, []string{"id"}, r, Different, "1 key agrees, expected to differ"},
		{"another number", Expectation{Where: "id > 1", Keys: 4}, []string{"id"}, r, Different, "3 keys differ as expected, not 4"},
		{"none is there", Expectation{Where: "id > 100"}, []string{"id"}, l, Different, "no row is one that was expected to differ"},
		{"NULL is not TRUE", Expectation{Where: "id > CAST(NULL AS INT64)"}, []string{"id"}, r, Different, "3 keys differ, not expected to"},
		{"equal tables", Expectation{Where: "id = 2"}, []string{"id"}, l, Different, "1 key agrees, expected to differ"},
		{"whole rows", Expectation{Where: "id IN (2, 3, 4)", Keys: 5}, nil, r, WithinTolerance, "5 keys differ, all as expected"},
		{"with a comment at its end", Expectation{Where: "id IN (2, 3, 4) -- these"}, []string{"id"}, r, WithinTolerance, "all as expected"},
	} {
		expect := c.expect
		got, err := Tables(context.Background(), client, l, c.right, Options{Keys: c.keys, Expect: &expect})
		if err != nil {
			t.Errorf("%s: %v", c.reason, err)
			continue
		}
		if got.Verdict != c.want || !strings.Contains(strings.Join(got.Reasons, "\n"), c.says) {
			t.Errorf("%s: %s, want %s, %q; %+v", c.reason, got.Verdict, c.want, got.Reasons, got.Expected)
		}
	}
	for _, where := range []string{"no_such_column = 1", "id", "id IN (", "TRUE) FROM (SELECT 1"} {
		_, err := Tables(context.Background(), client, l, r, Options{Keys: []string{"id"}, Expect: &Expectation{Where: where}})
		var argument *ArgumentError
		if !errors.As(err, &argument) {
			t.Errorf("%s gives %v, want an argument error", where, err)
		}
	}
}

// TestExpectedOfOthers has conditions that name what is not compared: the statement would
// find it in the table, and on each side another.
func TestExpectedOfOthers(t *testing.T) {
	client, l, r, _ := findingPair(t)
	for _, where := range []string{"t = 'c'", "x.t = 'c'"} {
		_, err := Tables(context.Background(), client, l, r, Options{Keys: []string{"id"}, Ignore: []string{"t"}, Expect: &Expectation{Where: where}})
		var argument *ArgumentError
		if !errors.As(err, &argument) {
			t.Errorf("%s gives %v, want an argument error", where, err)
		}
	}
}

func TestUnexpectedFirst(t *testing.T) {
	client, l, r, _ := findingPair(t)
	got, err := Tables(context.Background(), client, l, r, Options{Keys: []string{"id"}, Expect: &Expectation{Where: "id = 2"}})
	if err != nil {
		t.Fatal(err)
	}
	if s := got.Samples; len(s) != 3 || *s[0].Key[0].Value != "3" || s[0].Expected || !s[1].Expected {
		t.Errorf("samples %+v", s)
	}
}

func TestNoise(t *testing.T) {
	client, l, r, again := findingPair(t)
	got, err := Tables(context.Background(), client, l, r, Options{Keys: []string{"id"}, Again: &Input{Table: again}})
	if err != nil {
		t.Fatal(err)
	}
	n := got.Noise
	if got.Verdict != Different || n == nil || n.Within != 1 || n.Beyond != 2 || n.Verdict != Different {
		t.Fatalf("%s, %+v", got.Verdict, n)
	}
	if got.Left.Rows != 3 || got.Right.Rows != 4 || got.Rows.OnlyRight != 1 {
		t.Errorf("the other run counts as a side: %+v", got.Rows)
	}
	if !slices.Equal(n.Proposals, []string{"--tolerance=v=0.25"}) || !slices.Equal(n.BeyondColumns, []ColumnCount{{"t", 1}}) {
		t.Errorf("proposals %q, columns %v", n.Proposals, n.BeyondColumns)
	}
	if s := got.Samples; s[0].Noisy || *s[0].Key[0].Value != "3" || !s[1].Noisy {
		t.Errorf("samples %+v", s)
	}
	_, err = Tables(context.Background(), client, l, r, Options{Keys: []string{"id"}, Again: &Input{Query: "SELECT 1 AS id"}})
	if err == nil || !strings.Contains(err.Error(), "no column v of type FLOAT64") {
		t.Errorf("error %v", err)
	}
}

func TestBetween(t *testing.T) {
	client := engine(t)
	columns := "id INT64, day DATE, ts TIMESTAMP, dt DATETIME"
	row := func(id, day string) string {
		return "(" + id + ", DATE '" + day + "', TIMESTAMP '" + day + " 12:00:00+00', DATETIME '" + day + " 12:00:00')"
	}
	left := tableSpec{"between_left", columns, []string{row("1", "2024-01-01"), row("2", "2024-01-02"), "(3, NULL, NULL, NULL)"}}
	right := tableSpec{"between_right", columns, []string{row("1", "2024-01-01"), row("9", "2024-01-02")}}
	run(t, client, left.sql()+right.sql())
	for text, want := range map[string]Verdict{
		"day=2024-01-01..2024-01-02": Identical, "day=2024-01-01..2024-01-03": Different, "day=..2024-01-02": Identical,
		"ts=2024-01-01..2024-01-02T12:00:00Z": Identical, "ts=2024-01-02T14:00:00+02:00..": Different, "ts=2024-01-02T14:00:00.000001+02:00..": NotComparable,
		"dt=2024-01-01..2024-01-02 12:00:00": Identical, "id=0..2": Identical, "id=0..3": Different, "id=0..": Different,
	} {
		between, err := ParseBetween(text)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Tables(context.Background(), client, left.table(), right.table(), Options{Keys: []string{"id"}, Between: between})
		if err != nil || got.Verdict != want {
			t.Errorf("%s: %v, %+v", text, err, got)
		}
	}
	for text, says := range map[string]string{
		"day=2024-01-01T00:00:00Z..": "not a DATE", "ts=yesterday..": "not a TIMESTAMP", "zz=1..2": "neither table", "id=1 OR TRUE..": "id",
	} {
		between, err := ParseBetween(text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Tables(context.Background(), client, left.table(), right.table(), Options{Between: between})
		var argument *ArgumentError
		if !errors.As(err, &argument) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestPartitionTime compares tables that are partitioned by ingestion time.
func TestPartitionTime(t *testing.T) {
	client := engine(t)
	l := tableSpec{name: "ingested_left"}.table()
	r := tableSpec{name: "ingested_right"}.table()
	run(t, client, "CREATE OR REPLACE TABLE "+l.SQL()+" (id INT64) PARTITION BY _PARTITIONDATE; CREATE OR REPLACE TABLE "+r.SQL()+" (id INT64) PARTITION BY _PARTITIONDATE;"+
		"INSERT INTO "+l.SQL()+" (_PARTITIONTIME, id) VALUES (TIMESTAMP '2024-01-01 00:00:00+00', 1); INSERT INTO "+r.SQL()+" (_PARTITIONTIME, id) VALUES (TIMESTAMP '2024-01-02 00:00:00+00', 1);")
	got, err := Tables(context.Background(), client, l, r, Options{})
	if err != nil || got.Verdict != Identical || !strings.Contains(strings.Join(got.Notes, " "), "_PARTITIONTIME can be a key") {
		t.Errorf("%v, %+v", err, got)
	}
	got, err = Tables(context.Background(), client, l, r, Options{Keys: []string{"id", "_partitiontime"}})
	if err != nil || got.Verdict != Different || got.Rows != (Rows{OnlyLeft: 1, OnlyRight: 1}) {
		t.Errorf("%v, %+v", err, got)
	}
	got, err = Tables(context.Background(), client, l, r, Options{Keys: []string{"id"}, Between: &Between{Column: "_PARTITIONTIME", From: "2024-01-02"}})
	if err != nil || got.Verdict != Different || got.Rows != (Rows{OnlyRight: 1}) {
		t.Errorf("%v, %+v", err, got)
	}
}
