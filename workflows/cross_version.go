package workflows

import (
	"fmt"
	"strings"
)

// CrossVersion plans the question "do these versions of the pipeline make different tables, and where?": every version is run in
// every selected mode on the same sources, and of each mode all pairs of versions are compared. The version that is to be run twice
// (--aa) is compared with itself, and is the left side of its pairs, whose noise is then known.
//
// Two versions of one commit, and of one image of Dataflow's workers, are refused: they are the same code. The error is about the
// arguments.
func CrossVersion(r *Request, repository string) (*Plan, error) {
	for i, left := range r.Bindings {
		for _, right := range r.Bindings[i+1:] {
			if left.Commit == right.Commit && left.WorkerImage == right.WorkerImage && left.Again == "" && right.Again == "" {
				return nil, fmt.Errorf("bindings %s and %s are the same commit %s: comparing it with itself would show nothing but noise; give another ref, or for the noise %s alone with --aa=%s",
					left.Said(), right.Said(), Short(left.Commit), left.Said(), left.Name)
			}
		}
	}
	b := r.newPlan("cross-version", repository)
	b.Findings = !r.FailOnDiff && r.Expect == nil
	b.withModes(r.modes, r.Pipeline.Mutation)
	for _, version := range r.Bindings {
		b.runs(version, r.modes)
	}
	met := make([]bool, len(r.Expect))
	for _, o := range r.Pipeline.Outputs {
		for _, m := range r.modes {
			for _, pair := range versionPairs(r.Bindings) {
				left, right := side{pair[0].Name, m.Mode}, side{pair[1].Name, m.Mode}
				c := Compare{Output: o.Name}
				switch second := pair[0].Name + again; {
				case pair[1].Again != "":
					c.Noise = true
				case b.ends[side{second, m.Mode}] != "":
					c.AgainStep = b.ends[side{second, m.Mode}]
				}
				if !c.Noise {
					for i, e := range r.Expect {
						if !e.covers(o.Name, m.Mode, pair[0].Name, pair[1].Name) {
							continue
						}
						if c.Expect != nil {
							return nil, fmt.Errorf("two entries of --expect are about %s of %s, %s against %s: %q and %q; a pair can have one", o.Name, m.Mode, pair[0].Name, pair[1].Name, c.Expect.Where, e.Where)
						}
						c.Expect, met[i] = &Expected{Where: e.Where, Keys: e.Keys}, true
					}
				}
				b.compare(c, left, right)
			}
		}
	}
	for i, e := range r.Expect {
		if !met[i] {
			return nil, fmt.Errorf("--expect: entry %d (%s) is about no pair of this question; outputs, modes and bindings are %s; %s; %s", i+1, e.about(),
				strings.Join(r.Pipeline.outputNames(), ", "), strings.Join(b.Modes, ", "), b.Versions())
		}
	}
	return b.done(), nil
}

// versionPairs are all pairs in the order given, but a version that is run twice goes first, and its second run is in one pair only:
// that with the first.
func versionPairs(all []Binding) (pairs [][2]Binding) {
	twice := ""
	for _, b := range all {
		if b.Again != "" {
			twice = b.Again
		}
	}
	for i, left := range all {
		for _, right := range all[i+1:] {
			switch {
			case right.Again != "" && right.Again != left.Name, left.Again != "":
				continue
			case right.Name == twice:
				pairs = append(pairs, [2]Binding{right, left})
			default:
				pairs = append(pairs, [2]Binding{left, right})
			}
		}
	}
	return pairs
}
