package workflows

import "slices"

// ModeEquivalence plans the question "do the trigger patterns of this pipeline give the same tables?": every selected mode
// is run on the same source at the same commit, and all pairs of modes are compared. Phases that several modes have in
// common at their beginning are one step; its tables are copied to where the modes part.
func ModeEquivalence(r *Request, repository string) *Plan {
	b := r.newPlan("mode-equivalence", repository)
	b.withModes(r.modes, r.Pipeline.Mutation)
	b.runs(r.Bindings[0], r.modes)
	for _, o := range r.Pipeline.Outputs {
		for i, left := range b.Modes {
			for _, right := range b.Modes[i+1:] {
				b.compare(Compare{Output: o.Name}, side{mode: left}, side{mode: right})
			}
		}
	}
	return b.done()
}

// withModes notes the modes of the question, and what their phases on a mutated source read.
func (b *builder) withModes(modes []modePhases, mutation *TailMutation) {
	for _, m := range modes {
		b.Modes = append(b.Modes, m.Mode)
		if mutated(m.Phases) {
			b.TailMutation = mutation
		}
	}
}

// mutated tells whether one of the phases reads a mutated source.
func mutated(phases []Phase) bool {
	return slices.ContainsFunc(phases, func(p Phase) bool { return p.Mutated })
}

// MutatedDays are the days that phases on a mutated source are run over, by their ranges alone: merged, in order. What a pipeline reads
// besides, such as hours before its range, no plan knows.
func (p *Plan) MutatedDays() (days []Range) {
	var all []Range
	for _, s := range p.Of(RunStep) {
		for _, phase := range s.Run.Phases {
			if phase.Mutated {
				all = append(all, phase.Range)
			}
		}
	}
	slices.SortFunc(all, func(a, b Range) int { return a.Start.Compare(b.Start) })
	for _, r := range all {
		last := len(days) - 1
		switch {
		case last < 0 || r.Start.After(days[last].End):
			days = append(days, r)
		case r.End.After(days[last].End):
			days[last].End = r.End
		}
	}
	return days
}
