package compare

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

var (
	tcLeft  = Table{Project: "dit-sandbox", Dataset: "dit_compare_test", Name: "tc_left"}
	tcRight = Table{Project: "dit-sandbox", Dataset: "dit_compare_test", Name: "tc_right"}
)

func TestTableCheckArgs(t *testing.T) {
	schema := bigquery.Schema{field("id", "INTEGER"), field("day", "DATE"), field("v", "FLOAT"), field("n", "NUMERIC"), field("w", "FLOAT"), field("i", "INTEGER"), field("ts", "TIMESTAMP")}
	for _, c := range []struct {
		reason  string
		options Options
		want    string
	}{
		{"its own tolerances are off", Options{Keys: []string{"id", "day"}}, "--keys=id,day --tolerance=0 --rel-tolerance=0"},
		{"one option for all columns, of which the last would win", Options{Keys: []string{"id"}, Tolerances: map[string]Tolerance{"v": {Absolute: 1e-9}, "n": {Absolute: 0.5, Relative: 0.01}}},
			"--keys=id --tolerance=v:1e-09,n:0.5 --rel-tolerance=n:0.01"},
		{"one for every FLOAT64 reaches no NUMERIC", Options{Keys: []string{"id"}, Tolerance: Tolerance{Relative: 1e-6}}, "--keys=id --tolerance=0 --rel-tolerance=v:1e-06,w:1e-06"},
		{"a key by another spelling goes by the table's", Options{Keys: []string{"ID"}}, "--keys=id --tolerance=0 --rel-tolerance=0"},
	} {
		s, err := newShape(schema, schema, c.options)
		if err != nil {
			t.Fatal(err)
		}
		args, err := tableCheckArgs(tcLeft, tcRight, s)
		want := "summary --table-a=dit-sandbox.dit_compare_test.tc_left --table-b=dit-sandbox.dit_compare_test.tc_right " + c.want + " --format=table --max-diff-pct=100"
		if got := strings.Join(args, " "); got != want || err != nil {
			t.Errorf("%s: %v\n%s, want\n%s", c.reason, err, got, want)
		}
	}
}

func TestTableCheckCannot(t *testing.T) {
	schema := bigquery.Schema{field("id", "INTEGER"), field("i", "INTEGER"), field("ts", "TIMESTAMP"), field("a:b", "FLOAT")}
	other := slices.Clone(schema)
	other[0] = field("Id", "INTEGER")
	keys := []string{"id"}
	for _, c := range []struct {
		right   Input
		options Options
		says    string
	}{
		{Input{Query: "SELECT 1 AS id"}, Options{Keys: keys}, "make a view of the query"},
		{Input{Table: tcRight}, Options{}, "name the columns that identify a row"},
		{Input{Table: tcRight}, Options{Keys: keys, Ignore: []string{"i"}}, "views that select the others"},
		{Input{Table: tcRight}, Options{Keys: keys, Rename: map[string]string{"i": "j"}}, "a view that renames them"},
		{Input{Table: tcRight}, Options{Keys: keys, Normalise: map[string][]Normalisation{"s": {Trim}}}, "views that do"},
		{Input{Table: tcRight}, Options{Keys: keys, MaxBytes: 1}, "give no limit"},
		{Input{Table: tcRight}, Options{Keys: keys, Explain: ExplainAlways}, "where the differences are"},
		{Input{Table: tcRight}, Options{Keys: keys, Tolerance: Tolerance{Microseconds: 5}}, "column ts is TIMESTAMP: table-check has only absolute and relative"},
		{Input{Table: tcRight}, Options{Keys: keys, Tolerances: map[string]Tolerance{"i": {Absolute: 1}}}, "column i is INT64: table-check has only absolute and relative"},
		{Input{Table: tcRight}, Options{Keys: keys, Tolerances: map[string]Tolerance{"a:b": {Absolute: 1}}}, "colon or comma"},
		{Input{Table: tcRight}, Options{Keys: keys}, "spelled Id on the right"},
	} {
		err := tableCheckCan(Input{Table: tcLeft}, c.right, c.options)
		if err == nil {
			s, wrong := newShape(schema, other, c.options)
			if wrong != nil {
				t.Fatal(wrong)
			}
			_, err = tableCheckArgs(tcLeft, tcRight, s)
			if c.says != "spelled Id on the right" {
				s, _ = newShape(schema, schema, c.options)
				_, err = tableCheckArgs(tcLeft, tcRight, s)
			}
		}
		var bad *ArgumentError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
}
