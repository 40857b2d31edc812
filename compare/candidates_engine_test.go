//go:build sandbox

package compare

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestCandidates(t *testing.T) {
	client := engine(t)
	for _, c := range []struct {
		reason, columns string
		rows            []string
		want            string
	}{
		{"unique and never NULL; names of keys first", "v INT64, n INT64, twice STRING, vessel_id STRING, f FLOAT64",
			[]string{"(1, 1, 'a', 'x', 1)", "(2, NULL, 'a', 'X', 2)", "(3, 3, 'b', 'y', 3)"}, "vessel_id v"},
		{"no text, or a text of no letters", "a STRING, b BYTES, t TIMESTAMP, d DATE, n NUMERIC",
			[]string{"('', FROM_HEX(''), TIMESTAMP '2024-01-01 00:00:00+00', DATE '2024-01-01', 1.5)", "('~', FROM_HEX('00'), TIMESTAMP '2024-01-01 00:00:00.000001+00', DATE '2024-01-01', 1.50)"}, "a b t"},
		{"an empty table shows nothing", "id INT64", nil, ""},
		{"nothing that can be a key", "f FLOAT64, j JSON, a ARRAY<INT64>, s STRUCT<id INT64>, b BOOL", nil, ""},
	} {
		spec := tableSpec{"candidates", c.columns, c.rows}
		run(t, client, spec.sql())
		got, err := Candidates(context.Background(), client, spec.table(), Options{})
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, %v, want %s", c.reason, got, err, c.want)
		}
	}
	missing := tableSpec{name: "candidates_missing"}
	var argument *ArgumentError
	if _, err := Candidates(context.Background(), client, missing.table(), Options{}); !errors.As(err, &argument) {
		t.Errorf("a table that is not there: %v", err)
	}
}
