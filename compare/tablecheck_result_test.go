package compare

import (
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

func TestTableCheckResult(t *testing.T) {
	type members map[string]any
	numbers := func(column string, findings members) members { return members{column: findings} }
	twice := members{"duplicate_key_count": 1, "duplicate_row_count": 2, "max_duplicate_count": 2}
	plain := bigquery.Schema{field("id", "INTEGER"), field("v", "FLOAT"), field("s", "STRING")}
	with := func(more ...*bigquery.FieldSchema) bigquery.Schema { return append(plain[:3:3], more...) }
	types := func(more ...string) members {
		all := members{"v": "float", "s": "string"}
		for i := 0; i < len(more); i += 2 {
			all[more[i]] = more[i+1]
		}
		return all
	}
	required := record("st", field("x", "INTEGER"))
	required.Required = true
	ci := &bigquery.FieldSchema{Name: "c", Type: "STRING", Collation: "und:ci"}
	tolerance := Options{Keys: []string{"id"}, Tolerances: map[string]Tolerance{"v": {Absolute: 0.5}}}
	for _, c := range []struct {
		name, document string
		members        members
		left, right    bigquery.Schema
		view           bool
		nulls          int64
		rows           [2]int64
		options        Options
		want           Verdict
		says           string
	}{
		{name: "identical", document: "identical", want: Identical},
		{name: "different", document: "different", want: Different, says: "2 pairs of rows differ in v (1), s (1)"},
		{name: "tolerated", document: "tolerated", options: tolerance, want: WithinTolerance, says: "column v differs within tolerance in 1 rows"},
		{name: "one side only", document: "identical", members: members{"rows_only_in_a": 1, "rows_only_in_b": 1, "rows_identical": 2}, want: Different, says: "1 row is only on the left"},
		{name: "empty", document: "identical", members: members{"rows_identical": 0, "total_rows_a": 0, "total_rows_b": 0}, rows: [2]int64{-1, -1}, want: NotComparable, says: "both tables are empty"},

		{name: "NULL keys, identical", document: "identical", nulls: 1, want: NotComparable, says: "NULL or NaN in a key"},
		{name: "NULL keys, only its counts differ", document: "identical", members: members{"rows_only_in_a": 1, "rows_only_in_b": 1, "rows_identical": 2}, nulls: 1, want: NotComparable, says: "NULL or NaN in a key"},
		{name: "NULL keys, the row counts differ", document: "identical", members: members{"total_rows_b": 4}, rows: [2]int64{3, 4}, nulls: 1, want: Different, says: "row counts differ"},
		{name: "twice against once", document: "identical", members: members{"duplicate_info_a": twice, "total_rows_b": 2}, rows: [2]int64{3, 2}, want: Different, says: "row counts differ: 3 left, 2 right"},
		{name: "repeated keys, identical", document: "identical", members: members{"duplicate_info_a": twice, "duplicate_info_b": twice}, want: NotComparable, says: "1 keys on the left and 1 on the right are repeated"},
		{name: "repeated keys, its pairs differ", document: "different", members: members{"duplicate_info_a": twice, "duplicate_info_b": twice}, want: NotComparable, says: "are repeated"},
		{name: "rows that a filter hides", document: "identical", members: members{"partition_filter_a": "DATE(ts) != '1979-01-01'"}, rows: [2]int64{5, 5}, want: NotComparable, says: "read 3 of the 5 rows on the left (those with DATE(ts)"},
		{name: "it gave up", document: "different", members: members{"pipeline_aborted": true}, want: NotComparable, says: "gave up"},
		{name: "counts that contradict each other", document: "identical", members: members{"rows_identical": 2}, want: NotComparable, says: "contradict"},

		{name: "column on one side", document: "identical", left: with(field("x", "INTEGER")), right: plain, want: Different, says: "column x INT64 is only on the left"},
		{name: "retyped column", document: "identical", left: with(field("x", "INTEGER")), right: with(field("x", "STRING")), want: Different, says: "column x is INT64 on the left, STRING on the right"},
		{name: "excluded column", document: "identical", members: members{"excluded_columns": []any{[]any{"b", "BYTES"}}}, left: with(field("b", "BYTES")), want: NotComparable, says: "column b was not compared: table-check has no comparison for BYTES"},
		{name: "excluded column, others differ", document: "different", members: members{"excluded_columns": []any{[]any{"b", "BYTES"}}}, left: with(field("b", "BYTES")), want: Different, says: "2 pairs of rows differ"},
		{name: "column left out", document: "identical", left: with(field("w", "STRING")), right: with(field("W", "STRING")), want: NotComparable, says: "spelled in another case"},
		{name: "order of an array", document: "identical", members: members{"column_types": types("a", "array")}, left: with(repeated(field("a", "INTEGER"))), want: NotComparable, says: "order of an ARRAY"},
		{name: "an array differs", document: "identical", members: members{"column_types": types("a", "array"), "column_diff_counts": members{"a": 1}, "rows_in_both_with_differences": 1, "rows_identical": 2},
			left: with(repeated(field("a", "INTEGER"))), want: Different, says: "a (1)"},
		{name: "an array of a view differs, perhaps NULL from empty", document: "identical", members: members{"column_types": types("a", "array"), "column_diff_counts": members{"a": 1}, "rows_in_both_with_differences": 1, "rows_identical": 2},
			left: with(repeated(field("a", "INTEGER"))), view: true, want: NotComparable, says: "need not be one"},
		{name: "nullable struct", document: "identical", members: members{"column_types": types("st.x", "integer")}, left: with(record("st", field("x", "INTEGER"))), want: NotComparable, says: "NULL STRUCT"},
		{name: "required struct", document: "identical", members: members{"column_types": types("st.x", "integer")}, left: with(required), want: Identical},
		{name: "collation", document: "identical", members: members{"column_types": types("c", "string")}, left: with(ci), want: NotComparable, says: "collation und:ci"},
		{name: "NaN on both sides, perhaps", document: "different", members: members{"column_diff_counts": members{"v": 2, "s": 0}, "numeric_column_stats": numbers("v", members{"max_abs_delta": "NaN"})}, want: NotComparable, says: "need not be one"},
		{name: "NaN, and a text differs", document: "different", members: members{"numeric_column_stats": numbers("v", members{"max_abs_delta": "NaN"})}, want: Different},
		{name: "infinities hide that all is within tolerance", document: "tolerated", members: members{"rows_in_both_with_differences": 1, "rows_identical": 2}, options: tolerance, want: NotComparable, says: "need not be one"},
		{name: "beyond tolerance", document: "tolerated", members: members{"rows_in_both_with_differences": 1, "rows_identical": 2,
			"numeric_column_stats": numbers("v", members{"max_abs_delta": 2, "within_tolerance_count": 0, "outside_tolerance_count": 1})}, options: tolerance, want: Different, says: "v (1)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.left == nil {
				c.left = plain
			}
			if c.right == nil {
				c.right = c.left
			}
			if c.options.Keys == nil {
				c.options.Keys = []string{"id"}
			}
			s, err := newShape(c.left, c.right, c.options)
			if err != nil {
				t.Fatal(err)
			}
			report, err := readTableCheck(tableCheckAnswer(t, c.document, c.members))
			if err != nil {
				t.Fatal(err)
			}
			if err := report.answers(tcLeft, tcRight, s); err != nil {
				t.Fatal(err)
			}
			switch {
			case c.rows == [2]int64{}:
				c.rows = [2]int64{3, 3}
			case c.rows[0] < 0:
				c.rows = [2]int64{}
			}
			side := func(rows int64) source {
				meta := &bigquery.TableMetadata{Type: bigquery.RegularTable, NumRows: uint64(rows)}
				if c.view {
					meta.Type = bigquery.ViewTable
				}
				return source{meta: meta}
			}
			r, f := &Result{Left: Side{Rows: c.rows[0], NullKeyRows: c.nulls}, Right: Side{Rows: c.rows[1], NullKeyRows: c.nulls}}, findings{}
			r.describe(s, c.options)
			r.tableCheck(report, prepared{left: side(c.rows[0]), right: side(c.rows[1]), shape: s, result: r}, &f)
			judge(r, f)
			if r.Verdict != c.want {
				t.Errorf("%s, want %s: %q", r.Verdict, c.want, r.Reasons)
			}
			if c.says != "" && !strings.Contains(strings.Join(r.Reasons, "\n"), c.says) {
				t.Errorf("%q do not say %q", r.Reasons, c.says)
			}
		})
	}
}

// An answer to another question is no answer.
func TestTableCheckAnswers(t *testing.T) {
	schema := bigquery.Schema{field("id", "INTEGER"), field("v", "FLOAT"), field("s", "STRING")}
	s, err := newShape(schema, schema, Options{Keys: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	for says, members := range map[string]map[string]any{
		"":                        nil,
		"answered for other.d.t":  {"table_a": "other.d.t"},
		"answered for the keys":   {"key_columns": []any{"id", "v"}},
		"applied the tolerances":  {"tolerance_config": map[string]any{"v": 1e-15}},
		"and relative ones map[v": {"rel_tolerance_config": map[string]any{"v": 1e-12}},
	} {
		report, err := readTableCheck(tableCheckAnswer(t, "identical", members))
		if err != nil {
			t.Fatal(err)
		}
		err = report.answers(tcLeft, tcRight, s)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}
