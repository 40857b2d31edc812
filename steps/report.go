package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Report is everything a workflow found out.
type Report struct {
	Plan *workflows.Plan `json:"plan"`
	// Environments are those of the plan's versions, by the names of these.
	Environments map[string]Environment `json:"-"`
	// Versions are for the report to say, see [Report.Conclude].
	Versions []Version           `json:"versions"`
	Sources  *Sources            `json:"sources"`
	Outcomes map[string]*Outcome `json:"outcomes"` // by step id
	Tables   map[string]*Tables  `json:"-"`
	Verdicts map[string]*Verdict `json:"verdicts"` // by step id
	// Goldens are the golden recordings that were made or compared with, by step id.
	Goldens map[string]*cache.Golden `json:"goldens,omitempty"`
	// Seconds is the wall time of the whole call so far.
	Seconds float64 `json:"seconds"`
	// ExitCode is the conclusion; see the Exit constants.
	ExitCode int `json:"exit_code"`
	// Conclusion says it in one line.
	Conclusion string `json:"conclusion"`
	// Unregistered says why the verdicts are not in the registry; empty when they are, or nobody asked for it.
	Unregistered string `json:"unregistered,omitempty"`
}

// JSON writes the report for programs.
func (r *Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// Text writes the report for a person: verdicts, then what differs, then runs and tables, then the conclusion.
func (r *Report) Text(w io.Writer) error {
	var b bytes.Buffer
	r.heading(&b)
	if len(r.Verdicts) > 0 {
		r.verdicts(&b)
	}
	evidence := r.evidence()
	paragraph(&b, evidence)
	for _, s := range r.Plan.Of(workflows.CompareStep) {
		v := r.Verdicts[s.ID]
		switch pair := pairName(s); {
		case v == nil || v.Result == nil || v.Error != "":
			fmt.Fprintf(&b, "\n%s: %s\n", pair, undone(v))
		case !v.Result.Read && v.Result.Left.Table == "":
			fmt.Fprintf(&b, "\n%s: %s\n", pair, strings.Join(v.Result.Reasons, "; "))
		case v.Result.Verdict != compare.Identical:
			fmt.Fprintf(&b, "\n%s\n", with(r.nature(s, v.Result), pair))
			if err := compare.WriteText(&b, v.Result); err != nil {
				return err
			}
		}
	}
	if len(evidence) > 0 || len(r.Verdicts) > 0 {
		fmt.Fprintln(&b)
	}
	r.runs(&b)
	r.goldens(&b)
	r.failures(&b)
	cached := 0
	for _, o := range r.Outcomes {
		if o.Status == Cached {
			cached++
		}
	}
	paragraph(&b, r.unregistered())
	fmt.Fprintf(&b, "\n%s; %.1f s, %d of %d runs from the cache\n", r.Conclusion, r.Seconds, cached, len(r.Outcomes))
	_, err := w.Write(b.Bytes())
	return err
}

// failures are the runs that have no tables, with the end of what they said.
func (r *Report) failures(w io.Writer) {
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
}

// unregistered says that the verdicts are not in the registry.
func (r *Report) unregistered() []string {
	if r.Unregistered == "" {
		return nil
	}
	return []string{"the verdicts could not be registered: " + r.Unregistered}
}

// paragraph writes the lines, if there are any, after an empty one.
func paragraph(w io.Writer, lines []string) {
	if len(lines) > 0 {
		fmt.Fprintf(w, "\n%s\n", strings.Join(lines, "\n"))
	}
}

func (r *Report) heading(w io.Writer) {
	p := r.Plan
	fmt.Fprintf(w, "%s of %s at %s, %s, experiment %s\n", p.Workflow, p.Pipeline, p.Versions(), p.Range, p.ExperimentID)
	for _, text := range r.notes() {
		fmt.Fprintln(w, text)
	}
	fmt.Fprintln(w)
}

// notes are what must be known of the question to understand its answer, in each format for people.
func (r *Report) notes() (all []string) {
	for _, text := range slices.Concat(r.Plan.Warnings, r.unreviewed(), r.unnamed()) {
		all = append(all, "warning: "+text)
	}
	if r.Plan.PinAt != "" {
		all = append(all, "pinned: sources are read as they were at "+r.Plan.PinAt)
	}
	return append(all, r.mutations()...)
}

// unnamed says of each source whose contents nobody can name, and of the mutated one, that runs may have read different ones. Such a source is not watched either.
// What mutations made a table of is read as that one table, whatever becomes of the source.
func (r *Report) unnamed() (all []string) {
	if r.Sources == nil {
		return nil
	}
	for _, declared := range r.Plan.Descriptor.Sources {
		s := r.Sources.Tables[declared.Name]
		if s.WhyNot == "" || s.altered() && r.Plan.MaterialiseMutations {
			continue
		}
		all = append(all, fmt.Sprintf("source %s may have had other rows for each run, so what differs, or does not, may come from it: %s; give a snapshot of it, or a table made of it, with --source",
			declared.Name, s.WhyNot))
	}
	if m := r.Sources.Mutated; m != nil && m.WhyNot != "" {
		all = append(all, fmt.Sprintf("the mutated source %s may have had other rows for each run, so what differs, or does not, may come from it: %s; have mutation.where of the descriptor ask its own columns alone",
			m.View, m.WhyNot))
	}
	return all
}

// mutations says what was changed of the sources before anything read them, with what that did once it was done.
func (r *Report) mutations() (all []string) {
	said := map[string]int{}
	for _, m := range r.Plan.Mutations {
		text := m.String()
		if r.Sources != nil {
			if did := r.Sources.Tables[m.Source].Mutations; said[m.Source] < len(did) {
				text = did[said[m.Source]].String()
			}
		}
		said[m.Source]++
		all = append(all, "mutated: "+text)
	}
	return all
}

func (r *Report) verdicts(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "PAIR\tTABLE\tKEYS\tROWS\t\tVERDICT\tTIME")
	for _, s := range r.Plan.Of(workflows.CompareStep) {
		v, keys := r.Verdicts[s.ID], strings.Join(r.Plan.Descriptor.Output(s.Compare.Output).Keys, ",")
		left, right, verdict, seconds := "-", "-", "no result", "-"
		if v != nil && v.Error != "" {
			verdict = "not done"
		}
		if v != nil && v.Result != nil {
			if v.Result.Left.Table != "" { // without tables there are no rows to count
				left, right = fmt.Sprint(v.Result.Left.Rows), fmt.Sprint(v.Result.Right.Rows)
			}
			verdict, seconds = r.word(s, v), fmt.Sprintf("%.1f s", v.Seconds)
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
