package workflows

import (
	"fmt"
	"slices"
	"strings"
)

// builder puts the steps of a plan together.
type builder struct {
	*Plan
	request *Request
	// ends are the ids of the run steps that end a mode, by binding and mode.
	ends map[side]string
}

// side is what a comparison has on one of its sides: a mode of a version.
type side struct{ binding, mode string }

// newPlan begins a plan: one install for each version, and the look at the sources.
func (r *Request) newPlan(workflow, repository string) *builder {
	d := r.Pipeline
	b := &builder{request: r, ends: map[side]string{}, Plan: &Plan{
		Workflow: workflow, Command: r.command(workflow, repository), Pipeline: d.Name, Repository: repository, Bindings: r.Bindings,
		ExperimentID: r.ExperimentID, RunID: r.RunID, Project: r.Project, Dataset: r.DestDataset, Runner: r.Runner, Dataflow: r.Dataflow, Range: r.Range,
		Params: r.Params, DescriptorDigest: d.digest(), Descriptor: d, Sources: r.Sources, RequireEvidence: r.RequireEvidence, PinAt: r.PinAt, Mutations: r.Mutations, MaterialiseMutations: r.MaterialiseMutations,
	}}
	for _, version := range r.Bindings {
		b.Steps = append(b.Steps, Step{ID: installID(version), Kind: InstallStep, Binding: version.Name, Key: Digest([]any{"install", version.Commit, d.Install})})
	}
	b.Steps = append(b.Steps, Step{ID: sourceID, Kind: SourceStep, Key: Digest([]any{"source", r.readKey(), d.Sources, r.Range})})
	return b
}

const sourceID = "source"

func installID(version Binding) string {
	if version.Name == "" {
		return "install"
	}
	return "install-" + version.Name
}

// runs adds the runs of all modes of a version. A beginning that several modes share is one run.
func (b *builder) runs(version Binding, modes []modePhases) {
	r := b.request
	for _, s := range segments(modes) {
		name := version.run(s.name)
		step := Step{ID: "run-" + name, Kind: RunStep, Binding: version.Name, Needs: []string{installID(version), sourceID}, Run: &Run{
			Name: name, Modes: s.modes, Phases: s.phases, History: s.history, Outputs: map[string]string{},
		}}
		if s.from != "" {
			step.Run.From = "run-" + version.run(s.from)
			step.Needs = append(step.Needs, step.Run.From)
		}
		for _, o := range r.Pipeline.Outputs {
			step.Run.Outputs[o.Name] = fmt.Sprintf("%s.%s.%s", r.Project, r.DestDataset, r.tableName(o.Name, name))
		}
		step.Key = Digest([]any{"run", version.Commit, b.DescriptorDigest, r.Params, r.readKey(), r.Runner, s.history})
		if version.Again != "" || version.WorkerImage != "" {
			step.Key = Digest([]any{step.Key, version.Again != "", version.WorkerImage})
		}
		if mutated(s.history) && b.TailMutation != r.Pipeline.Mutation { // the descriptor's own is in its digest
			step.Key = Digest([]any{step.Key, b.TailMutation})
		}
		for _, m := range s.modes {
			b.ends[side{version.Name, m}] = step.ID
		}
		b.Steps = append(b.Steps, step)
	}
}

// tableName carries the run id, so that no call ever writes where another has written: a name in the run cache stays what
// it was.
func (r *Request) tableName(output, segment string) string {
	return strings.ReplaceAll(strings.Join([]string{output, r.ExperimentID, r.RunID, segment}, "_"), "-", "_")
}

// compare adds the comparison of one output of two sides; what else is special about it is in c already.
func (b *builder) compare(c Compare, left, right side) {
	name := func(s side) string { return Binding{Name: s.binding}.run(s.mode) }
	c.Left, c.Right, c.LeftStep, c.RightStep = name(left), name(right), b.ends[left], b.ends[right]
	o := b.Descriptor.Output(c.Output)
	// No name has two hyphens in a row: what is left of them and what is right is certain.
	step := Step{ID: fmt.Sprintf("compare-%s-%s--%s", c.Output, c.Left, c.Right), Kind: CompareStep, Needs: []string{c.LeftStep, c.RightStep}, Compare: &c}
	parts := []any{"compare", b.Step(c.LeftStep).Key, b.Step(c.RightStep).Key, o}
	if c.AgainStep != "" {
		step.Needs = append(step.Needs, c.AgainStep)
		parts = append(parts, b.Step(c.AgainStep).Key)
	}
	if c.Expect != nil {
		parts = append(parts, c.Expect)
	}
	step.Key = Digest(parts)
	b.Steps = append(b.Steps, step)
}

// done adds the report and gives the plan.
func (b *builder) done() *Plan {
	report := Step{ID: "report", Kind: ReportStep}
	for _, s := range slices.Concat(b.Of(RunStep), b.Of(KeepStep), b.Of(GoldenStep), b.Of(CompareStep)) {
		report.Needs = append(report.Needs, s.ID)
	}
	var all []string
	for _, s := range b.Steps {
		all = append(all, s.Key)
	}
	report.Key = Digest([]any{"report", all})
	b.Steps = append(b.Steps, report)
	return b.Plan
}
