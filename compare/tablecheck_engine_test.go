//go:build sandbox

package compare

import (
	"errors"
	"strings"
	"testing"
)

// TestTableCheckOnTables has real tables and the program of testdata: what dit looks
// at itself decides whether the answer counts.
func TestTableCheckOnTables(t *testing.T) {
	client := engine(t)
	const columns = "id INT64, v FLOAT64, s STRING"
	rows := []string{"(1, 0.5, 'a')", "(2, 1.5, 'b')", "(3, 2.5, 'c')"}
	nulls := []string{"(NULL, 0.5, 'a')", "(2, 1.5, 'b')", "(3, 2.5, 'c')"}
	view := Table{Project: testProject, Dataset: testDataset, Name: "tc_view"}
	for _, c := range []struct {
		name, columns string
		left, right   []string
		view          bool
		options       Options
		document      string
		members       map[string]any
		want          Verdict
		says          string
	}{
		{name: "equal", document: "identical", left: rows, right: rows, want: Identical},
		{name: "equal, one is a view", document: "identical", members: map[string]any{"table_b": view.String()}, left: rows, right: rows, view: true, want: Identical},
		{name: "different", document: "different", left: rows, right: rows, want: Different, says: "v (1)"},
		{name: "tolerated", document: "tolerated", left: rows, right: rows, options: Options{Tolerance: Tolerance{Absolute: 0.5}}, want: WithinTolerance},
		{name: "a NULL key", document: "identical", left: nulls, right: nulls, want: NotComparable, says: "1 rows on the left and 1 on the right have NULL"},
		{name: "a row that it did not read", document: "identical", left: append(rows[:3:3], "(4, 3.5, 'd')"), right: rows, want: Different, says: "row counts differ: 4 left, 3 right"},
		{name: "another column", document: "identical", columns: columns + ", w INT64", left: []string{"(1, 0.5, 'a', 1)", "(2, 1.5, 'b', 1)", "(3, 2.5, 'c', 1)"}, right: rows, want: Different, says: "column w INT64 is only on the left"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.columns == "" {
				c.columns = columns
			}
			run(t, client, tableSpec{"tc_left", c.columns, c.left}.sql()+tableSpec{"tc_right", columns, c.right}.sql()+
				"CREATE OR REPLACE VIEW "+view.SQL()+" AS SELECT * FROM "+tcRight.SQL()+";")
			onPath(t, tableCheckAnswer(t, c.document, c.members))
			c.options.Keys = []string{"id"}
			right := tcRight
			if c.view {
				right = view
			}
			r, err := TableCheck{Commit: "0123456789"}.Inputs(t.Context(), client, Input{Table: tcLeft}, Input{Table: right}, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != c.want || c.says != "" && !strings.Contains(r.Reasons[0], c.says) {
				t.Errorf("%s, want %s with %q", r.Summary(), c.want, c.says)
			}
			if !strings.Contains(strings.Join(r.Notes, "\n"), "table-check at commit 0123456789 was asked: summary --table-a="+tcLeft.String()) {
				t.Errorf("notes %q do not say what was asked", r.Notes)
			}
		})
	}
	onPath(t, nil)
	t.Run("a table that is not there", func(t *testing.T) {
		r, err := TableCheck{}.Inputs(t.Context(), client, Input{Table: tcLeft}, Input{Table: Table{Project: testProject, Dataset: testDataset, Name: "tc_none"}}, Options{Keys: []string{"id"}})
		if err != nil || r.Verdict != NotComparable {
			t.Errorf("%v, %v", r, err)
		}
	})
	t.Run("it fails", func(t *testing.T) {
		t.Setenv("TABLE_CHECK_FAILS", "the job failed")
		_, err := TableCheck{}.Inputs(t.Context(), client, Input{Table: tcLeft}, Input{Table: tcRight}, Options{Keys: []string{"id"}})
		var bad *ArgumentError
		if err == nil || errors.As(err, &bad) || !strings.Contains(err.Error(), "the job failed") {
			t.Errorf("%v", err)
		}
	})
}
