package compare

import (
	"errors"
	"maps"
	"strings"
	"testing"
)

func TestParseInput(t *testing.T) {
	for text, want := range map[string]string{
		"project1.d.t":                   "`project1.d.t`",
		" SELECT 1 AS x ; ":              "(\nSELECT 1 AS x\n)",
		"select(1)":                      "(\nselect(1)\n)",
		"with a AS (SELECT 1) FROM a":    "(\nwith a AS (SELECT 1) FROM a\n)",
		"WITH\ta AS (SELECT 1) SELECT *": "(\nWITH\ta AS (SELECT 1) SELECT *\n)",
		"SELECT 1 -- why":                "(\nSELECT 1 -- why\n)",
	} {
		got, err := ParseInput(text)
		if err != nil || got.sql() != want {
			t.Errorf("%q gives %q, %v; want %q", text, got.sql(), err, want)
		}
	}
	for _, text := range []string{"", "d.t", "selection.d", "SELECT", "DROP TABLE project1.d.t"} {
		var argument *ArgumentError
		if got, err := ParseInput(text); !errors.As(err, &argument) {
			t.Errorf("%q gives %v and %v, want an argument error", text, got, err)
		}
	}
	if got, err := ParseInput("selection.d.t"); err != nil || got.Query != "" {
		t.Errorf("a table whose project begins like a query: %v, %v", got, err)
	}
}

func TestParseTolerances(t *testing.T) {
	got, err := ParseTolerances([]string{"v=0.5", "w=abs:1e-3", "w=rel:0.1", "w=us:7", "exact=0"})
	want := map[string]Tolerance{"v": {Absolute: 0.5}, "w": {Absolute: 0.001, Relative: 0.1, Microseconds: 7}, "exact": {}}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	for texts, says := range map[string]string{
		"v": "column=0.001", "=1": "column=0.001", "v=": "column=0.001", "v=x": "not a number", "v=eps:3": "none of abs, rel, ulp, us, m and topological",
		"v=-1": "not a finite", "v=NaN": "not a finite", "v=rel:2": "between 0 and 1", "v=us:1.5": "not a number", "v=1 v=2": "already",
	} {
		var argument *ArgumentError
		if _, err := ParseTolerances(strings.Fields(texts)); !errors.As(err, &argument) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q gives %v, want an argument error with %q", texts, err, says)
		}
	}
}

func TestParseRenamesAndNormalisations(t *testing.T) {
	renames, err := ParseRenames([]string{"a=b", "b=a"})
	if err != nil || !maps.Equal(renames, map[string]string{"a": "b", "b": "a"}) {
		t.Errorf("renames %v, %v", renames, err)
	}
	normalised, err := ParseNormalisations([]string{"a=trim", "b=json", "a=case"})
	if err != nil || len(normalised["a"]) != 2 || normalised["a"][1] != FoldCase || normalised["b"][0] != JSON {
		t.Errorf("normalisations %v, %v", normalised, err)
	}
	for _, wrong := range [][]string{{"a"}, {"=b"}, {"a="}, {"a=b", "a=c"}} {
		var argument *ArgumentError
		if got, err := ParseRenames(wrong); !errors.As(err, &argument) {
			t.Errorf("rename %v gives %v, %v", wrong, got, err)
		}
		if got, err := ParseNormalisations(wrong[:1]); len(wrong) == 1 && !errors.As(err, &argument) {
			t.Errorf("normalise %v gives %v, %v", wrong, got, err)
		}
	}
}
