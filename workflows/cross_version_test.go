package workflows

import (
	"strings"
	"testing"
)

// crossVersion plans the question about two versions, main and a branch.
func crossVersion(t *testing.T, change func(*Arguments), commits ...string) (*Plan, error) {
	t.Helper()
	a := arguments()
	a.Ref, a.Bindings = "", []string{"before=main", "after=mine"}
	change(&a)
	r, err := a.Check(sample(t))
	if err != nil {
		return nil, err
	}
	return CrossVersion(r.At(commits...), "dit:samples/gaps")
}

func TestCrossVersionGolden(t *testing.T) {
	p, err := crossVersion(t, func(a *Arguments) { a.Modes, a.Again = "bf,bfd", "after" }, "aaaa", "bbbb", "bbbb")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "cross-version.txt", p.String()+"\n"+p.Command+"\n")
}

// The version whose noise is known is on the left of its pairs, so that it can be taken out, and is compared with its second run.
func TestPairsOfVersions(t *testing.T) {
	for reason, c := range map[string]struct {
		again string
		want  string
	}{
		"no noise":      {"", "a:b a:c b:c"},
		"of the first":  {"a", "a:a-again a:b a:c b:c"},
		"of the second": {"b", "b:a a:c b:b-again b:c"},
		"of the last":   {"c", "a:b c:a c:b c:c-again"},
	} {
		all, err := parseBindings([]string{"a=x", "b=y", "c=z"}, nil, c.again)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range versionPairs(all) {
			got = append(got, p[0].Name+":"+p[1].Name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: pairs are %v, want %s", reason, got, c.want)
		}
	}
}

// No two comparisons have one id, whatever the versions are called.
func TestPairsHaveNamesOfTheirOwn(t *testing.T) {
	p, err := crossVersion(t, func(a *Arguments) { a.Modes, a.Bindings = "bf", []string{"a=w", "b-bf-c=x", "a-bf-b=y", "c=z"} }, "a", "b", "c", "d")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range p.Steps {
		if seen[s.ID] {
			t.Errorf("two steps are %s", s.ID)
		}
		seen[s.ID] = true
	}
}

func TestExpectationsMeetTheirPairs(t *testing.T) {
	p, err := crossVersion(t, func(a *Arguments) {
		a.Modes = "bf,bfd"
		a.Expect = []Expectation{{Mode: "bfd", Left: "after", Right: "before", Where: "TRUE", Keys: 3}}
	}, "aaaa", "bbbb")
	if err != nil {
		t.Fatal(err)
	}
	if e := p.Step("compare-gaps-before-bfd--after-bfd").Compare.Expect; e == nil || e.Keys != 3 {
		t.Errorf("the pair of the entry expects %+v", e)
	}
	if e := p.Step("compare-gaps-before-bf--after-bf").Compare.Expect; e != nil || p.Findings {
		t.Errorf("another pair expects %+v, differences are findings: %v", e, p.Findings)
	}
}

func TestVersionsThatAreRefused(t *testing.T) {
	twice := []Expectation{{Where: "TRUE"}, {Mode: "bf", Where: "FALSE"}}
	for reason, c := range map[string]struct {
		change func(*Arguments)
		want   string
	}{
		"one commit":            {func(*Arguments) {}, "are the same commit"},
		"one version":           {func(a *Arguments) { a.Bindings = a.Bindings[:1] }, "nothing to compare it with"},
		"no ref":                {func(a *Arguments) { a.Bindings[0] = "before=" }, "such as --binding=before=main"},
		"no name":               {func(a *Arguments) { a.Bindings[0] = "main" }, "has no '='"},
		"a name with capitals":  {func(a *Arguments) { a.Bindings[0] = "Before=main" }, "lower-case"},
		"a long name":           {func(a *Arguments) { a.Bindings[0] = "a-name-that-is-long=main" }, "at most 16"},
		"a name of ours":        {func(a *Arguments) { a.Bindings[0] = "x-again=main" }, "-again"},
		"a name twice":          {func(a *Arguments) { a.Bindings[1] = "before=other" }, "given twice"},
		"noise of nothing":      {func(a *Arguments) { a.Again = "later" }, `no binding "later"; bindings are before, after`},
		"an image of nothing":   {func(a *Arguments) { a.BindingWorkerImages = []string{"later=r/i:1"} }, `no binding "later"`},
		"an image without jobs": {func(a *Arguments) { a.BindingWorkerImages = []string{"after=r.example.com/i:1"} }, "no workers"},
		"noise and expectation": {func(a *Arguments) { a.Again, a.Expect = "after", []Expectation{{Where: "TRUE"}} }, "exclude each other"},
		"no difference and one": {func(a *Arguments) { a.FailOnDiff, a.Expect = true, []Expectation{{Where: "TRUE"}} }, "exclude each other"},
		"an entry for no pair": {func(a *Arguments) {
			a.Bindings[1] = "after=b"
			a.Expect = []Expectation{{Mode: "daily", Where: "TRUE"}}
		}, "is about no pair"},
		"two entries a pair":  {func(a *Arguments) { a.Expect = twice }, "two entries"},
		"a failure of noise":  {func(a *Arguments) { a.Bindings, a.Again, a.FailOnDiff = a.Bindings[:1], "before", true }, "are noise and no failure"},
		"evidence of noise":   {func(a *Arguments) { a.Bindings, a.Again, a.RequireEvidence = a.Bindings[:1], "before", true }, "are noise and no verdict"},
		"evidence of nothing": {func(a *Arguments) { a.RequireEvidence = true; a.Bindings[0] = "x" }, "has no '='"},
	} {
		commits := []string{"aaaa", "bbbb"}
		if reason == "one commit" {
			commits[1] = "aaaa"
		}
		if _, err := crossVersion(t, c.change, commits...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want one about %q", reason, err, c.want)
		}
	}
}

// Two runs of one version are two pieces of work, and two commits are.
func TestVersionsHaveKeysOfTheirOwn(t *testing.T) {
	p, err := crossVersion(t, func(a *Arguments) { a.Modes, a.Again = "bf", "after" }, "aaaa", "bbbb", "bbbb")
	if err != nil {
		t.Fatal(err)
	}
	seen, tables := map[string]string{}, map[string]bool{}
	for _, s := range p.Of(RunStep) {
		if other := seen[s.Key]; other != "" {
			t.Errorf("%s and %s have one key", s.ID, other)
		}
		seen[s.Key] = s.ID
		for _, table := range s.Run.Outputs {
			if tables[table] {
				t.Errorf("table %s is written twice", table)
			}
			tables[table] = true
		}
	}
}

func TestParseExpectations(t *testing.T) {
	all, err := ParseExpectations("e.yaml", []byte("- {output: gaps, mode: bf, where: \"x = 1\", keys: 2}\n- where: y > 2\n"))
	if err != nil || len(all) != 2 || all[0].Keys != 2 || all[1].Where != "y > 2" {
		t.Errorf("%+v, %v", all, err)
	}
	for reason, c := range map[string][2]string{
		"empty":           {"", "the file has none"},
		"no entry":        {"[]", "the file has none"},
		"no condition":    {"- mode: bf", "has no where"},
		"fewer than none": {"- {where: x, keys: -1}", "cannot differ"},
		"unknown field":   {"- {where: x}\n- {wher: x}", `line 2: there is no field "wher" here; there are output, mode, left, right, where, keys`},
		"a map":           {"where: x", "line 1: want a list, and there is a map of name: value"},
		"a text":          {"just words", `line 1: want a list, and there is the text "just words"`},
		"no number":       {"- {where: x, keys: six}", `line 1: want a whole number, and there is the text "six"`},
		"a list in one":   {"- {where: [x]}", "line 1: want a text, and there is a list"},
		"no map in one":   {"- x", `line 1: want a map of name: value, and there is the text "x"`},
		"no YAML":         {"- {where: x", "e.yaml: line 1"},
		"two documents":   {"- where: x\n---\n- where: y\n", "more after the list"},
		"half a document": {"- where: x\n---\n- {where", "more after the list"},
	} {
		if _, err := ParseExpectations("e.yaml", []byte(c[0])); err == nil || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: %v, want one about %q", reason, err, c[1])
		}
	}
}
