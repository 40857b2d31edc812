//go:build sandbox

package compare

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// corpusCase is a pair of tables that some comparison tool got wrong, or could.
type corpusCase struct {
	name, reason string
	// columns are those of the left, and of the right unless that has its own.
	columns, rightColumns string
	left, right           []string
	options               Options
	want                  Verdict
	// check looks at more than the verdict; nil: nothing more.
	check func(*Result) string
}

var byID = Options{Keys: []string{"id"}}

func TestCorpus(t *testing.T) {
	client := engine(t)
	cases := slices.Concat(keyCases, valueCases, toleranceCases, schemaCases, nestedCases, renameCases, ignoreCases, normaliseCases, insideCases)
	for i, c := range cases {
		if c.reason == "" {
			t.Fatalf("case %s has no reason", c.name)
		}
		t.Run(c.name, func(t *testing.T) {
			specs := c.specs(i)
			run(t, client, specs[0].sql()+specs[1].sql())
			got := compareCase(t, c, specs[0].table(), specs[1].table())
			if c.check != nil {
				if complaint := c.check(got); complaint != "" {
					t.Errorf("%s: %s; %+v", c.reason, complaint, got.Rows)
				}
			}
		})
	}
}

func (c corpusCase) specs(i int) [2]tableSpec {
	rightColumns := c.rightColumns
	if rightColumns == "" {
		rightColumns = c.columns
	}
	name := fmt.Sprintf("corpus_%d_", i)
	return [2]tableSpec{{name + "left", c.columns, c.left}, {name + "right", rightColumns, c.right}}
}

func compareCase(t *testing.T, c corpusCase, l, r Table) *Result {
	t.Helper()
	got, err := Tables(context.Background(), engineClient, l, r, c.options)
	if err != nil {
		t.Fatalf("%s: %v", c.reason, err)
	}
	if got.Verdict != c.want {
		var text strings.Builder
		if err := WriteText(&text, got); err != nil {
			t.Fatal(err)
		}
		t.Errorf("verdict %s, want %s: %s\n%s", got.Verdict, c.want, c.reason, text.String())
	}
	long := c.options
	long.MaxBytes = 1 << 50 // with a limit, tables are read once: without the proof
	if again, err := Tables(context.Background(), engineClient, l, r, long); err != nil {
		t.Errorf("%s: without the proof: %v", c.reason, err)
	} else if again.Verdict != got.Verdict || again.Rows != got.Rows || again.Left.RepeatedRows != got.Left.RepeatedRows || again.Right.NullKeyRows != got.Right.NullKeyRows {
		t.Errorf("%s: %s with the proof, %s without: %+v, %+v", c.reason, got.Verdict, again.Verdict, got.Rows, again.Rows)
	}
	return got
}

var keyCases = []corpusCase{
	{name: "pairs cancel", reason: "an XOR of fingerprints calls {1,7,7} and {1} equal",
		columns: "id INT64", left: []string{"(1)", "(7)", "(7)"}, right: []string{"(1)"}, want: Different},
	{name: "pairs cancel, keyed", reason: "two equal rows on one side are not nothing",
		columns: "id INT64, v INT64", left: []string{"(1, 0)", "(7, 0)", "(7, 0)"}, right: []string{"(1, 0)"}, options: byID, want: Different},
	{name: "twice against once", reason: "a join finds every row matched and calls it identical",
		columns: "id INT64, v INT64", left: []string{"(1, 0)", "(1, 0)"}, right: []string{"(1, 0)"}, options: byID, want: Different,
		check: func(r *Result) string {
			return unless(r.Rows == Rows{Equal: 1, UnpairedLeft: 1} && r.Left.RepeatedKeys == 1, "not counted as repeated")
		}},
	{name: "multiplicities swapped", reason: "row counts and distinct rows agree, multiplicities do not",
		columns: "id INT64", left: []string{"(1)", "(1)", "(2)"}, right: []string{"(1)", "(2)", "(2)"}, want: Different},
	{name: "repeated keys agree", reason: "a repeated key is not a difference if the multisets agree",
		columns: "id INT64, v INT64", left: []string{"(1, 0)", "(1, 2)", "(1, 2)"}, right: []string{"(1, 2)", "(1, 0)", "(1, 2)"}, options: byID, want: Identical},
	{name: "one of a repeated key changed", reason: "equal rows cancel before the rest is paired",
		columns: "id INT64, v INT64", left: []string{"(1, 0)", "(1, 2)"}, right: []string{"(1, 3)", "(1, 0)"}, options: byID, want: Different,
		check: func(r *Result) string { return unless(r.Rows == Rows{Equal: 1, Changed: 1}, "not paired") }},
	{name: "concatenated keys collide", reason: "('a|b', 'c') and ('a', 'b|c') make one text without escaping",
		columns: "k STRING, id STRING, v INT64", left: []string{"('a|b', 'c', 1)"}, right: []string{"('a', 'b|c', 1)"},
		options: Options{Keys: []string{"k", "id"}}, want: Different,
		check: func(r *Result) string { return unless(r.Rows == Rows{OnlyLeft: 1, OnlyRight: 1}, "the keys collide") }},
	{name: "concatenated columns collide", reason: "quotes and commas inside values, whole rows",
		columns: "a STRING, b STRING", left: []string{`('x","y', 'z')`}, right: []string{`('x', 'y","z')`}, want: Different},
	{name: "NULL first key only left", reason: "a row whose first key is NULL vanished from both sides: false IDENTICAL",
		columns: "id INT64, k INT64, v INT64", left: []string{"(1, 1, 1)", "(NULL, 1, 1)"}, right: []string{"(1, 1, 1)"},
		options: Options{Keys: []string{"id", "k"}}, want: Different,
		check: func(r *Result) string {
			return unless(r.Rows.OnlyLeft == 1 && r.Left.NullKeyRows == 1, "the row is not counted")
		}},
	{name: "NULL keys match", reason: "NULL equals NULL in a key",
		columns: "id INT64, v INT64", left: []string{"(NULL, 1)", "(2, 1)"}, right: []string{"(2, 1)", "(NULL, 1)"}, options: byID, want: Identical},
	{name: "NULL keys differ in value", reason: "rows with NULL keys are paired like others",
		columns: "id INT64, v INT64", left: []string{"(NULL, 1)"}, right: []string{"(NULL, 2)"}, options: byID, want: Different,
		check: func(r *Result) string { return unless(r.Rows == Rows{Changed: 1}, "not paired") }},
	{name: "NULL key is no text", reason: "a sentinel for NULL must not be a value somebody has",
		columns: "id STRING, v INT64", left: []string{"(NULL, 1)"}, right: []string{"('~', 1)"}, options: byID, want: Different},
	{name: "NULL key is not the text null", reason: "BigDiffy makes NULL keys the text null",
		columns: "id STRING, v INT64", left: []string{"(NULL, 1)"}, right: []string{"('null', 1)"}, options: byID, want: Different},
	{name: "NaN key", reason: "NaN keys match each other",
		columns: "id FLOAT64, v INT64", left: []string{"(CAST('nan' AS FLOAT64), 1)"}, right: []string{"(CAST('nan' AS FLOAT64), 1)"}, options: byID, want: Identical},
	{name: "zero keys", reason: "-0.0 and 0.0 are one key",
		columns: "id FLOAT64, v INT64", left: []string{"(CAST('-0' AS FLOAT64), 1)"}, right: []string{"(0.0, 1)"}, options: byID, want: Identical},
	{name: "reserved words", reason: "keys and columns named like keywords were not quoted",
		columns: "`select` INT64, `group` INT64, `from` STRING, `table` FLOAT64", left: []string{"(1, 2, 'a', 1)"}, right: []string{"(1, 2, 'b', 1)"},
		options: Options{Keys: []string{"select", "GROUP"}}, want: Different},
	{name: "columns named like the aliases", reason: "k0, c0, l0, side, x and fate are ours inside the statement",
		columns: "k0 INT64, c0 INT64, l0 INT64, r0 INT64, side INT64, x STRUCT<xe0 INT64>, fate STRING, l INT64, equal INT64",
		left:    []string{"(1, 2, 3, 4, 5, STRUCT(6), 'equal', 7, 8)"}, right: []string{"(1, 2, 3, 4, 5, STRUCT(6), 'equal', 7, 9)"},
		options: Options{Keys: []string{"c0"}}, want: Different,
		check: func(r *Result) string {
			return unless(r.Samples[0].Differs[0].Column == "equal", "the wrong column differs")
		}},
	{name: "column a__b beside field a.b", reason: "flattened names collide",
		columns: "id INT64, a STRUCT<b STRING>, a__b STRING", left: []string{"(1, STRUCT('x'), 'y')"}, right: []string{"(1, STRUCT('y'), 'x')"}, options: byID, want: Different},
	{name: "all keys, no other column", reason: "nothing is left to compare but the keys",
		columns: "id INT64", left: []string{"(1)", "(2)"}, right: []string{"(2)", "(1)"}, options: byID, want: Identical},
	{name: "empty against empty", reason: "two tables without rows show nothing",
		columns: "id INT64", options: byID, want: NotComparable},
	{name: "empty against empty, allowed", reason: "the caller may expect it",
		columns: "id INT64", options: Options{Keys: []string{"id"}, AllowEmpty: true}, want: Identical},
	{name: "empty against one row", reason: "an empty side crashed others",
		columns: "id INT64, v INT64", right: []string{"(1, 1)"}, options: byID, want: Different},
}

func unless(ok bool, complaint string) string {
	if ok {
		return ""
	}
	return complaint
}
