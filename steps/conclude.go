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
				reason := o.Moved + "; give a snapshot of it"
				if v.Result.Verdict != compare.NotComparable || !slices.Contains(v.Result.Reasons, reason) {
					v.Result.Verdict, v.Result.Reasons = compare.NotComparable, append([]string{reason}, v.Result.Reasons...)
				}
			}
		}
	}
}

// Conclude fills in ExitCode, Conclusion and Versions, and what each pair counts as. What went wrong first in the chain decides: a broken surrounding before a
// failed pipeline, that before a comparison that was not possible, that before a difference.
func (r *Report) Conclude() {
	r.doubt()
	r.Versions = r.versions()
	count := map[Status]int{}
	for _, o := range r.Outcomes {
		count[o.Status]++
	}
	of := map[Standing]int{}
	for _, s := range r.Plan.Of(workflows.CompareStep) {
		if v := r.Verdicts[s.ID]; v != nil {
			v.CountsAs = r.standing(s, v)
			of[v.CountsAs]++
			if v.Result != nil {
				v.Nature = r.nature(s, v.Result)
			}
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
	case of[Undone] > 0:
		conclude(workflows.ExitInfrastructure, "%d of %d comparisons could not be done", of[Undone], pairs)
	case of[Incomparable] > 0:
		conclude(workflows.ExitIncomparable, "%d of %d pairs are not comparable", of[Incomparable], pairs)
	case of[Differing] > 0 && r.expecting():
		conclude(workflows.ExitDifferent, "%d of %d pairs differ otherwise than expected", of[Differing], pairs)
	case of[Differing] > 0 && !r.Plan.Findings:
		conclude(workflows.ExitDifferent, "%d of %d pairs differ", of[Differing], pairs)
	case of[Unproven] > 0:
		conclude(workflows.ExitIncomparable, "%d of %d pairs do not differ, and lack the evidence that they could have", of[Unproven], pairs)
	case count[Detached] > 0:
		conclude(workflows.ExitEqual, "%d of %d runs were left running; see them end with: dagger call wait --run-id=%s --dest-dataset=%s, then ask again",
			count[Detached], runs, r.Plan.RunID, r.Plan.Dataset)
	case complete && keeps > 0:
		conclude(workflows.ExitEqual, "all %d modes are recorded as golden", keeps)
	case allPairs == 0 && complete:
		conclude(workflows.ExitEqual, "one mode was run: there is nothing to compare")
	case complete && of[Differing] > 0:
		conclude(workflows.ExitEqual, "%d of %d pairs differ, which is the finding", of[Differing], pairs)
	case complete && of[Noisy] > 0 && of[Equal] == 0:
		conclude(workflows.ExitEqual, "nothing differs but by the noise between two runs of one version")
	case complete && of[Noisy] > 0:
		conclude(workflows.ExitEqual, "%d of %d pairs are equal, the others differ by no more than the noise between two runs of one version", of[Equal], pairs)
	case complete && of[AsExpected] > 0:
		conclude(workflows.ExitEqual, "%d of %d pairs differ, all as expected, and %d are equal", of[AsExpected], pairs, of[Equal])
	case complete && of[Equal] == pairs:
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

// nature says of a difference what it may come from, where the workflow or another run of one version can tell.
func (r *Report) nature(s workflows.Step, result *compare.Result) string {
	n := result.Rows
	switch {
	case result.Verdict != compare.Different:
		return ""
	case s.Compare.Noise:
		return "two runs of one version, so this is its noise"
	case result.OnlyNoise():
		return "no more than the noise between two runs of one version"
	case s.Compare.Left != workflows.Recovered:
		return ""
	case n.OnlyLeft > 0 && n.OnlyRight > 0:
		return "both histories have rows that the other lacks: keys that drift from run to run, or are made of what a run saw; cross-version with --aa tells which"
	case n.OnlyLeft > 0:
		return "leftovers: what the first runs made, and the recovery neither made again nor took away"
	case n.OnlyRight > 0:
		return "the recovery lacks rows that one backfill makes"
	}
	return "the same keys with other values"
}

// with ends a text with the nature of a difference, if that is known.
func with(nature, text string) string {
	if nature == "" {
		return text
	}
	return text + ": " + nature
}
