//go:build sandbox

package compare

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// Each case has the rows of the left side, of its other run and of the right, and says whether they differ by noise alone. In v a
// thousandth is tolerated, in t the case of letters, in s.x a tenth.
func TestOnlyNoiseOfRows(t *testing.T) {
	const columns = "id INT64, v FLOAT64, t STRING, closed BOOL, s STRUCT<x FLOAT64, y STRING>"
	options := Options{Keys: []string{"id"}, Normalise: map[string][]Normalisation{"t": {FoldCase}}, Tolerances: map[string]Tolerance{"v": {Relative: 0.001}, "s.x": {Absolute: 0.1}}}
	// row has the given values, each in the column whose literal it looks like, and else what all rows have.
	row := func(id, v string, more ...string) string {
		cells := []string{id, v, "'a'", "TRUE", "STRUCT(1.0, 'p')"}
		for _, cell := range more {
			switch {
			case strings.HasPrefix(cell, "'"):
				cells[2] = cell
			case strings.HasPrefix(cell, "STRUCT"):
				cells[4] = cell
			default:
				cells[3] = cell
			}
		}
		return "(" + strings.Join(cells, ", ") + ")"
	}
	type rows []string
	const nan = "CAST('NaN' AS FLOAT64)"
	cases := []struct {
		name               string
		left, again, right rows
		noise              bool
	}{
		{"same_columns", rows{row("1", "1", "'x'"), row("2", "1")}, rows{row("1", "2", "'y'"), row("2", "1")}, rows{row("1", "1.5", "'z'"), row("2", "1")}, true},
		{"no_column_more", rows{row("1", "1"), row("2", "1")}, rows{row("1", "2", "'y'"), row("2", "1")}, rows{row("1", "1", "'z'"), row("2", "1")}, true},
		{"as_far", rows{row("1", "1")}, rows{row("1", "2")}, rows{row("1", "0")}, true},
		{"further", rows{row("1", "1")}, rows{row("1", "2")}, rows{row("1", "2.5")}, false},
		{"far_within_tolerance", rows{row("1", "1000000"), row("2", "1")}, rows{row("1", "1000900"), row("2", "1.2")}, rows{row("1", "1000000"), row("2", "800")}, false},
		{"further_within_tolerance", rows{row("1", "1000000"), row("2", "1")}, rows{row("1", "1000000"), row("2", "1.2")}, rows{row("1", "1000900"), row("2", "1.1")}, true},
		{"another_column", rows{row("1", "1", "'x'"), row("2", "1")}, rows{row("1", "1", "'y'"), row("2", "1", "FALSE")}, rows{row("1", "1", "'x'", "FALSE"), row("2", "1")}, false},
		{"null", rows{row("1", "1")}, rows{row("1", "NULL")}, rows{row("1", "NULL")}, true},
		{"null_before", rows{row("1", "NULL")}, rows{row("1", "1")}, rows{row("1", "2")}, true},
		{"null_of_another_key", rows{row("1", "1"), row("2", "1")}, rows{row("1", "NULL"), row("2", "2")}, rows{row("1", "2"), row("2", "NULL")}, false},
		{"null_text_of_another_key", rows{row("1", "1"), row("2", "1")}, rows{row("1", "1", "NULL"), row("2", "1", "'b'")}, rows{row("1", "1", "'b'"), row("2", "1", "NULL")}, false},
		{"nan", rows{row("1", "1")}, rows{row("1", nan)}, rows{row("1", nan)}, true},
		{"nan_of_another_key", rows{row("1", "1"), row("2", "1")}, rows{row("1", nan), row("2", "2")}, rows{row("1", "2"), row("2", nan)}, false},
		{"text_within_tolerance", rows{row("1", "1"), row("2", "1")}, rows{row("1", "1", "'A'"), row("2", "1", "'b'")}, rows{row("1", "1", "'b'"), row("2", "1")}, false},
		{"number_within_tolerance", rows{row("1", "1"), row("2", "1")}, rows{row("1", "1.0001"), row("2", "2")}, rows{row("1", "2"), row("2", "1")}, false},
		{"struct", rows{row("1", "1")}, rows{row("1", "1", "STRUCT(1.5, 'p')")}, rows{row("1", "1", "STRUCT(1.2, 'p')")}, true},
		{"struct_within_tolerance", rows{row("1", "1"), row("2", "1")}, rows{row("1", "1", "STRUCT(1.05, 'p')"), row("2", "1", "STRUCT(1.0, 'q')")}, rows{row("1", "1", "STRUCT(1.0, 'q')"), row("2", "1")}, false},
		{"another_row_of_the_key", rows{row("1", "1"), row("1", "5")}, rows{row("1", "2"), row("1", "5")}, rows{row("1", "1"), row("1", "6")}, false},
		{"no_row_in_the_other_run", rows{row("1", "1"), row("2", "1")}, rows{row("2", "2")}, rows{row("1", "2"), row("2", "1")}, false},
		{"two_rows_in_the_other_run", rows{row("1", "1"), row("2", "1")}, rows{row("1", "1"), row("1", "9"), row("2", "2")}, rows{row("1", "2"), row("2", "1")}, false},
	}
	client := engine(t)
	var script strings.Builder
	table := func(name string, rows rows) Table {
		s := tableSpec{"only_noise_" + name, columns, rows}
		script.WriteString(s.sql())
		return s.table()
	}
	var tables [][3]Table
	for _, c := range cases {
		tables = append(tables, [3]Table{table(c.name+"_left", c.left), table(c.name+"_again", c.again), table(c.name+"_right", c.right)})
	}
	run(t, client, script.String())
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := options
			o.Again, o.Explain = &Input{Table: tables[i][1]}, ExplainNever
			got, err := Tables(context.Background(), client, tables[i][0], tables[i][2], o)
			if err != nil {
				t.Fatal(err)
			}
			if got.Verdict != Different || got.OnlyNoise() != c.noise {
				t.Errorf("%s, only noise: %v; %+v, %+v", got.Verdict, got.OnlyNoise(), got.Columns, got.Noise)
			}
			if noisy := !slices.ContainsFunc(got.Samples, func(s Sample) bool { return s.Kind == Changed && !s.Noisy }); noisy != (got.Noise.Beyond == 0) {
				t.Errorf("%d keys beyond noise, samples %+v", got.Noise.Beyond, got.Samples)
			}
		})
	}
}
