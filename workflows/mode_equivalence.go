package workflows

import (
	"fmt"
	"slices"
	"strings"
)

// ModeEquivalence plans the question "do the trigger patterns of this pipeline give the same tables?": every selected mode
// is run on the same source at the same commit, and all pairs of modes are compared. Phases that several modes have in
// common at their beginning are one step; its tables are copied to where the modes part.
func ModeEquivalence(r *Request, repository, commit string) *Plan {
	d := r.Pipeline
	const workflow = "mode-equivalence"
	p := &Plan{
		Workflow: workflow, Command: r.command(workflow, repository, commit), Pipeline: d.Name, Repository: repository, Ref: r.Ref, Commit: commit,
		ExperimentID: r.ExperimentID, RunID: r.RunID, Project: r.Project, Dataset: r.DestDataset, Runner: r.Runner, Dataflow: r.Dataflow, Range: r.Range,
		Params: r.Params, DescriptorDigest: d.digest(), Descriptor: d, Sources: r.Sources,
	}
	install := Step{ID: "install", Kind: InstallStep, Key: Digest([]any{"install", commit, d.Install})}
	source := Step{ID: "source", Kind: SourceStep, Key: Digest([]any{"source", r.Sources, d.Sources, r.Range})}
	p.Steps = append(p.Steps, install, source)

	ends := map[string]string{} // mode -> id of the run step that ends it
	for _, s := range segments(r.modes) {
		step := Step{ID: "run-" + s.name, Kind: RunStep, Needs: []string{install.ID, source.ID}, Run: &Run{
			Name: s.name, Modes: s.modes, Phases: s.phases, History: s.history, Outputs: map[string]string{},
		}}
		if s.from != "" {
			step.Run.From = "run-" + s.from
			step.Needs = append(step.Needs, step.Run.From)
		}
		for _, o := range d.Outputs {
			step.Run.Outputs[o.Name] = fmt.Sprintf("%s.%s.%s", r.Project, r.DestDataset, r.tableName(o.Name, s.name))
		}
		step.Key = Digest([]any{"run", commit, p.DescriptorDigest, r.Params, r.Sources, r.Runner, s.history})
		for _, m := range s.modes {
			ends[m] = step.ID
		}
		p.Steps = append(p.Steps, step)
	}
	for _, m := range r.modes {
		p.Modes = append(p.Modes, m.Mode)
	}
	report := Step{ID: "report", Kind: ReportStep}
	for _, s := range p.Of(RunStep) {
		report.Needs = append(report.Needs, s.ID)
	}
	for _, c := range pairs(p.Modes, d.Outputs, ends) {
		left, right := p.Step(c.LeftStep), p.Step(c.RightStep)
		o := d.Outputs[slices.IndexFunc(d.Outputs, func(o Output) bool { return o.Name == c.Output })]
		step := Step{ID: strings.Join([]string{"compare", c.Output, c.Left, c.Right}, "-"), Kind: CompareStep,
			Key: Digest([]any{"compare", left.Key, right.Key, o}), Needs: []string{c.LeftStep, c.RightStep}, Compare: &c}
		p.Steps = append(p.Steps, step)
		report.Needs = append(report.Needs, step.ID)
	}
	var all []string
	for _, s := range p.Steps {
		all = append(all, s.Key)
	}
	report.Key = Digest([]any{"report", all})
	p.Steps = append(p.Steps, report)
	return p
}

// tableName carries the run id, so that no call ever writes where another has written: a name in the run cache stays what
// it was.
func (r *Request) tableName(output, segment string) string {
	return strings.ReplaceAll(strings.Join([]string{output, r.ExperimentID, r.RunID, segment}, "_"), "-", "_")
}

func pairs(modes []string, outputs []Output, ends map[string]string) []Compare {
	var all []Compare
	for _, o := range outputs {
		for i, left := range modes {
			for _, right := range modes[i+1:] {
				all = append(all, Compare{Output: o.Name, Left: left, Right: right, LeftStep: ends[left], RightStep: ends[right]})
			}
		}
	}
	return all
}
