package workflows

import (
	"fmt"
	"slices"
	"strings"
)

// Phase is one invocation of the pipeline inside a mode: a range of days, on the true source or on the mutated one.
type Phase struct {
	Range
	// Mutated says that this phase reads the descriptor's mutated source.
	Mutated bool `json:"mutated,omitempty"`
}

// mode is a trigger pattern: how a range is fed to the pipeline.
type mode struct {
	name string
	// phases lays the mode out over [start, end) with the given daily slices over the tail, the days from mid on.
	phases func(whole, head Range, dailies []Range) []Phase
}

// modes in the order in which they are always listed and compared, whatever the order on the command line.
var modes = []mode{
	{"bf", func(whole, _ Range, _ []Range) []Phase { return plain(whole) }},
	{"bfd", func(_, head Range, dailies []Range) []Phase { return plain(append([]Range{head}, dailies...)...) }},
	{"bftruncate", func(whole, _ Range, dailies []Range) []Phase { return plain(append([]Range{whole}, dailies...)...) }},
	{"mutate-recover", func(_, head Range, dailies []Range) []Phase {
		mutated := plain(dailies...)
		for i := range mutated {
			mutated[i].Mutated = true
		}
		return slices.Concat(plain(head), mutated, plain(dailies...))
	}},
}

func plain(ranges ...Range) []Phase {
	var phases []Phase
	for _, r := range ranges {
		if r.Days() > 0 { // a tail as long as the range leaves no head
			phases = append(phases, Phase{Range: r})
		}
	}
	return phases
}

// Modes lists the modes in the order in which they are reported.
func Modes() []string {
	var names []string
	for _, m := range modes {
		names = append(names, m.name)
	}
	return names
}

// maxTailDays keeps a slip of the finger from planning thousands of Dataflow jobs.
const maxTailDays = 366

// modePhases is a mode with the phases it consists of.
type modePhases struct {
	Mode   string
	Phases []Phase
}

// phasesOf lays out the selected modes. With M = end - tailDays: bf is [start, end); bfd is [start, M), then [E-W, E) for
// each E in M+1..end, W being backfillDays; bftruncate is [start, end), then the same dailies; mutate-recover is
// [start, M), the dailies on the mutated source, then the dailies again on the true one.
func phasesOf(d *Descriptor, whole Range, tailDays, backfillDays int, selected []string) ([]modePhases, error) {
	if err := whole.ordered("", "", ""); err != nil {
		return nil, err
	}
	if tailDays < 1 {
		return nil, fmt.Errorf("tail-days is %d; want at least 1 (without a tail all modes are one backfill)", tailDays)
	}
	if tailDays > whole.Days() {
		return nil, fmt.Errorf("tail-days is %d, longer than the range %s of %d days", tailDays, whole, whole.Days())
	}
	if tailDays > maxTailDays {
		return nil, fmt.Errorf("tail-days is %d; want at most %d: each day of the tail is a run of its own in several modes", tailDays, maxTailDays)
	}
	if backfillDays < 1 {
		return nil, fmt.Errorf("backfill-days is %d; want at least 1: each daily run covers the last backfill-days days", backfillDays)
	}
	mid := whole.End.AddDays(-tailDays)
	var dailies []Range
	for end := mid.AddDays(1); !end.After(whole.End); end = end.AddDays(1) {
		dailies = append(dailies, Range{end.AddDays(-backfillDays), end})
	}
	if first := dailies[0].Start; first.Before(whole.Start) {
		return nil, fmt.Errorf("the first daily run, %s, would read days before start %s that no backfill reads; lower backfill-days (%d), lower tail-days (%d) or start earlier",
			dailies[0], whole.Start, backfillDays, tailDays)
	}
	for _, name := range selected {
		if !slices.Contains(Modes(), name) {
			return nil, fmt.Errorf("unknown mode %q; modes are %s", name, strings.Join(Modes(), ", "))
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("no mode is selected; modes are %s", strings.Join(Modes(), ", "))
	}
	var laid []modePhases
	for _, m := range modes {
		if !slices.Contains(selected, m.name) {
			continue
		}
		phases := m.phases(whole, Range{whole.Start, mid}, dailies)
		if mutated(phases) && d.Mutation == nil {
			return nil, fmt.Errorf("mode %s needs a mutation, and the descriptor of %s declares none", m.name, d.Name)
		}
		for _, other := range laid {
			if slices.Equal(other.Phases, phases) {
				return nil, fmt.Errorf("modes %s and %s are the same invocations over %s: comparing them would prove nothing; use a longer range or another tail-days",
					other.Mode, m.name, whole)
			}
		}
		laid = append(laid, modePhases{m.name, phases})
	}
	return laid, nil
}
