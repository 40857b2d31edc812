//go:build sandbox

package compare

import (
	"errors"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

// checkFingerprints holds the fingerprints of two random tables against the oracle:
// they are equal where the tables are, row by row without any rule, and nowhere else.
func checkFingerprints(t *testing.T, client *bigquery.Client, left, right randomSide, l, r Table) {
	t.Helper()
	a, _, err := FingerprintOf(t.Context(), client, l, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := FingerprintOf(t.Context(), client, r, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := judgement(left, right, nil, Options{AllowEmpty: true}).Verdict == Identical
	if got := a.Fingerprint == b.Fingerprint; got != want {
		t.Errorf("fingerprints equal: %v, want %v\nleft %.2000s\nright %.2000s", got, want, left, right)
	}
}

// TestFingerprintInsteadOfReading records two tables and compares them: nothing is
// read until one of them changes.
func TestFingerprintInsteadOfReading(t *testing.T) {
	client := engine(t)
	const columns = "id INT64, v FLOAT64, a ARRAY<STRUCT<x INT64, y STRING>>"
	one := tableSpec{"fingerprint_left", columns, []string{"(1, 0.0, [(1, 'a')])", "(2, NULL, [])", "(2, NULL, [])"}}
	other := tableSpec{"fingerprint_right", "A ARRAY<STRUCT<x INT64, y STRING>>, v FLOAT64, id INT64", []string{"([], NULL, 2)", "([(1, 'a')], -0.0, 1)", "(NULL, NULL, 2)"}}
	run(t, client, one.sql()+other.sql())
	compared := func() *Result {
		t.Helper()
		var known []Base
		for _, s := range []tableSpec{one, other} {
			b, _, err := FingerprintOf(t.Context(), client, s.table(), Options{MaxBytes: 1 << 30})
			if err != nil {
				t.Fatal(err)
			}
			known = append(known, b)
		}
		r, err := Tables(t.Context(), client, one.table(), other.table(), Options{Keys: []string{"id"}, Bases: known})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := compared(); r.Verdict != Identical || r.Job.ID != "" || r.Rows.Equal != 3 || !strings.Contains(strings.Join(r.Notes, ""), "same fingerprint") {
		t.Errorf("%s by job %q, rows %+v, notes %q: want IDENTICAL without a job", r.Verdict, r.Job.ID, r.Rows, r.Notes)
	}
	run(t, client, "UPDATE "+other.table().SQL()+" SET v = 1 WHERE id = 1")
	if r := compared(); r.Verdict != Different || r.Rows.Changed != 1 {
		t.Errorf("%s, rows %+v: want a changed row", r.Verdict, r.Rows)
	}
	run(t, client, "CREATE OR REPLACE VIEW "+tableSpec{name: "fingerprint_view"}.table().SQL()+" AS SELECT * FROM "+one.table().SQL())
	var argument *ArgumentError
	for _, name := range []string{"fingerprint_view", "fingerprint_of_nothing"} {
		if _, _, err := FingerprintOf(t.Context(), client, tableSpec{name: name}.table(), Options{}); !errors.As(err, &argument) {
			t.Errorf("%s: %v, want an argument error", name, err)
		}
	}
}
