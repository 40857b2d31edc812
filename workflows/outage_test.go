package workflows

import (
	"strings"
	"testing"
)

func outage(t *testing.T, o Outage) (*Plan, error) {
	t.Helper()
	a := arguments()
	a.Outage = &o
	r, err := a.Check(sample(t))
	if err != nil {
		return nil, err
	}
	return OutageRecovery(r.At(commit), "dit:samples/gaps")
}

func TestOutageGolden(t *testing.T) {
	p, err := outage(t, Outage{Synthetic: true, BufferDays: 1})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "outage.txt", p.String()+"\n"+p.TailMutation.Where+"\n"+p.Command+"\n")
}

func TestOutageWithoutASyntheticOne(t *testing.T) {
	p, err := outage(t, Outage{Start: "2024-01-05", End: "2024-01-06"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, phase := range p.Step("run-" + Recovered).Run.Phases {
		if phase.Mutated {
			t.Errorf("%s reads a mutated source", phase.Range)
		}
		got = append(got, phase.String())
	}
	if want := "[2024-01-02, 2024-01-05) [2024-01-06, 2024-01-09) [2024-01-05, 2024-01-09)"; strings.Join(got, " ") != want {
		t.Errorf("phases are %v, want %s", got, want)
	}
	if len(p.Warnings) > 0 || p.TailMutation != nil {
		t.Errorf("warnings %v, mutation %v", p.Warnings, p.TailMutation)
	}
	if p.Missed == nil || p.Missed.String() != "[2024-01-05, 2024-01-06)" {
		t.Errorf("the days that must have rows are %v", p.Missed)
	}
	if p, err := outage(t, Outage{Synthetic: true}); err != nil || p.Missed != nil {
		t.Errorf("a synthetic outage, of which the mutation is counted, misses %v, %v", p.Missed, err)
	}
}

// The single backfill is the work that mode bf is: either answers for the other.
func TestBackfillIsModeBf(t *testing.T) {
	p, err := outage(t, Outage{Synthetic: true})
	if err != nil {
		t.Fatal(err)
	}
	if p.Step("run-"+Backfill).Key != plan(t, func(*Arguments) {}).Step("run-bf").Key {
		t.Error("the backfill and mode bf have other keys")
	}
}

func TestOutagesThatAreRefused(t *testing.T) {
	for reason, c := range map[string]struct {
		outage Outage
		want   string
	}{
		"no date":             {Outage{Start: "soon"}, "not a date"},
		"backwards":           {Outage{Start: "2024-01-06", End: "2024-01-05"}, "is not before outage-end"},
		"a default end":       {Outage{Start: "2024-01-07"}, "outage-end 2024-01-06 (the descriptor's default);"},
		"a default start":     {Outage{End: "2024-01-03"}, "outage-start 2024-01-04 (the descriptor's default) is not"},
		"empty":               {Outage{Start: "2024-01-05", End: "2024-01-05"}, "is not before outage-end"},
		"on the first day":    {Outage{Start: "2024-01-02", End: "2024-01-03"}, "a day before and a day after"},
		"up to the end":       {Outage{Start: "2024-01-07", End: "2024-01-09"}, "a day before and a day after"},
		"outside":             {Outage{Start: "2023-01-07", End: "2023-01-09"}, "does not lie inside"},
		"a buffer too long":   {Outage{BufferDays: 3}, "want 0 to 2"},
		"a buffer below none": {Outage{BufferDays: -1}, "want 0 to 2"},
	} {
		if _, err := outage(t, c.outage); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want one about %q", reason, err, c.want)
		}
	}
}
