//go:build sandbox

package compare

import (
	"fmt"
	"slices"
	"testing"

	"cloud.google.com/go/bigquery"
)

// TestUncompared compares tables with a column that no statement can read exactly:
// what was not looked at cannot be equal, and is listed.
func TestUncompared(t *testing.T) {
	client := engine(t)
	schema := bigquery.Schema{field("id", "INTEGER"), field("v", "INTEGER"), {Name: "t", Type: "TIMESTAMP", TimestampPrecision: 12}}
	create := func(name string, v int) Table {
		table := tableSpec{name: name}.table()
		run(t, client, "DROP TABLE IF EXISTS "+table.SQL())
		if err := client.Dataset(table.Dataset).Table(table.Name).Create(t.Context(), &bigquery.TableMetadata{Schema: schema}); err != nil {
			t.Fatal(err)
		}
		run(t, client, fmt.Sprintf("INSERT INTO %s VALUES (1, %d, TIMESTAMP '2024-01-01 00:00:00Z')", table.SQL(), v))
		return table
	}
	left := create("uncompared_left", 1)
	for _, c := range []struct {
		reason  string
		v       int
		options Options
		want    Verdict
		listed  []NotCompared
	}{
		{"all else is equal", 1, Options{Keys: []string{"id"}}, NotComparable, []NotCompared{{"t", "TIMESTAMP(12) is finer than microseconds"}}},
		{"whole rows", 1, Options{}, NotComparable, []NotCompared{{"t", "TIMESTAMP(12) is finer than microseconds"}}},
		{"a difference is one, whatever else was not looked at", 2, Options{Keys: []string{"id"}}, Different, []NotCompared{{"t", "TIMESTAMP(12) is finer than microseconds"}}},
		{"the caller takes it on himself", 1, Options{Keys: []string{"id"}, Ignore: []string{"T"}}, Identical, nil},
	} {
		t.Run(c.reason, func(t *testing.T) {
			r, err := Tables(t.Context(), client, left, create("uncompared_right", c.v), c.options)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != c.want || !slices.Equal(r.NotCompared, c.listed) {
				t.Errorf("%s, not compared %v, want %s, %v", r.Verdict, r.NotCompared, c.want, c.listed)
			}
		})
	}
}
