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
