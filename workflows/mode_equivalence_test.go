package workflows

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/civil"
)

func plan(t *testing.T, change func(*Arguments)) *Plan {
	t.Helper()
	a := arguments()
	change(&a)
	r, err := a.Check(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	return ModeEquivalence(r.At(commit), "dit:samples/gaps")
}

func TestPlanGolden(t *testing.T) {
	p := plan(t, func(a *Arguments) { a.Modes = strings.Join(Modes(), ",") })
	golden(t, "all-modes.txt", p.String())
	p.Descriptor = nil
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "all-modes.json", string(text)+"\n")
	golden(t, "one-mode.txt", plan(t, func(a *Arguments) { a.Modes = "bfd" }).String())
}

func keys(p *Plan) (all []string) {
	for _, s := range p.Steps {
		all = append(all, s.Key)
	}
	return all
}

func TestKeysNameTheWorkAndNothingElse(t *testing.T) {
	base := plan(t, func(*Arguments) {})
	for reason, change := range map[string]func(*Arguments){
		"experiment": func(a *Arguments) { a.ExperimentID = "mine" },
		"run id":     func(a *Arguments) { a.RunID = "ffffffffffff" },
		"dataset":    func(a *Arguments) { a.DestDataset = "elsewhere" },
		"project":    func(a *Arguments) { a.Project = "other-project" },
	} {
		if !slices.Equal(keys(base), keys(plan(t, change))) {
			t.Errorf("%s changes a key", reason)
		}
	}
	for reason, change := range map[string]func(*Arguments){
		"parameter": func(a *Arguments) { a.Params = []string{"min_gap_length=2"} },
		"source":    func(a *Arguments) { a.Sources = []string{"messages=project-1.d.t"} },
		"start":     func(a *Arguments) { a.Start = "2024-01-01" },
		"tail":      func(a *Arguments) { a.TailDays = ptr(3) },
	} {
		if base.Step("run-bfd").Key == plan(t, change).Step("run-bfd").Key {
			t.Errorf("%s does not change the key of the run", reason)
		}
	}
	longer := plan(t, func(a *Arguments) { a.TailDays = ptr(3) })
	if base.Step("run-bf").Key != longer.Step("run-bf").Key {
		t.Error("the tail's length changes the key of the plain backfill, which has no tail")
	}
}

func TestTablesOfTwoCallsNeverMeet(t *testing.T) {
	a, b := plan(t, func(a *Arguments) { a.ExperimentID = "same" }), plan(t, func(a *Arguments) { a.ExperimentID = "same"; a.RunID = "ba9876543210" })
	seen := map[string]bool{}
	for _, p := range []*Plan{a, b} {
		for _, s := range p.Of(RunStep) {
			for _, table := range s.Run.Outputs {
				if seen[table] {
					t.Errorf("table %s is written twice", table)
				}
				seen[table] = true
			}
		}
	}
}

// The days on a mutated source are those of the phases that read it, and no others: a day that only looks like one hides that nothing is lost.
func TestMutatedDays(t *testing.T) {
	for _, c := range []struct {
		phases []string // "+" for those on the mutated source
		want   string
	}{
		{nil, ""},
		{[]string{"1-9"}, ""},
		{[]string{"1-5", "+5-6", "+6-7", "5-6", "6-7"}, "[2024-01-05, 2024-01-07)"},
		{[]string{"+4-6", "+5-7", "1-9"}, "[2024-01-04, 2024-01-07)"},
		{[]string{"+1-4", "+3-9", "+4-5", "2-9"}, "[2024-01-01, 2024-01-09)"},
		{[]string{"+6-8", "+1-3"}, "[2024-01-01, 2024-01-03) [2024-01-06, 2024-01-08)"},
	} {
		p := &Plan{}
		for _, text := range c.phases { // a step each: what is said of the plan is of all its runs
			at := strings.TrimPrefix(text, "+")
			day := func(digit byte) civil.Date { return civil.Date{Year: 2024, Month: 1, Day: int(digit - '0')} }
			phase := Phase{Range: Range{day(at[0]), day(at[2])}, Mutated: at != text}
			p.Steps = append(p.Steps, Step{Kind: RunStep, Run: &Run{Phases: []Phase{phase}}})
		}
		var got []string
		for _, r := range p.MutatedDays() {
			got = append(got, r.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%v: %v, want %s", c.phases, got, c.want)
		}
	}
	if got := plan(t, func(a *Arguments) { a.Modes = "bf,mutate-recover" }).MutatedDays(); len(got) != 1 || got[0].String() != "[2024-01-07, 2024-01-09)" {
		t.Errorf("the tail of the sample is %v", got)
	}
}
