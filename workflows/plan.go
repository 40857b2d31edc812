package workflows

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// Plan is a DAG of steps that answers one question. It is data: printed by a dry run, executed by whoever schedules, and
// the same for the same request but for the names that carry the run id.
type Plan struct {
	Workflow   string `json:"workflow"`
	Pipeline   string `json:"pipeline"`
	Repository string `json:"repository"`
	// Bindings are the versions of the pipeline: one without a name, or several.
	Bindings     []Binding `json:"bindings"`
	ExperimentID string    `json:"experiment_id"`
	RunID        string    `json:"run_id"`
	// Command is the line that asks the same question again.
	Command string `json:"command,omitempty"`
	Project string `json:"project"`
	Dataset string `json:"dataset"`
	// Runner is the kind of runner; Dataflow is nil for any but Dataflow's.
	Runner   string    `json:"runner"`
	Dataflow *Dataflow `json:"dataflow,omitempty"`
	// Range is the whole range of the question, half-open.
	Range  Range             `json:"range"`
	Params map[string]string `json:"params,omitempty"`
	// DescriptorDigest covers what in the descriptor shapes an output table.
	DescriptorDigest string `json:"descriptor_digest"`
	// Descriptor is carried along, so that a step needs no other file.
	Descriptor *Descriptor `json:"descriptor"`
	// Sources by name; empty where the sandbox's sample stands in.
	Sources map[string]string `json:"sources"`
	// PinAt is the instant at which all sources are read, RFC 3339 in UTC; empty to read them as they are.
	PinAt string `json:"pin_at,omitempty"`
	// Mutations are applied to the sources, in this order, before anything reads them. They are made as views, or as tables when
	// MaterialiseMutations is set.
	Mutations            []Mutation `json:"mutations,omitempty"`
	MaterialiseMutations bool       `json:"materialise_mutations,omitempty"`
	// Modes that were asked for, in the order of the report.
	Modes []string `json:"modes"`
	// TailMutation is what phases that are Mutated read; nil when there is none.
	TailMutation *TailMutation `json:"tail_mutation,omitempty"`
	// Missed are days that no run before the recovery reads, although the sources are to have them: if no source has a row there, nothing was
	// missed. Nil for any question but that of an outage that is not synthetic.
	Missed *Range `json:"missed,omitempty"`
	// Findings says that differences are what was asked for, and no failure.
	Findings bool `json:"findings,omitempty"`
	// RequireEvidence says that a comparison which could not have failed is no success; see [Output.Situations].
	RequireEvidence bool `json:"require_evidence,omitempty"`
	// Warnings are what makes the question weaker than it looks.
	Warnings []string `json:"warnings,omitempty"`
	// Steps in an order in which each comes after those it needs.
	Steps []Step `json:"steps"`
}

// StepKind is what a step does.
type StepKind string

// The kinds of step. An install makes the pipeline's environment at the commit; a source step looks at the tables to be
// read; a run makes one set of output tables; a compare looks at two of them; a keep records the tables of a run as golden ones, and a
// golden finds those that were recorded; the report draws the conclusion.
const (
	InstallStep StepKind = "install"
	SourceStep  StepKind = "source"
	RunStep     StepKind = "run"
	CompareStep StepKind = "compare"
	KeepStep    StepKind = "keep"
	GoldenStep  StepKind = "golden"
	ReportStep  StepKind = "report"
)

// Step is one node of the plan.
type Step struct {
	// ID is unique in the plan and readable, such as run-bfd.
	ID   string   `json:"id"`
	Kind StepKind `json:"kind"`
	// Binding is the name of the version that an install or a run is of.
	Binding string `json:"binding,omitempty"`
	// Key is a digest of what the step computes, names and run id left out: equal keys are equal work. What only the world
	// can tell (the state of source tables, the versions installed) is added when the step runs.
	Key string `json:"key"`
	// Needs are the ids of the steps whose results it takes.
	Needs   []string `json:"needs,omitempty"`
	Run     *Run     `json:"run,omitempty"`
	Compare *Compare `json:"compare,omitempty"`
	Golden  *Golden  `json:"golden,omitempty"`
}

// Run is the content of a run step.
type Run struct {
	// Name is what reports, labels and the registry call it: a mode, or shared1 and so on for a common beginning.
	Name string `json:"name"`
	// Modes are those that end in this step's tables; empty for the common beginning of several.
	Modes []string `json:"modes,omitempty"`
	// From is the run step whose tables this one starts from, by copy; empty to start from nothing.
	From string `json:"from,omitempty"`
	// Phases are the invocations of this step, in order.
	Phases []Phase `json:"phases"`
	// History is every invocation that shaped the tables: those of the steps before, then Phases.
	History []Phase `json:"history"`
	// Outputs are the tables written, "project.dataset.table" by output name.
	Outputs map[string]string `json:"outputs"`
}

// Compare is the content of a compare step: one output of two runs.
type Compare struct {
	Output string `json:"output"`
	// Left and Right are the names of the runs: modes, or modes of versions such as before-bf.
	Left  string `json:"left"`
	Right string `json:"right"`
	// LeftStep and RightStep are the runs that made the tables, or the golden step that found them.
	LeftStep  string `json:"left_step"`
	RightStep string `json:"right_step"`
	// AgainStep is another run of what made the left table: what the two differ in is noise. Empty where there is none.
	AgainStep string `json:"again_step,omitempty"`
	// Noise says that both sides are runs of one version: a difference is its noise, and no finding.
	Noise bool `json:"noise,omitempty"`
	// Expect says which rows must differ; nil where none may.
	Expect *Expected `json:"expect,omitempty"`
}

// Output returns the output of that name, or the zero one.
func (d *Descriptor) Output(name string) Output {
	for _, o := range d.Outputs {
		if o.Name == name {
			return o
		}
	}
	return Output{}
}

func (d *Descriptor) outputNames() (names []string) {
	for _, o := range d.Outputs {
		names = append(names, o.Name)
	}
	return names
}

// Step returns the step with that id, or nil.
func (p *Plan) Step(id string) *Step {
	for i := range p.Steps {
		if p.Steps[i].ID == id {
			return &p.Steps[i]
		}
	}
	return nil
}

// Of returns the steps of one kind, in order.
func (p *Plan) Of(kind StepKind) []Step {
	var steps []Step
	for _, s := range p.Steps {
		if s.Kind == kind {
			steps = append(steps, s)
		}
	}
	return steps
}

// Digest is the sha256, in hex, of a value's JSON. Maps are written with sorted keys, so equal values have equal digests.
func Digest(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // plans and descriptors consist of plain values
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// digest covers what in a descriptor shapes the output tables. How they are compared, and what the arguments default to,
// may change without a new run.
func (d *Descriptor) digest() string {
	type output struct{ Name, ViewSuffix string }
	var outputs []output
	for _, o := range d.Outputs {
		outputs = append(outputs, output{o.Name, o.ViewSuffix})
	}
	return Digest(struct {
		Install  Install
		Dates    DateConvention
		Steps    []Command
		Mutation *TailMutation
		Outputs  []output
	}{d.Install, d.Dates, d.Steps, d.Mutation, outputs})
}

// MutatedDays are the days that phases on a mutated source are run over, by their ranges alone: merged, in order. What a pipeline reads
// besides, such as hours before its range, no plan knows.
func (p *Plan) MutatedDays() (days []Range) {
	var all []Range
	for _, s := range p.Of(RunStep) {
		for _, phase := range s.Run.Phases {
			if phase.Mutated {
				all = append(all, phase.Range)
			}
		}
	}
	slices.SortFunc(all, func(a, b Range) int { return a.Start.Compare(b.Start) })
	for _, r := range all {
		last := len(days) - 1
		switch {
		case last < 0 || r.Start.After(days[last].End):
			days = append(days, r)
		case r.End.After(days[last].End):
			days[last].End = r.End
		}
	}
	return days
}
