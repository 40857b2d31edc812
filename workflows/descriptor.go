package workflows

import "cloud.google.com/go/civil"

// Descriptor says how one pipeline is installed and called, what it reads and what it writes. It is the only thing a
// pipeline needs to be known to dit: adding one takes a YAML file and no Go code. See docs/pipelines.md for the fields by
// example; [ParseDescriptor] for what is checked.
type Descriptor struct {
	// Name is the pipeline's slug, as --pipeline takes it: lower-case letters, digits and hyphens.
	Name string `yaml:"name" json:"name"`
	// Description is one line for `dagger call pipelines`.
	Description string `yaml:"description" json:"description"`
	// Repository is a git URL, or "dit:samples/gaps" for the sample that dit carries with it.
	Repository string `yaml:"repository" json:"repository"`
	// Install says how the pipeline is installed at a commit.
	Install Install `yaml:"install" json:"install"`
	// Dates is how the pipeline's own command line reads a range: "half-open" or "inclusive".
	Dates DateConvention `yaml:"dates" json:"dates"`
	// Defaults are used for arguments that the caller leaves out.
	Defaults Defaults `yaml:"defaults" json:"defaults"`
	// Params are the pipeline's own parameters, set with --param name=value.
	Params []Param `yaml:"params" json:"params,omitempty"`
	// Sources are the tables the pipeline reads.
	Sources []Source `yaml:"sources" json:"sources"`
	// Outputs are the tables it writes and dit compares.
	Outputs []Output `yaml:"outputs" json:"outputs"`
	// Steps are the commands of one invocation, run in order for each phase.
	Steps []Command `yaml:"steps" json:"steps"`
	// Mutation derives the source that the mode mutate-recover reads in its first pass over the tail; nil when the
	// pipeline does not take part in that mode.
	Mutation *TailMutation `yaml:"mutation" json:"mutation,omitempty"`

	// changes are what Install has of a call and not of the file.
	changes InstallChanges
}

// Install is the environment of a pipeline. Two commits with equal installs and equal trees share one layer.
type Install struct {
	// Python is the minor version, such as "3.11".
	Python string `yaml:"python" json:"python"`
	// Lock is the path, in the pipeline's repository, of a file that pins every package; empty when it has none.
	Lock string `yaml:"lock" json:"lock,omitempty"`
	// Constraints are pins of our own, one requirement each, applied beside (or instead of) the lock.
	Constraints []string `yaml:"constraints" json:"constraints,omitempty"`
	// Extras are the optional dependency groups of the package to install.
	Extras []string `yaml:"extras" json:"extras,omitempty"`
	// Beam is the exact Apache Beam version that must come out of the installation; a mismatch fails the install.
	Beam string `yaml:"beam" json:"beam"`
	// SystemPackages are Debian packages the build needs.
	SystemPackages []string `yaml:"system_packages" json:"system_packages,omitempty"`
}

// DateConvention is how a pipeline reads the end of a date range.
type DateConvention string

// The two conventions in use: HalfOpen pipelines take [start, end), Inclusive ones take [start, last day].
const (
	HalfOpen  DateConvention = "half-open"
	Inclusive DateConvention = "inclusive"
)

// Defaults of a workflow's arguments for this pipeline. Dates are half-open [Start, End).
type Defaults struct {
	Start        civil.Date `yaml:"start" json:"start"`
	End          civil.Date `yaml:"end" json:"end"`
	TailDays     int        `yaml:"tail_days" json:"tail_days"`
	BackfillDays int        `yaml:"backfill_days" json:"backfill_days"`
	Modes        []string   `yaml:"modes" json:"modes"`
	// OutageStart and OutageEnd are the days of the outage of outage-recovery, half-open [OutageStart, OutageEnd).
	OutageStart civil.Date `yaml:"outage_start" json:"outage_start,omitzero"`
	OutageEnd   civil.Date `yaml:"outage_end" json:"outage_end,omitzero"`
}

// Param is one parameter of the pipeline itself.
type Param struct {
	Name        string    `yaml:"name" json:"name"`
	Type        ParamType `yaml:"type" json:"type"`
	Default     string    `yaml:"default" json:"default"`
	Description string    `yaml:"description" json:"description"`
	// Choices, when given, are the only values allowed.
	Choices []string `yaml:"choices" json:"choices,omitempty"`
}

// ParamType is what a parameter's text must parse as.
type ParamType string

// The parameter types. A list is comma separated, without blanks; its order does not matter to the pipeline, so dit sorts it.
const (
	StringParam ParamType = "string"
	IntParam    ParamType = "int"
	FloatParam  ParamType = "float"
	BoolParam   ParamType = "bool"
	ListParam   ParamType = "list"
)

// Source is a table the pipeline reads.
type Source struct {
	// Name is how templates and --source refer to it.
	Name string `yaml:"name" json:"name"`
	// Table is the default, "project.dataset.table"; empty when only the caller can know it.
	Table string `yaml:"table" json:"table,omitempty"`
	// Sample names the synthetic table that stands in for it on the sandbox: "messages" or "segments".
	Sample string `yaml:"sample" json:"sample,omitempty"`
	// TimeColumn is the column whose days the range selects: a range without a row in it is refused. Empty for a table
	// that has no time of its own.
	TimeColumn string `yaml:"time_column" json:"time_column,omitempty"`
	// VesselColumn names the vessel of a row, and IDColumn the row; empty for a table without. Mutations use them, see [Mutation].
	VesselColumn string `yaml:"vessel_column" json:"vessel_column,omitempty"`
	IDColumn     string `yaml:"id_column" json:"id_column,omitempty"`
	// Columns are those the pipeline needs; a table without one of them, or with another type, is refused.
	Columns []Column `yaml:"columns" json:"columns"`
	// Situations are what the rows in the range must have for the pipeline to be tested at all.
	Situations []Situation `yaml:"situations" json:"situations,omitempty"`
}

// Situation is something that must occur in a table for a comparison to be able to find what it is there to find, such as a gap that is
// open at midnight.
type Situation struct {
	// Name is what reports call it.
	Name string `yaml:"name" json:"name"`
	// Where is a SQL condition over the table's columns.
	Where string `yaml:"where" json:"where"`
	// Min is how many rows must meet it; 0 for one.
	Min int64 `yaml:"min" json:"min,omitempty"`
}

// Column is a column of a source: a name and a BigQuery type such as STRING or FLOAT64.
type Column struct {
	Name string `yaml:"name" json:"name"`
	Type string `yaml:"type" json:"type"`
}

// Output is a table the pipeline writes.
type Output struct {
	Name string `yaml:"name" json:"name"`
	// Keys identify a row in the comparison.
	Keys []string `yaml:"keys" json:"keys"`
	// ViewSuffix is what the pipeline appends to the table's name for the view that holds the latest versions; the view is
	// compared then. Empty: the table itself.
	ViewSuffix string `yaml:"view_suffix" json:"view_suffix,omitempty"`
	// Tolerances by column.
	Tolerances map[string]Tolerance `yaml:"tolerances" json:"tolerances,omitempty"`
	// Ignore are columns not to be compared, listed in every verdict.
	Ignore []string `yaml:"ignore" json:"ignore,omitempty"`
	// AllowEmpty says that two empty tables are equal. Otherwise they are not comparable, since they show nothing.
	AllowEmpty bool `yaml:"allow_empty" json:"allow_empty,omitempty"`
	// TimeColumn is the column by whose days the evidence counts rows; empty for a table that has none.
	TimeColumn string `yaml:"time_column" json:"time_column,omitempty"`
	// Situations are what the rows must have for a comparison of the table to be able to fail.
	Situations []Situation `yaml:"situations" json:"situations,omitempty"`
}

// Tolerance is how far two numbers of a column may lie apart and still count as equal: |a-b| <= Absolute, or
// |a-b| <= Relative * max(|a|,|b|).
type Tolerance struct {
	Absolute float64 `yaml:"absolute" json:"absolute,omitempty"`
	Relative float64 `yaml:"relative" json:"relative,omitempty"`
}

// Command is one process of an invocation.
type Command struct {
	Name string `yaml:"name" json:"name"`
	// Beam is there for a command that runs a Beam pipeline, and says how it is told where to; nil for any other, which runs in the
	// container whatever the runner.
	Beam *Beam `yaml:"beam" json:"beam,omitempty"`
	// Args is the command line. An item is a template, or a list of templates that belong together: an item that expands
	// to the empty text is left out, and a list in which one does is left out whole.
	Args []Arg `yaml:"args" json:"args"`
}

// Detachable reports whether a phase of the pipeline is done when its job is: it is one command, which does not wait for its job.
func (d *Descriptor) Detachable() bool {
	return len(d.Steps) == 1 && d.Steps[0].Beam != nil && len(d.Steps[0].Beam.NoWait) > 0
}

// Beam is what the command line of a Beam pipeline has besides, for each runner. Beam's own options for Dataflow (runner, region,
// job_name, temp_location, labels and so on) are added by dit after these; the command must pass them through.
type Beam struct {
	// Direct is for the direct runner, Dataflow for Dataflow's.
	Direct   []Arg `yaml:"direct" json:"direct,omitempty"`
	Dataflow []Arg `yaml:"dataflow" json:"dataflow,omitempty"`
	// NoWait has the command end once its job is submitted. A pipeline that does something of its own when its job is done must wait
	// for it, and leaves this out.
	NoWait []Arg `yaml:"no_wait" json:"no_wait,omitempty"`
}

// TailMutation is what phases that are Mutated read: a view over one source that keeps the rows for which Where holds.
type TailMutation struct {
	// Source is the name of the source it replaces.
	Source string `yaml:"source" json:"source"`
	// Where is a SQL predicate over the source's columns.
	Where string `yaml:"where" json:"where"`
	// Description says in words what is missing.
	Description string `yaml:"description" json:"description"`
}
