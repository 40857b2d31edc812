package steps

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Report is everything a workflow found out.
type Report struct {
	Plan     *workflows.Plan     `json:"plan"`
	Sources  *Sources            `json:"sources"`
	Outcomes map[string]*Outcome `json:"outcomes"` // by step id
	Tables   map[string]*Tables  `json:"-"`
	Verdicts map[string]*Verdict `json:"verdicts"` // by step id
	// Seconds is the wall time of the whole call so far.
	Seconds float64 `json:"seconds"`
	// ExitCode is the conclusion; see the Exit constants.
	ExitCode int `json:"exit_code"`
	// Conclusion says it in one line.
	Conclusion string `json:"conclusion"`
	// Unregistered says why the verdicts are not in the registry; empty when they are, or nobody asked for it.
	Unregistered string `json:"unregistered,omitempty"`
}

// doubt takes back what was found of tables whose source changed while they were made: others may have read another state of it.
func (r *Report) doubt() {
	for id, v := range r.Verdicts {
		step := r.Plan.Step(id)
		if v.Result == nil || step == nil || step.Compare == nil {
			continue
		}
		for _, run := range []string{step.Compare.LeftStep, step.Compare.RightStep} {
			if o := r.Outcomes[run]; o != nil && o.Moved != "" {
				reason := fmt.Sprintf("%s while %s ran; give a snapshot of it", o.Moved, r.Plan.Step(run).Run.Name)
				if v.Result.Verdict != compare.NotComparable || !slices.Contains(v.Result.Reasons, reason) {
					v.Result.Verdict, v.Result.Reasons = compare.NotComparable, append([]string{reason}, v.Result.Reasons...)
				}
			}
		}
	}
}

// Conclude fills in ExitCode and Conclusion. What went wrong first in the chain decides: a broken surrounding before a
// failed pipeline, that before a comparison that was not possible, that before a difference.
func (r *Report) Conclude() {
	r.doubt()
	count := map[Status]int{}
	for _, o := range r.Outcomes {
		count[o.Status]++
	}
	var different, incomparable, broken, equal int
	for _, v := range r.Verdicts {
		switch {
		case v.Result == nil:
			broken++
		case v.Result.Verdict.Equal():
			equal++
		case v.Result.Verdict == compare.Different:
			different++
		default:
			incomparable++
		}
	}
	runs, pairs, done := len(r.Outcomes), len(r.Verdicts), count[Succeeded]+count[Cached]
	switch {
	case count[Broken] > 0:
		r.ExitCode, r.Conclusion = workflows.ExitInfrastructure, fmt.Sprintf("%d of %d runs could not be done", count[Broken], runs)
	case count[Failed] > 0:
		r.ExitCode, r.Conclusion = workflows.ExitPipeline, fmt.Sprintf("the pipeline failed in %d of %d runs", count[Failed], runs)
	case count[Missing] > 0:
		r.ExitCode, r.Conclusion = workflows.ExitIncomparable, fmt.Sprintf("%d of %d runs are not in the run cache", count[Missing], runs)
	case count[Detached] > 0 && different == 0:
		r.ExitCode, r.Conclusion = workflows.ExitEqual, fmt.Sprintf("%d of %d runs were left running; see them end with: dagger call wait --run-id=%s --dest-dataset=%s, then ask again",
			count[Detached], runs, r.Plan.RunID, r.Plan.Dataset)
	case broken > 0:
		r.ExitCode, r.Conclusion = workflows.ExitInfrastructure, fmt.Sprintf("%d of %d comparisons could not be done", broken, pairs)
	case incomparable > 0:
		r.ExitCode, r.Conclusion = workflows.ExitIncomparable, fmt.Sprintf("%d of %d pairs are not comparable", incomparable, pairs)
	case different > 0:
		r.ExitCode, r.Conclusion = workflows.ExitDifferent, fmt.Sprintf("%d of %d pairs differ", different, pairs)
	case len(r.Plan.Modes) == 1 && pairs == 0 && done == len(r.Plan.Of(workflows.RunStep)):
		r.ExitCode, r.Conclusion = workflows.ExitEqual, "one mode was run: there is nothing to compare"
	case equal == pairs && pairs > 0 && done == len(r.Plan.Of(workflows.RunStep)) && pairs == len(r.Plan.Of(workflows.CompareStep)):
		r.ExitCode, r.Conclusion = workflows.ExitEqual, fmt.Sprintf("all %d pairs are equal", pairs)
	default: // a step left no result: never a success
		r.ExitCode, r.Conclusion = workflows.ExitInfrastructure, fmt.Sprintf("only %d of %d runs and %d of %d comparisons left a result",
			done, len(r.Plan.Of(workflows.RunStep)), pairs, len(r.Plan.Of(workflows.CompareStep)))
	}
}

// JSON writes the report for programs.
func (r *Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// Text writes the report for a person: verdicts, then what differs, then runs and tables, then the conclusion.
func (r *Report) Text(w io.Writer) {
	r.heading(w)
	if len(r.Verdicts) > 0 {
		r.verdicts(w)
	}
	for _, s := range r.Plan.Of(workflows.CompareStep) {
		v := r.Verdicts[s.ID]
		switch pair := pairName(s); {
		case v == nil || v.Result == nil && v.Error == "":
			fmt.Fprintf(w, "\n%s: the comparison left no result\n", pair)
		case v.Error != "":
			fmt.Fprintf(w, "\n%s: %s\n", pair, v.Error)
		case !v.Result.Read && v.Result.Left.Table == "":
			fmt.Fprintf(w, "\n%s: %s\n", pair, strings.Join(v.Result.Reasons, "; "))
		case v.Result.Verdict != compare.Identical:
			fmt.Fprintf(w, "\n%s\n", pair)
			compare.WriteText(w, v.Result)
		}
	}
	if len(r.Verdicts) > 0 {
		fmt.Fprintln(w)
	}
	r.runs(w)
	for _, s := range r.Plan.Of(workflows.RunStep) {
		o := r.Outcomes[s.ID]
		if o == nil || o.Error == "" {
			continue
		}
		fmt.Fprintf(w, "\n%s %s: %s\n", s.Run.Name, o.Status, o.Error)
		for _, line := range o.LogTail {
			fmt.Fprintf(w, "    %s\n", line)
		}
	}
	cached := 0
	for _, o := range r.Outcomes {
		if o.Status == Cached {
			cached++
		}
	}
	r.unregistered(w)
	fmt.Fprintf(w, "\n%s; %.1f s, %d of %d runs from the cache\n", r.Conclusion, r.Seconds, cached, len(r.Outcomes))
}

func (r *Report) unregistered(w io.Writer) {
	if r.Unregistered != "" {
		fmt.Fprintf(w, "\nthe verdicts could not be registered: %s\n", r.Unregistered)
	}
}

func (r *Report) heading(w io.Writer) {
	p := r.Plan
	fmt.Fprintf(w, "%s of %s at %s, %s, experiment %s\n", p.Workflow, p.Pipeline, p.Versions(), p.Range, p.ExperimentID)
	for _, text := range p.Warnings {
		fmt.Fprintf(w, "warning: %s\n", text)
	}
	fmt.Fprintln(w)
}

func (r *Report) verdicts(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "PAIR\tTABLE\tKEYS\tROWS\t\tVERDICT\tTIME")
	for _, s := range r.Plan.Of(workflows.CompareStep) {
		v, keys := r.Verdicts[s.ID], ""
		for _, o := range r.Plan.Descriptor.Outputs {
			if o.Name == s.Compare.Output {
				keys = strings.Join(o.Keys, ",")
			}
		}
		left, right, verdict, seconds := "-", "-", "no result", "-"
		if v != nil && v.Error != "" {
			verdict = "not done"
		}
		if v != nil && v.Result != nil {
			if v.Result.Left.Table != "" { // without tables there are no rows to count
				left, right = fmt.Sprint(v.Result.Left.Rows), fmt.Sprint(v.Result.Right.Rows)
			}
			verdict, seconds = string(v.Result.Verdict), fmt.Sprintf("%.1f s", v.Seconds)
		}
		fmt.Fprintf(t, "%s : %s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.Compare.Left, s.Compare.Right, s.Compare.Output, keys, left, right, verdict, seconds)
	}
	t.Flush()
}

func (r *Report) runs(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "RUN\tSTATUS\tPHASES\tTIME\tPIPELINE\tRUN ID\tTABLES")
	for _, s := range r.Plan.Of(workflows.RunStep) {
		o := r.Outcomes[s.ID]
		if o == nil {
			fmt.Fprintf(t, "%s\tno result\n", s.Run.Name)
			continue
		}
		tables := []string{"-"}
		if have := r.Tables[s.ID]; have != nil && have.Failed == "" {
			tables = nil
			for _, output := range slices.Sorted(maps.Keys(have.Outputs)) {
				tables = append(tables, have.Outputs[output].Table.String())
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%.1f s\t%.1f s\t%s\t%s\n", s.Run.Name, o.Status, len(s.Run.Phases), o.Seconds, o.PipelineSeconds, o.RunID, strings.Join(tables, " "))
	}
	t.Flush()
	fmt.Fprintln(w)
	for _, s := range r.Plan.Of(workflows.RunStep) {
		if o := r.Outcomes[s.ID]; o != nil {
			fmt.Fprintf(t, "cache\t%s\t%s\n", s.Run.Name, o.Cache)
		}
	}
	t.Flush()
}
