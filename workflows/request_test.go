package workflows

import (
	"strings"
	"testing"
)

func ptr(n int) *int { return &n }

func TestBadArgumentsAreRefused(t *testing.T) {
	for _, c := range []struct {
		reason string
		spoil  func(*Arguments)
		want   []string // all must be in the message: the value, and what is allowed
	}{
		{"no ref", func(a *Arguments) { a.Ref = "" }, []string{`""`, "--ref=main"}},
		{"a ref that would be an option", func(a *Arguments) { a.Ref = "--upload-pack=x" }, []string{"--upload-pack=x"}},
		{"unknown mode", func(a *Arguments) { a.Modes = "bf,daily" }, []string{`"daily"`, "bf, bfd, bftruncate, mutate-recover"}},
		{"no mode", func(a *Arguments) { a.Modes = " , " }, []string{"no mode", "bf, bfd"}},
		{"not a date", func(a *Arguments) { a.Start = "2024-02-30" }, []string{"2024-02-30", "2024-01-31"}},
		{"start after end", func(a *Arguments) { a.Start = "2024-02-01"; a.End = "2024-01-01" }, []string{"2024-02-01", "2024-01-01", "half-open"}},
		{"empty range", func(a *Arguments) { a.Start = "2024-01-05"; a.End = "2024-01-05" }, []string{"not before"}},
		{"tail longer than the range", func(a *Arguments) { a.TailDays = ptr(8) }, []string{"8", "7 days"}},
		{"tail of nothing", func(a *Arguments) { a.TailDays = ptr(0) }, []string{"at least 1"}},
		{"negative backfill", func(a *Arguments) { a.BackfillDays = ptr(-1) }, []string{"-1", "at least 1"}},
		{"dailies before the start", func(a *Arguments) { a.BackfillDays = ptr(9) }, []string{"before start 2024-01-02", "lower backfill-days"}},
		{"modes that are the same runs", func(a *Arguments) {
			a.Start, a.End, a.TailDays, a.BackfillDays, a.Modes = "2024-01-02", "2024-01-03", ptr(1), ptr(1), "bf,bfd"
		}, []string{"same invocations"}},
		{"experiment id", func(a *Arguments) { a.ExperimentID = "My Run" }, []string{"My Run", "^[a-z0-9][a-z0-9_-]{0,31}$"}},
		{"experiment id too long", func(a *Arguments) { a.ExperimentID = strings.Repeat("a", 33) }, []string{"at most 32"}},
		{"dataset", func(a *Arguments) { a.DestDataset = "my-data.set" }, []string{"my-data.set", "letters, digits and underscores"}},
		{"unknown parameter", func(a *Arguments) { a.Params = []string{"min_gap=1"} }, []string{"min_gap", "min_gap_length"}},
		{"parameter without a value", func(a *Arguments) { a.Params = []string{"ssvids"} }, []string{"name=value"}},
		{"parameter twice", func(a *Arguments) { a.Params = []string{"ssvids=1", "ssvids=2"} }, []string{"twice"}},
		{"parameter of another type", func(a *Arguments) { a.Params = []string{"min_gap_length=long"} }, []string{"long", "1.5"}},
		{"NaN", func(a *Arguments) { a.Params = []string{"min_gap_length=NaN"} }, []string{"NaN", "finite"}},
		{"unknown source", func(a *Arguments) { a.Sources = []string{"position=a.b.c"} }, []string{"position", "messages, segments"}},
		{"source that is no table", func(a *Arguments) { a.Sources = []string{"messages=b.c"} }, []string{"b.c", "project.dataset.table"}},
		{"source in no possible project", func(a *Arguments) { a.Sources = []string{"messages=Project.d.t"} }, []string{"messages", "Project", "lower-case"}},
		{"source with a decorator", func(a *Arguments) { a.Sources = []string{"messages=project-1.d.t$2024"} }, []string{"decorator"}},
		{"project", func(a *Arguments) { a.Project = "My Project" }, []string{"My Project", "6 to 30"}},
		{"no source on the real cloud", func(a *Arguments) { a.Sandbox = false }, []string{"--source messages="}},
		{"run id", func(a *Arguments) { a.RunID = "x" }, []string{"12 hex"}},
	} {
		a := arguments()
		c.spoil(&a)
		_, err := a.Check(sample(t))
		if err == nil {
			t.Errorf("%s: accepted", c.reason)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not mention %q", c.reason, err, want)
			}
		}
	}
}

func TestModesInDeclaredOrderWithoutDuplicates(t *testing.T) {
	a := arguments()
	a.Modes = " bfd , bf,bfd "
	r, err := a.Check(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	if p := ModeEquivalence(r, "repo", "c0ffee"); strings.Join(p.Modes, " ") != "bf bfd" {
		t.Errorf("modes are %v", p.Modes)
	}
}

func TestEqualParametersHaveOneText(t *testing.T) {
	for _, pair := range [][2]string{{"min_gap_length=1", "min_gap_length=1.0"}, {"ssvids=b,a", "ssvids=a, b,a"}} {
		var got []string
		for _, s := range pair {
			v, err := resolveParams(sample(t).Params, []string{s})
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, Digest(v))
		}
		if got[0] != got[1] {
			t.Errorf("%v are two values", pair)
		}
	}
}
