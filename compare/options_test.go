package compare

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

func TestOptionArguments(t *testing.T) {
	left := bigquery.Schema{field("id", "INTEGER"), field("a", "STRING"), field("b", "STRING"), field("v", "FLOAT"), repeated(field("list", "STRING"))}
	right := bigquery.Schema{field("id", "INTEGER"), field("b", "STRING"), field("c", "STRING"), field("v", "FLOAT"), repeated(field("list", "STRING"))}
	normalise := func(column string, list ...Normalisation) Options {
		return Options{Keys: []string{"id"}, Normalise: map[string][]Normalisation{column: list}}
	}
	rename := func(pairs ...string) Options {
		o := Options{Keys: []string{"id"}, Rename: map[string]string{}}
		for i := 0; i < len(pairs); i += 2 {
			o.Rename[pairs[i]] = pairs[i+1]
		}
		return o
	}
	with := func(o Options, change func(*Options)) Options { change(&o); return o }
	for _, c := range []struct {
		name    string
		options Options
		says    string
	}{
		{"rename unknown", rename("c", "b"), `renamed column "c" is not in the left table; its columns are: id, a, b, v, list`},
		{"rename to unknown", rename("a", "zz"), `column a cannot be "zz" on the right, which has no such column; its columns are: id, b, c, v, list`},
		{"rename twice", rename("a", "c", "A", "b"), "column a is renamed twice"},
		{"two to one", rename("a", "c", "b", "C"), "columns a and b cannot both be c on the right"},
		{"to itself", rename("b", "B"), "it needs no renaming"},
		{"onto a column of both", rename("a", "B"), "column a cannot be b on the right: the left has a column b too"},
		{"renamed and ignored", with(rename("a", "c"), func(o *Options) { o.Ignore = []string{"a"} }), "column a is both renamed and ignored"},
		{"renamed and ignored by pattern", with(rename("a", "c"), func(o *Options) { o.Ignore = []string{"?"} }), "column a is both renamed and ignored"},
		{"right name ignored", with(rename("a", "c"), func(o *Options) { o.Ignore = []string{"C"} }), "ignored column c is called a on the left: use that name"},
		{"right name as a key", with(rename("a", "c"), func(o *Options) { o.Keys = []string{"c"} }), "key column c is called a on the left"},
		{"right name with a tolerance", with(rename("a", "c"), func(o *Options) { o.Tolerances = map[string]Tolerance{"c": {}} }), "tolerance column c is called a on the left"},
		{"right name normalised", with(rename("a", "c"), func(o *Options) { o.Normalise = map[string][]Normalisation{"c": {Trim}} }), "normalised column c is called a on the left"},
		{"pattern finds nothing", Options{Ignore: []string{"tmp_*"}}, `no column matches the ignored pattern "tmp_*"; the columns are: id, a, b, v, list, c`},
		{"pattern finds the right name only", with(rename("a", "c"), func(o *Options) { o.Ignore = []string{"c*"} }), `no column matches`},
		{"pattern finds a key", Options{Keys: []string{"id"}, Ignore: []string{"I*"}}, "column id is both a key and ignored"},
		{"normalise unknown", normalise("zz", Trim), `normalised column "zz" is in neither table`},
		{"normalise a number", normalise("v", Trim), "column v is FLOAT64, and only STRINGs can be normalised by [trim]"},
		{"unordered without an array", normalise("b", Unordered), "column b is STRING, and only an ARRAY can be unordered"},
		{"normalise a key", with(normalise("b", Trim), func(o *Options) { o.Keys = []string{"B"} }), "key column b cannot be normalised"},
		{"no such normalisation", normalise("b", "upper"), `there is no normalisation "upper"; there are: [case unicode trim json unordered]`},
		{"normalisation twice", normalise("b", Trim, FoldCase, Trim), "normalisation trim is named twice"},
		{"json and more", normalise("b", JSON, Trim), "json cannot be combined"},
		{"column normalised twice", with(normalise("b", Trim), func(o *Options) { o.Normalise["B"] = nil }), "column b has two normalisations"},
		{"normalise without keys", with(normalise("b", Trim), func(o *Options) { o.Keys = nil }), "normalisation needs keys"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := newShape(left, right, c.options)
			var argument *ArgumentError
			if !errors.As(err, &argument) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want an argument error that says %q", err, c.says)
			}
		})
	}
}

// TestOptionsInResult checks what the result says of the options before rows are read.
func TestOptionsInResult(t *testing.T) {
	left := bigquery.Schema{field("id", "INTEGER"), field("a", "STRING"), field("gone", "DATE"), field("TMP_1", "TIME")}
	right := bigquery.Schema{field("ID", "INTEGER"), field("b", "STRING"), field("a", "INTEGER"), field("tmp_22", "STRING"), field("x", "BOOLEAN")}
	o := Options{
		Keys: []string{"id"}, Rename: map[string]string{"A": "B"}, Ignore: []string{"X", "tmp_*", "*x*"},
		Normalise: map[string][]Normalisation{"a": {Trim, FoldCase}},
	}
	s, err := newShape(left, right, o)
	if err != nil {
		t.Fatal(err)
	}
	r := &Result{}
	r.describe(s, o)
	want := &Result{
		Keys: []string{"id"}, Ignored: []string{"x", "TMP_1", "tmp_22"}, Renamed: []Renamed{{"a", "b"}},
		Notes:   []string{"ignored by pattern tmp_*: TMP_1, tmp_22", "ignored by pattern *x*: x"},
		Columns: []Column{{Name: "a", Type: "STRING", Normalised: []Normalisation{FoldCase, Trim}}},
		Schema: SchemaDiff{
			OnlyLeft: []SchemaField{{"gone", "DATE"}}, OnlyRight: []SchemaField{{"a", "INT64"}},
			Notes: []string{"id is spelled ID on the right", "a is renamed b on the right"},
		},
	}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("the result says\n%+v, want\n%+v", r, want)
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "", true}, {"?", "", false}, {"", "", true}, {"", "a", false}, {"a", "a", true}, {"a?c", "abc", true}, {"a?c", "ac", false},
		{"tmp_*", "tmp_", true}, {"tmp_*", "tmp", false}, {"*_id", "vessel_id", true}, {"*_id", "vessel_id_2", false}, {"*a*b", "xaybzb", true},
		{"*a*b", "xbya", false}, {"**", "x", true}, {"a*?", "a", false}, {"a*?", "ab", true}, {"?", "é", true}, {"a.c", "abc", false},
		{strings.Repeat("a*", 50) + "b", strings.Repeat("a", 300), false},
	} {
		if got := glob([]rune(c.pattern), []rune(c.name)); got != c.want {
			t.Errorf("glob %q, %q: %v", c.pattern, c.name, got)
		}
	}
}
