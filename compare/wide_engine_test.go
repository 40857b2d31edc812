//go:build sandbox

package compare

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

// wide makes tables of so many columns, of which right differs in the given cells.
func wide(t *testing.T, client *bigquery.Client, columns int, rightCells map[string]string, rightRows int) (l, r Table) {
	values := func(row int, cells map[string]string) string {
		var out []string
		for c := range columns {
			v := fmt.Sprintf("%d AS column_number_%d", row*c, c)
			if cell, ok := cells[fmt.Sprintf("%d/%d", row, c)]; ok {
				v = fmt.Sprintf("%s AS column_number_%d", cell, c)
			}
			out = append(out, v)
		}
		return fmt.Sprintf("SELECT %d AS id, %s", row, strings.Join(out, ", "))
	}
	create := func(name string, rows int, cells map[string]string) Table {
		table := tableSpec{name: name}.table()
		var all []string
		for row := range rows {
			all = append(all, values(row, cells))
		}
		run(t, client, "CREATE OR REPLACE TABLE "+table.SQL()+" AS "+strings.Join(all, " UNION ALL "))
		return table
	}
	return create("wide_left", 4, nil), create("wide_right", rightRows, rightCells)
}

func TestWide(t *testing.T) {
	const columns = 12
	client := engine(t)
	defer func(n int) { lengthy = n }(lengthy)
	lengthy = 8 << 10
	for _, c := range []struct {
		reason  string
		cells   map[string]string
		rows    int
		options Options
		want    Verdict
		found   Rows
	}{
		{"equal", nil, 4, Options{Keys: []string{"id"}}, Identical, Rows{Equal: 4}},
		{"the first and the last column, in one row and in two", map[string]string{"1/0": "7", "1/11": "7", "3/11": "7"}, 4, Options{Keys: []string{"id"}}, Different, Rows{Equal: 2, Changed: 2}},
		{"a row less", map[string]string{"1/0": "7"}, 3, Options{Keys: []string{"id"}}, Different, Rows{Equal: 2, Changed: 1, OnlyLeft: 1}},
		{"within tolerance in one part", map[string]string{"1/1": "2"}, 4, Options{Keys: []string{"id"}, Tolerances: map[string]Tolerance{"column_number_1": {Absolute: 1}}}, WithinTolerance, Rows{Equal: 3, Tolerated: 1}},
		{"tolerated in one part, not in the other", map[string]string{"1/1": "2", "1/11": "2"}, 4, Options{Keys: []string{"id"}, Tolerances: map[string]Tolerance{"column_number_1": {Absolute: 1}}}, Different, Rows{Equal: 3, Changed: 1}},
		{"a repeated key", map[string]string{"1/11": "7"}, 4, Options{Keys: []string{"column_number_0"}}, Different, Rows{Equal: 3, UnpairedLeft: 1, UnpairedRight: 1}},
		{"a repeated key and tolerances", map[string]string{"1/11": "12"}, 4, Options{Keys: []string{"column_number_0"}, Tolerances: map[string]Tolerance{"column_number_11": {Absolute: 1}}}, NotComparable, Rows{Equal: 3, UnpairedLeft: 1, UnpairedRight: 1}},
		{"whole rows", map[string]string{"1/11": "7"}, 4, Options{}, Different, Rows{Equal: 3, OnlyLeft: 1, OnlyRight: 1}},
	} {
		l, r := wide(t, client, columns, c.cells, c.rows)
		got, err := Tables(context.Background(), client, l, r, c.options)
		if err != nil {
			t.Errorf("%s: %v", c.reason, err)
			continue
		}
		if len(c.options.Keys) > 0 && !strings.Contains(strings.Join(got.Notes, "\n"), "too many for one statement") {
			t.Errorf("%s: compared by one statement", c.reason)
		}
		if got.Verdict != c.want || got.Rows != c.found {
			t.Errorf("%s: %s %+v, want %s %+v; %q", c.reason, got.Verdict, got.Rows, c.want, c.found, got.Reasons)
		}
		if c.reason == "the first and the last column, in one row and in two" {
			s := got.Samples
			if len(s) != 2 || len(s[0].Differs) != 2 || s[0].Differs[1].Column != "column_number_11" || len(got.Columns) != columns || got.Columns[11].Differing != 2 {
				t.Errorf("samples %+v", s)
			}
		}
	}
}
