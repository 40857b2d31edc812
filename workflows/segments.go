package workflows

import (
	"fmt"
	"slices"
)

// segment is a stretch of phases that no mode leaves or joins in the middle: one run step.
type segment struct {
	name    string
	from    string // the segment before, or ""
	modes   []string
	phases  []Phase
	history []Phase
}

// segments cuts the modes' phases into stretches, so that a beginning which several modes share appears once. Where a mode
// ends, or modes part, a segment ends: its tables are then read by others and must not be written to any more.
func segments(modes []modePhases) []segment {
	// Where must a cut be made? After every prefix at which some mode ends or two modes go on differently.
	cut := func(prefix []Phase) bool {
		var next []*Phase
		for _, m := range modes {
			if !hasPrefix(m.Phases, prefix) {
				continue
			}
			var n *Phase
			if len(m.Phases) > len(prefix) {
				n = &m.Phases[len(prefix)]
			}
			if n == nil || (len(next) > 0 && *next[0] != *n) {
				return true
			}
			next = append(next, n)
		}
		return false
	}
	var all []segment
	shared := 0
	for _, m := range modes {
		from, begin := "", 0
		for i := range m.Phases {
			prefix := m.Phases[:i+1]
			if !cut(prefix) {
				continue
			}
			k := slices.IndexFunc(all, func(s segment) bool { return slices.Equal(s.history, prefix) })
			if k < 0 {
				all = append(all, segment{from: from, phases: m.Phases[begin : i+1], history: prefix})
				k = len(all) - 1
				if end := slices.IndexFunc(modes, func(m modePhases) bool { return slices.Equal(m.Phases, prefix) }); end >= 0 {
					all[k].name = modes[end].Mode
				} else {
					shared++
					all[k].name = fmt.Sprintf("shared%d", shared)
				}
			}
			if len(prefix) == len(m.Phases) {
				all[k].modes = append(all[k].modes, m.Mode)
			}
			from, begin = all[k].name, i+1
		}
	}
	return all
}

func hasPrefix(phases, prefix []Phase) bool {
	return len(phases) >= len(prefix) && slices.Equal(phases[:len(prefix)], prefix)
}
