package corpus

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/GlobalFishingWatch/dit/compare"
)

const directory = "../../testdata/corpus"

func TestCases(t *testing.T) {
	cases, err := Load(directory)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 150 {
		t.Errorf("only %d cases", len(cases))
	}
	slug := regexp.MustCompile(`^(empty|ignore|inside|keys|nested|normalise|partition|rename|schema|tolerance|type|values)(-[a-z0-9]+)+$`)
	for _, c := range cases {
		if !slug.MatchString(c.Name) {
			t.Errorf("case %s: the name does not say where it belongs, as keys-null does", c.Name)
		}
		files, err := os.ReadDir(directory + "/" + c.Name)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != 1 {
			t.Errorf("case %s has other files than case.yaml", c.Name)
		}
	}
}

// TestEveryType makes sure that each type is there in each situation.
func TestEveryType(t *testing.T) {
	for _, name := range []string{
		"int64", "float64", "numeric", "bignumeric", "bool", "string", "bytes", "date", "datetime", "time", "timestamp", "json",
		"interval", "range", "geography",
	} {
		for _, situation := range []string{"equal", "differs", "null-vs-value", "null-vs-null", "in-struct", "in-array"} {
			if _, err := os.Stat(directory + "/type-" + name + "-" + situation); err != nil {
				t.Error(err)
			}
		}
	}
}

const plain = `
reason: one row
options: {keys: [id]}
left: {columns: id INT64, rows: (1)}
right: {}
want: {verdict: DIFFERENT}
`

func TestParse(t *testing.T) {
	c, err := parse([]byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	if c.Right.Columns != "id INT64" {
		t.Errorf("the right has the columns %q", c.Right.Columns)
	}
	if got := c.Right.Statements("t"); len(got) != 1 || got[0] != "CREATE OR REPLACE TABLE t (id INT64) " {
		t.Errorf("an empty table is made by %q", got)
	}
	for _, wrong := range []struct{ name, from, to, complaint string }{
		{"no reason", "reason: one row", "", "no reason"},
		{"no columns", "columns: id INT64, ", "", "no columns"},
		{"an unknown member", "right: {}", "rihgt: {}", `unknown field "rihgt"`},
		{"an unknown option", "keys:", "key:", `unknown field "key"`},
		{"a member twice", "right: {}", "right: {}\nright: {}", "already defined"},
		{"no verdict", "verdict: DIFFERENT", "read: true", "no verdict"},
		{"an unknown verdict", "DIFFERENT", "UNEQUAL", "no verdict is called UNEQUAL"},
		{"what no result has", "DIFFERENT}", "DIFFERENT, columns: [{deltas: null}]}", `unknown field "deltas"`},
		{"a limit that no result has", "DIFFERENT}", "DIFFERENT, at_least: {row: 1}}", `unknown field "row"`},
		{"a text for a number", "DIFFERENT}", "DIFFERENT, rows: {equal: one}}", "cannot unmarshal string"},
	} {
		_, err := parse([]byte(strings.Replace(plain, wrong.from, wrong.to, 1)))
		if err == nil || !strings.Contains(err.Error(), wrong.complaint) {
			t.Errorf("%s: %v", wrong.name, err)
		}
	}
}

func TestMissed(t *testing.T) {
	text := "x"
	result := &compare.Result{
		Verdict: compare.Different,
		Reasons: []string{"row counts differ", "1 row is only on the left"},
		Rows:    compare.Rows{Equal: 2, OnlyLeft: 1},
		Columns: []compare.Column{{Name: "v", Differing: 3, Delta: &compare.Delta{MaxAbsolute: 2}}},
		Samples: []compare.Sample{{Differs: []compare.CellDiff{{Column: "v", Left: &text}}}},
	}
	result.Schema.Notes = []string{"columns are in another order"}
	for _, c := range []struct {
		want   string
		missed []string
	}{
		{"verdict: DIFFERENT", nil},
		{"verdict: IDENTICAL", []string{`verdict is "DIFFERENT", want "IDENTICAL"`}},
		{"rows: {equal: 2, only_left: 1}", nil},
		{"rows: {equal: 2}", []string{"rows.only_left is 1, want 0"}},
		{"reasons: [counts differ]", nil},
		{"reasons: [only on the left]", []string{`reasons[0] is "row counts differ", want "only on the left"`}},
		{"schema: {notes: [another order]}", nil},
		{"schema: {notes: []}", []string{`schema.notes is ["columns are in another order"], want []`}},
		{"columns: [{name: v, differing: 3, delta: {max_absolute: 2}}]", nil},
		{"columns: [{delta: null}]", []string{`columns[0].delta is {"max_absolute":2,"max_beyond":0,"max_relative":0,"mean_absolute":0,"mean_relative":0,"measured":0,"p50_absolute":0,"p50_relative":0,"p99_absolute":0,"p99_relative":0}, want null`}},
		{"columns: [{tolerance: null}]", nil},
		{"columns: [{tolerance: {absolute: 1}}]", []string{`columns[0].tolerance is null, want {"absolute":1}`}},
		{"samples: []", []string{`samples is [{"differs":[{"column":"v","left":"x","right":null}],"key":null,"kind":"","left_rest":0,"left_rows":0,"right_rest":0,"right_rows":0}], want []`}},
		{"samples: [{differs: [{column: v, left: x, right: null}]}]", nil},
		{"samples: [{differs: [{left: null}]}]", []string{`samples[0].differs[0].left is "x", want null`}},
		{"left: {null_key_rows: 0}", nil},
		{"left: {null_key_rows: 1}", []string{"left.null_key_rows is null, want 1"}},
		{"at_least: {columns: [{differing: 3}]}", nil},
		{"at_least: {columns: [{differing: 4}]}", []string{"columns[0].differing is 3, want at least 4"}},
		{"at_most: {columns: [{delta: {max_absolute: 1}}]}", []string{"columns[0].delta.max_absolute is 2, want at most 1"}},
	} {
		got, err := wanted(t, c.want).Missed(result)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, c.missed) {
			t.Errorf("%s: %q, want %q", c.want, got, c.missed)
		}
	}
}

func wanted(t *testing.T, text string) (w Want) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), &w); err != nil {
		t.Fatal(err)
	}
	var tree Want
	if err := strictly(w, &tree); err != nil { // as the loader does: every number a float64
		t.Fatal(err)
	}
	return tree
}
