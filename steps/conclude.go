package steps

import (
	"fmt"
	"slices"

	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// doubt takes back what was found of tables whose source changed while they were made: others may have read another state of it.
func (r *Report) doubt() {
	for id, v := range r.Verdicts {
		step := r.Plan.Step(id)
		if v.Result == nil || step == nil || step.Compare == nil {
			continue
		}
		for _, run := range []string{step.Compare.LeftStep, step.Compare.RightStep, step.Compare.AgainStep} {
			if o := r.Outcomes[run]; o != nil && o.Moved != "" {
				reason := fmt.Sprintf("%s while %s ran; give a snapshot of it", o.Moved, r.Plan.Step(run).Run.Name)
				if v.Result.Verdict != compare.NotComparable || !slices.Contains(v.Result.Reasons, reason) {
					v.Result.Verdict, v.Result.Reasons = compare.NotComparable, append([]string{reason}, v.Result.Reasons...)
				}
			}
		}
	}
}

// tally is how many pairs came out how.
type tally struct{ equal, expected, noise, different, incomparable, unproven, broken, awaited int }

// class is where a pair is counted.
func (t *tally) class(r *Report, s workflows.Step, v *Verdict) *int {
	switch {
	case v.Result == nil:
		return &t.broken
	case r.detached(s):
		return &t.awaited
	case v.Result.Verdict == compare.Different && !s.Compare.Noise && !v.Result.OnlyNoise():
		return &t.different
	case v.Result.Verdict != compare.Different && !v.Result.Verdict.Equal():
		return &t.incomparable
	case r.Plan.RequireEvidence && !s.Compare.Noise && (v.Evidence == nil || len(v.Evidence.Lacking) > 0):
		return &t.unproven
	case v.Result.Verdict == compare.Different:
		return &t.noise
	case v.Result.Expected != nil:
		return &t.expected
	}
	return &t.equal
}

// detached tells of a pair one of whose runs was left running.
func (r *Report) detached(s workflows.Step) bool {
	return slices.ContainsFunc(s.Needs, func(run string) bool { return r.Outcomes[run] != nil && r.Outcomes[run].Status == Detached })
}

// Conclude fills in ExitCode and Conclusion. What went wrong first in the chain decides: a broken surrounding before a
// failed pipeline, that before a comparison that was not possible, that before a difference.
func (r *Report) Conclude() {
	r.doubt()
	count := map[Status]int{}
	for _, o := range r.Outcomes {
		count[o.Status]++
	}
	var t tally
	for _, s := range r.Plan.Of(workflows.CompareStep) {
		if v := r.Verdicts[s.ID]; v != nil {
			*t.class(r, s, v)++
		}
	}
	runs, pairs, done := len(r.Outcomes), len(r.Verdicts), count[Succeeded]+count[Cached]
	allRuns, allPairs := len(r.Plan.Of(workflows.RunStep)), len(r.Plan.Of(workflows.CompareStep))
	keeps, kept := r.kept()
	complete := done == allRuns && pairs == allPairs && kept == keeps
	conclude := func(code int, format string, args ...any) {
		r.ExitCode, r.Conclusion = code, fmt.Sprintf(format, args...)
	}
	switch {
	case count[Broken] > 0:
		conclude(workflows.ExitInfrastructure, "%d of %d runs could not be done", count[Broken], runs)
	case count[Failed] > 0:
		conclude(workflows.ExitPipeline, "the pipeline failed in %d of %d runs", count[Failed], runs)
	case count[Missing] > 0:
		conclude(workflows.ExitIncomparable, "%d of %d runs are not in the run cache", count[Missing], runs)
	case t.broken > 0:
		conclude(workflows.ExitInfrastructure, "%d of %d comparisons could not be done", t.broken, pairs)
	case t.incomparable > 0:
		conclude(workflows.ExitIncomparable, "%d of %d pairs are not comparable", t.incomparable, pairs)
	case t.different > 0 && r.expecting():
		conclude(workflows.ExitDifferent, "%d of %d pairs differ otherwise than expected", t.different, pairs)
	case t.different > 0 && !r.Plan.Findings:
		conclude(workflows.ExitDifferent, "%d of %d pairs differ", t.different, pairs)
	case t.unproven > 0:
		conclude(workflows.ExitIncomparable, "%d of %d pairs do not differ, and lack the evidence that they could have", t.unproven, pairs)
	case count[Detached] > 0:
		conclude(workflows.ExitEqual, "%d of %d runs were left running; see them end with: dagger call wait --run-id=%s --dest-dataset=%s, then ask again",
			count[Detached], runs, r.Plan.RunID, r.Plan.Dataset)
	case complete && keeps > 0:
		conclude(workflows.ExitEqual, "all %d modes are recorded as golden", keeps)
	case allPairs == 0 && complete:
		conclude(workflows.ExitEqual, "one mode was run: there is nothing to compare")
	case complete && t.different > 0:
		conclude(workflows.ExitEqual, "%d of %d pairs differ, which is the finding", t.different, pairs)
	case complete && t.noise > 0 && t.equal == 0:
		conclude(workflows.ExitEqual, "nothing differs but by the noise between two runs of one version")
	case complete && t.noise > 0:
		conclude(workflows.ExitEqual, "%d of %d pairs are equal, the others differ by no more than the noise between two runs of one version", t.equal, pairs)
	case complete && t.expected > 0:
		conclude(workflows.ExitEqual, "%d of %d pairs differ, all as expected, and %d are equal", t.expected, pairs, t.equal)
	case complete && t.equal == pairs:
		conclude(workflows.ExitEqual, "all %d pairs are equal", pairs)
	default: // a step left no result: never a success
		conclude(workflows.ExitInfrastructure, "only %d of %d runs and %d of %d comparisons left a result", done, allRuns, pairs, allPairs)
		if kept < keeps {
			r.Conclusion += fmt.Sprintf(", and %d of %d modes were recorded as golden", kept, keeps)
		}
	}
}

// expecting tells of a question with differences that must be.
func (r *Report) expecting() bool {
	return slices.ContainsFunc(r.Plan.Of(workflows.CompareStep), func(s workflows.Step) bool { return s.Compare.Expect != nil })
}

// word is the verdict of a pair for a person.
func (r *Report) word(s workflows.Step, v *Verdict) string {
	var t tally
	switch t.class(r, s, v) {
	case &t.noise:
		return string(v.Result.Verdict) + " (noise)"
	case &t.unproven:
		return string(v.Result.Verdict) + " (unproven)"
	case &t.expected: // to compare it is within what is allowed
		return string(compare.Different) + " (expected)"
	}
	return string(v.Result.Verdict)
}

// nature says of a difference what it may come from, where the workflow or another run of one version can tell.
func (r *Report) nature(s workflows.Step, result *compare.Result) string {
	n := result.Rows
	switch {
	case result.Verdict != compare.Different:
		return ""
	case s.Compare.Noise:
		return ": two runs of one version, so this is its noise"
	case result.OnlyNoise():
		return ": no more than the noise between two runs of one version"
	case s.Compare.Left != workflows.Recovered:
		return ""
	case n.OnlyLeft > 0 && n.OnlyRight > 0:
		return ": both histories have rows that the other lacks: keys that drift from run to run, or are made of what a run saw; cross-version with --aa tells which"
	case n.OnlyLeft > 0:
		return ": leftovers: what the first runs made, and the recovery neither made again nor took away"
	case n.OnlyRight > 0:
		return ": the recovery lacks rows that one backfill makes"
	}
	return ": the same keys with other values"
}
