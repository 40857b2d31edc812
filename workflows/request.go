package workflows

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/GlobalFishingWatch/dit/bq/names"
)

var (
	experimentID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)
	runID        = regexp.MustCompile(`^[0-9a-f]{12}$`)
)

// Arguments are a workflow's arguments as a person writes them: texts, with the zero value for what was left out.
type Arguments struct {
	// Ref is a branch, a tag or a commit of the pipeline's repository, for a workflow with one version.
	Ref string `json:"ref,omitempty"`
	// Bindings are "name=ref" for a workflow with several versions, BindingWorkerImages "name=image", and Again is the name of the one
	// to be run twice.
	Bindings            []string `json:"bindings,omitempty"`
	BindingWorkerImages []string `json:"binding_worker_images,omitempty"`
	Again               string   `json:"again,omitempty"`
	// FailOnDiff says that versions must not differ; Expect are the differences that they must have.
	FailOnDiff bool          `json:"fail_on_diff,omitempty"`
	Expect     []Expectation `json:"expect,omitempty"`
	// Outage is for outage-recovery; nil for any other workflow.
	Outage *Outage `json:"outage,omitempty"`
	// RequireEvidence says that a comparison must be shown to have been able to fail.
	RequireEvidence bool `json:"require_evidence,omitempty"`
	// Golden says that the question is about golden tables: the default is then the first of the descriptor's modes alone.
	Golden bool `json:"golden,omitempty"`
	// Start and End are dates, YYYY-MM-DD, half-open [Start, End).
	Start string `json:"start,omitempty"`
	End   string `json:"end,omitempty"`
	// TailDays and BackfillDays; nil takes the descriptor's default.
	TailDays     *int `json:"tail_days,omitempty"`
	BackfillDays *int `json:"backfill_days,omitempty"`
	// Modes is a comma-separated list; blanks and duplicates do not matter. Empty takes the default.
	Modes string `json:"modes,omitempty"`
	// ExperimentID groups runs; empty gives solo_<first 6 digits of the run id>.
	ExperimentID string `json:"experiment_id,omitempty"`
	// RunID is 12 hexadecimal digits, unique to this call: it is part of the names of all tables made.
	RunID string `json:"run_id"`
	// DestDataset is where output tables go, in Project.
	DestDataset string `json:"dest_dataset"`
	Project     string `json:"project"`
	// Settings are flags of the call that stand before the workflow, such as --location=EU: all that another call needs besides to ask the
	// same of the same tables.
	Settings []string `json:"settings,omitempty"`
	// Params are "name=value" settings of the pipeline's own parameters.
	Params []string `json:"params,omitempty"`
	// Sources are "name=project.dataset.table" settings that replace the descriptor's tables.
	Sources []string `json:"sources,omitempty"`
	// PinSourceAt is the instant at which sources are read, RFC 3339 with a zone; empty to read them as they are. Whether it has
	// passed is not for Check, see [ParsePinAt].
	PinSourceAt string `json:"pin_source_at,omitempty"`
	// Mutations are texts as [ParseMutation] takes them, applied in this order; MaterialiseMutations makes tables of what they
	// give, and not views.
	Mutations            []string `json:"mutations,omitempty"`
	MaterialiseMutations bool     `json:"materialise_mutations,omitempty"`
	// Runner is direct or dataflow; Dataflow is for the second alone.
	Runner   string   `json:"runner"`
	Dataflow Dataflow `json:"dataflow"`
	// Detach says that jobs are to be left running.
	Detach bool `json:"detach,omitempty"`
	// Sandbox says that sources which declare a sample may be left without a table: synthetic data stands in.
	Sandbox bool `json:"sandbox"`
}

// Request is a checked question: nothing in it is left to be refused.
type Request struct {
	Pipeline *Descriptor
	// Bindings are the versions; their commits are for the caller to fill in, before a plan is made.
	Bindings        []Binding
	FailOnDiff      bool
	Expect          []Expectation
	RequireEvidence bool
	// Outage is nil for any workflow but outage-recovery.
	Outage       *Outage
	Range        Range
	TailDays     int
	BackfillDays int
	modes        []modePhases
	ExperimentID string
	RunID        string
	Project      string
	settings     []string
	DestDataset  string
	Params       map[string]string
	Runner       string
	// Dataflow is nil for another runner.
	Dataflow *Dataflow
	// Sources by name; the empty text where the sandbox's sample stands in.
	Sources map[string]string
	// PinAt is as in [Plan].
	PinAt string
	// Mutations of these sources; each names its own.
	Mutations            []Mutation
	MaterialiseMutations bool
}

// Check turns arguments into a Request, or says what is wrong with the first one that is not usable. It reads nothing but
// its arguments.
func (a Arguments) Check(d *Descriptor) (*Request, error) {
	r := &Request{Pipeline: d, FailOnDiff: a.FailOnDiff, Expect: a.Expect, RequireEvidence: a.RequireEvidence, RunID: a.RunID, Project: a.Project, settings: a.Settings, DestDataset: a.DestDataset, ExperimentID: a.ExperimentID, Runner: a.Runner,
		TailDays: d.Defaults.TailDays, BackfillDays: d.Defaults.BackfillDays, Range: Range{d.Defaults.Start, d.Defaults.End}}
	var err error
	if r.Bindings, err = a.bindings(); err != nil {
		return nil, err
	}
	if err := CheckRunID(a.RunID); err != nil {
		return nil, err
	}
	if r.ExperimentID == "" {
		r.ExperimentID = "solo_" + a.RunID[:6]
	}
	if !experimentID.MatchString(r.ExperimentID) {
		return nil, fmt.Errorf("experiment id %q: want lower-case letters, digits, '_' and '-', first a letter or digit, at most 32: %s", r.ExperimentID, experimentID)
	}
	if err := errors.Join(names.CheckProject(a.Project), names.CheckDataset(a.DestDataset)); err != nil {
		return nil, err
	}
	if r.Range, err = overrideRange(r.Range, a.Start, a.End); err != nil {
		return nil, err
	}
	if a.TailDays != nil {
		r.TailDays = *a.TailDays
	}
	if a.BackfillDays != nil {
		r.BackfillDays = *a.BackfillDays
	}
	if a.Outage != nil {
		if r.Outage, err = a.Outage.withDefaults(d); err == nil {
			r.modes, err = r.Outage.histories(r.Range)
		}
	} else {
		r.modes, err = phasesOf(d, r.Range, r.TailDays, r.BackfillDays, a.modes(d))
	}
	if err != nil {
		return nil, err
	}
	if r.Dataflow, err = checkRunner(a.Runner, a.Dataflow, d); err != nil {
		return nil, err
	}
	for _, b := range r.Bindings {
		own := a.Dataflow
		own.WorkerImage = b.WorkerImage
		if _, err = checkRunner(a.Runner, own, d); err != nil {
			return nil, err
		}
	}
	if a.Detach && (r.Dataflow == nil || !d.Detachable()) {
		return nil, errors.New(NotDetachable)
	}
	if a.RequireEvidence {
		if onlyNoise(r.Bindings) {
			return nil, errors.New("--require-evidence: the only version is compared with itself, whose differences are noise and no verdict; give another --binding, or leave it out")
		}
		if len(r.modes) == 1 && len(r.Bindings) == 1 && !a.Golden {
			return nil, errors.New("--require-evidence: one mode is run and nothing is compared, so there is nothing to have evidence of; give more modes, or leave it out")
		}
		for _, o := range d.Outputs {
			if len(o.Situations) == 0 {
				return nil, fmt.Errorf("--require-evidence: the descriptor of %s names no situations for output %s, so nothing could be asked of it; add outputs.situations, see docs/pipelines.md", d.Name, o.Name)
			}
		}
	}
	if r.Params, err = resolveParams(d.Params, a.Params); err != nil {
		return nil, err
	}
	if r.Sources, err = resolveSources(d.Sources, a.Sources, a.Sandbox); err != nil {
		return nil, err
	}
	if a.PinSourceAt != "" {
		at, err := parsePin(a.PinSourceAt)
		if err != nil {
			return nil, err
		}
		r.PinAt = at.Format(pinLayout)
	}
	r.MaterialiseMutations = a.MaterialiseMutations
	if r.Mutations, err = resolveMutations(d, a.Mutations); err != nil {
		return nil, err
	}
	if a.MaterialiseMutations && len(r.Mutations) == 0 {
		return nil, errors.New("--materialise-mutations without --mutation: there is nothing to make a table of; leave it out")
	}
	return r, nil
}

// modes are those that were asked for, or the descriptor's.
func (a Arguments) modes(d *Descriptor) (selected []string) {
	if a.Modes == "" && a.Golden {
		return d.Defaults.Modes[:1]
	}
	if a.Modes == "" {
		return d.Defaults.Modes
	}
	for _, m := range strings.Split(a.Modes, ",") {
		if m = strings.TrimSpace(m); m != "" {
			selected = append(selected, m)
		}
	}
	return selected
}

// bindings are the versions that the arguments name.
func (a Arguments) bindings() ([]Binding, error) {
	if len(a.Bindings) > 0 || a.Ref == "" && a.Again != "" {
		all, err := parseBindings(a.Bindings, a.BindingWorkerImages, a.Again)
		switch {
		case err != nil:
			return nil, err
		case a.Again != "" && len(a.Expect) > 0:
			return nil, errors.New("--aa and --expect exclude each other: what is expected to differ is said by a condition, and noise is what nobody can say beforehand; give one of them")
		case a.FailOnDiff && len(a.Expect) > 0:
			return nil, errors.New("--fail-on-diff and --expect exclude each other: the first lets nothing differ, the second wants what it says, and lets nothing else differ; give one of them")
		case a.FailOnDiff && onlyNoise(all):
			return nil, errors.New("--fail-on-diff: the only version is compared with itself, whose differences are noise and no failure; give another --binding, or leave it out")
		}
		for i := range all {
			all[i].WorkerImage = cmp.Or(all[i].WorkerImage, a.Dataflow.WorkerImage)
		}
		return all, nil
	}
	return []Binding{{Ref: a.Ref, WorkerImage: a.Dataflow.WorkerImage}}, checkRef("--ref", a.Ref)
}

// CheckRunID tells why s cannot be the id of a call, or gives nil.
func CheckRunID(s string) error {
	if !runID.MatchString(s) {
		return fmt.Errorf("run id %q is not 12 hexadecimal digits", s)
	}
	return nil
}

func overrideRange(r Range, start, end string) (_ Range, err error) {
	if start != "" {
		if r.Start, err = parseDay("start", start); err != nil {
			return r, err
		}
	}
	if end != "" {
		if r.End, err = parseDay("end", end); err != nil {
			return r, err
		}
	}
	return r, r.ordered("", start, end)
}

func resolveSources(declared []Source, settings []string, sandbox bool) (map[string]string, error) {
	tables, given := map[string]string{}, map[string]bool{}
	var known []string
	for _, s := range declared {
		known = append(known, s.Name)
		if !sandbox || s.Sample == "" {
			tables[s.Name] = s.Table
		} else {
			tables[s.Name] = ""
		}
	}
	for _, s := range settings {
		name, table, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("--source %q has no '='; write --source name=project.dataset.table", s)
		}
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("unknown source %q; this pipeline reads %s", name, strings.Join(known, ", "))
		}
		if _, _, _, err := names.Split(table); err != nil {
			return nil, fmt.Errorf("source %s: %w", name, err)
		}
		if given[name] {
			return nil, fmt.Errorf("source %s is given twice; a source is one table", name)
		}
		given[name] = true
		tables[name] = table
	}
	for _, s := range declared {
		if tables[s.Name] == "" && (!sandbox || s.Sample == "") {
			return nil, fmt.Errorf("source %s has no table; give --source %s=project.dataset.table", s.Name, s.Name)
		}
	}
	return tables, nil
}
