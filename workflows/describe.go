package workflows

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// String describes the plan for a person: what would run, in which order, over which days, into which tables.
func (p *Plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s at %s\n", p.Workflow, p.Pipeline, p.Versions())
	for _, text := range p.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", text)
	}
	fmt.Fprintf(&b, "repository %s, experiment %s, run %s, range %s\n", p.Repository, p.ExperimentID, p.RunID, p.Range)
	if p.Dataflow != nil {
		fmt.Fprintf(&b, "runner %s in %s, temporary objects under %s\n", p.Runner, p.Dataflow.Region, p.Dataflow.TempLocation)
	} else {
		fmt.Fprintf(&b, "runner %s\n", p.Runner)
	}
	if len(p.Params) > 0 {
		fmt.Fprint(&b, "parameters")
		for _, k := range slices.Sorted(maps.Keys(p.Params)) {
			fmt.Fprintf(&b, " %s=%s", k, p.Params[k])
		}
		fmt.Fprintln(&b)
	}
	for _, k := range slices.Sorted(maps.Keys(p.Sources)) {
		table := p.Sources[k]
		if table == "" {
			table = "synthetic sample of the sandbox"
		}
		if p.PinAt != "" {
			table += ", pinned at " + p.PinAt
		}
		fmt.Fprintf(&b, "source %s: %s\n", k, table)
		for _, m := range p.Mutations {
			if m.Source == k {
				fmt.Fprintf(&b, "  mutated: %s\n", m)
			}
		}
	}
	fmt.Fprintln(&b)
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "STEP\tKEY\tAFTER\tWHAT")
	for _, s := range p.Steps {
		after := strings.Join(s.Needs, " ")
		if after == "" || s.Kind == ReportStep {
			after = "-"
		}
		for i, line := range p.what(s) {
			if i == 0 {
				fmt.Fprintf(w, "%s\t%.12s\t%s\t%s\n", s.ID, s.Key, after, line)
			} else {
				fmt.Fprintf(w, "\t\t\t%s\n", line)
			}
		}
	}
	w.Flush()
	if len(p.Of(CompareStep)) == 0 && len(p.Of(KeepStep)) == 0 {
		fmt.Fprintf(&b, "\nOne mode: there is nothing to compare.\n")
	}
	return b.String()
}

// what is one line per thing a step does.
func (p *Plan) what(s Step) []string {
	switch s.Kind {
	case InstallStep:
		return []string{fmt.Sprintf("%s: %s", p.Binding(s.Binding).Commit, p.Descriptor.Install)}
	case SourceStep:
		return []string{"schemas, versions, rows in the range"}
	case RunStep:
		var lines []string
		if s.Run.From != "" {
			lines = append(lines, "copy the tables of "+s.Run.From)
		}
		for _, phase := range s.Run.Phases {
			line := phase.Range.String()
			if phase.Mutated {
				line += " without some source rows: " + p.TailMutation.Description
			}
			lines = append(lines, line)
		}
		for _, o := range slices.Sorted(maps.Keys(s.Run.Outputs)) {
			lines = append(lines, "-> "+s.Run.Outputs[o])
		}
		return lines
	case CompareStep:
		lines := []string{fmt.Sprintf("%s: %s against %s", s.Compare.Output, s.Compare.Left, s.Compare.Right)}
		if s.Compare.AgainStep != "" {
			lines = append(lines, "without the noise between "+s.Compare.LeftStep+" and "+s.Compare.AgainStep)
		}
		if e := s.Compare.Expect; e != nil {
			lines = append(lines, "expected to differ: "+e.Where)
		}
		return lines
	case KeepStep:
		return []string{fmt.Sprintf("keep the tables of %s without expiry, as golden %s", s.Golden.Mode, s.Golden.ID)}
	case GoldenStep:
		return []string{"the golden tables of " + s.Golden.Mode}
	default:
		return []string{"verdict and exit code"}
	}
}
