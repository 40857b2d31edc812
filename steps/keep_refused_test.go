package steps

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// What can be no reference is refused before the registry or a table is asked: the keeper has no client here.
func TestNotToBeKept(t *testing.T) {
	unsteady := &workflows.TailMutation{Source: "messages", Where: "RAND() < 0.5"}
	for want, spoil := range map[string]func(*workflows.Plan, *Sources, *Tables, *Outcome){
		"run bf has no tables": func(_ *workflows.Plan, _ *Sources, tables *Tables, _ *Outcome) { tables.Failed = "bf" },
		"bad argument: source messages changed while bf ran, so nobody can name": func(_ *workflows.Plan, _ *Sources, _ *Tables, o *Outcome) {
			o.Moved = "source messages changed while bf ran"
		},
		"bad argument: nobody can name the contents of source messages (p.d.t): it is external; give a snapshot": func(_ *workflows.Plan, s *Sources, _ *Tables, _ *Outcome) {
			s.Tables["messages"] = SourceTable{Table: bq.Table{Project: "p", Dataset: "d", Name: "t"}, WhyNot: "it is external"}
		},
		`bad argument: the mutation "RAND() < 0.5" reads other tables, the clock or chance`: func(p *workflows.Plan, _ *Sources, _ *Tables, _ *Outcome) {
			p.TailMutation = unsteady
			p.Steps[0].Run.History[0].Mutated = true
		},
		"does not say what its output gaps is": func(_ *workflows.Plan, _ *Sources, tables *Tables, _ *Outcome) { tables.Outputs = nil },
		"output gaps is": func(_ *workflows.Plan, _ *Sources, tables *Tables, _ *Outcome) {
			tables.Outputs = map[string]cache.Output{"gaps": {Table: bq.Table{Project: "p", Dataset: "d", Name: "t"}}} // its view is not known
		},
	} {
		plan := &workflows.Plan{RunID: "0123456789ab", Descriptor: &workflows.Descriptor{Outputs: []workflows.Output{{Name: "gaps", ViewSuffix: "_last"}}}, Bindings: []workflows.Binding{{Ref: "main", Commit: "c"}},
			Steps: []workflows.Step{{ID: "run-bf", Kind: workflows.RunStep, Run: &workflows.Run{Name: "bf", History: []workflows.Phase{{}}}},
				{ID: "keep-bf", Kind: workflows.KeepStep, Golden: &workflows.Golden{Mode: "bf", Run: "run-bf", ID: "0123456789ab"}}}}
		sources, tables, outcome := &Sources{Tables: map[string]SourceTable{"messages": {Identity: "e"}}}, &Tables{}, &Outcome{RunID: "r"}
		spoil(plan, sources, tables, outcome)
		reg := &cache.Memory{}
		_, err := Keeper{plan, sources, nil, reg, io.Discard}.Keep(t.Context(), "keep-bf", tables, outcome)
		if err == nil || !strings.Contains(err.Error(), want) || strings.HasPrefix(want, "bad argument") != errors.Is(err, ErrArgument) {
			t.Errorf("%v, want %s", err, want)
		}
		if all, _ := reg.Goldens(t.Context(), cache.GoldenFilter{}); len(all) != 0 {
			t.Errorf("%s: it was proposed: %+v", want, all)
		}
	}
}
