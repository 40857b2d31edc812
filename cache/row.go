package cache

import (
	"maps"
	"slices"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/runners"
)

// Status of a run in the registry.
type Status string

// The states a row can say. A running row ends in one of the others, once; but a detached one, whose jobs were left running, is
// running again when somebody takes it up.
const (
	Running   Status = "running"
	Detached  Status = "detached"
	Succeeded Status = "succeeded"
	Failed    Status = "failed"
	Cancelled Status = "cancelled"
)

// FailureKind says what a failed run failed of.
type FailureKind string

// The kinds of failure: the pipeline ended badly; BigQuery, Dataflow or the network did; the process that did the run was told
// to stop, or stopped without a word and its lease ran out.
const (
	FailedPipeline       FailureKind = "pipeline"
	FailedInfrastructure FailureKind = "infrastructure"
	Interrupted          FailureKind = "interrupted"
	Abandoned            FailureKind = "abandoned"
)

// ID names a row: a call has a row for each of its runs.
type ID struct {
	// RunID is the call's, 12 hexadecimal digits.
	RunID string
	// Run is the name of the run in its plan: a mode, or a beginning that several modes share.
	Run string
}

// Row is one run: one set of output tables, being made, made once, or found.
type Row struct {
	ID
	CacheKey     string
	Key          Key
	Workflow     string
	ExperimentID string
	Status       Status
	// Failure and Error say what a failed run failed of.
	Failure FailureKind
	Error   string
	// ReusedRunID is the run whose tables these are, when this one found them in the cache.
	ReusedRunID string
	// ParentRunID is the call that made this one, such as that of a workflow of workflows; empty for a call of a person.
	ParentRunID string
	// DitCommit is the digest of dit's own sources, for people: it is not in the key.
	DitCommit string
	// BuildID is that of the CI build the call belongs to.
	BuildID string
	// Region and JobIDs are those of the Dataflow jobs; empty for a runner without jobs.
	Region string
	JobIDs []string
	// LogLocation is where the pipeline's logs are.
	LogLocation string
	// Phases are those that ended, in order.
	Phases []PhaseDone
	// Scratch are tables and views that were made for the runs of this call, or of one that took this run up, to read, and are nobody's result.
	Scratch []bq.Table
	// Unreadable says what of the row cannot be read, where something was written by half or by hand; empty for any other. Such
	// a row answers nothing: Key or Phases may be lacking, and its outputs have no versions and the tables' full names.
	Unreadable string
	// Unreviewed says that the code is not known to be an ancestor of its repository's default branch; CommitParent is the commit over
	// which a snapshot was taken, empty for any other.
	Unreviewed   bool
	CommitParent string
	// Command is the line that asks the same question again.
	Command string
	// Packages lists what was installed; its digest is in the key. Only [Registry.List] gives it.
	Packages string
	// Outputs are the tables by output name: with the versions they had when the run was done, without while it runs.
	Outputs map[string]Output
	// BytesBilled and SlotMillis are what BigQuery charged for the run's own jobs.
	BytesBilled, SlotMillis int64
	// StartedAt and FinishedAt in UTC. The row stops answering at ExpiresAt.
	StartedAt, FinishedAt, ExpiresAt time.Time
}

// PhaseDone is how one invocation of the pipeline ended.
type PhaseDone struct {
	Phase
	Status  Status  `json:"status"`
	Seconds float64 `json:"seconds"`
	// ReusedRunID is the run that did the phase, when its tables were taken over; empty for one that was done here.
	ReusedRunID string `json:"reused_run_id,omitempty"`
	// Jobs are the Dataflow jobs of the phase, with what they used.
	Jobs []runners.JobReport `json:"jobs,omitempty"`
	// Commands are the lines that were run.
	Commands []string `json:"commands,omitempty"`
	// Outputs are the versions of the output tables after the phase, by output name.
	Outputs map[string]bq.Version `json:"outputs,omitempty"`
}

// Output is a table in the version in which a run left it.
type Output struct {
	Table   bq.Table   `json:"table"`
	Version bq.Version `json:"version"`
	// Fingerprint stands for the rows of that version; empty where none was taken. Equal ones need not be read to be compared.
	Fingerprint string `json:"fingerprint,omitempty"`
	// View is what the pipeline shows of the table, with the version of its definition; nil without one.
	View *View `json:"view,omitempty"`
}

// Parts are the table and, where it has one, its view, each in its version.
func (o Output) Parts() []View {
	parts := []View{{o.Table, o.Version}}
	if o.View != nil {
		parts = append(parts, *o.View)
	}
	return parts
}

// View is a view that belongs to an output table. Its version is that of its definition.
type View struct {
	Table   bq.Table   `json:"table"`
	Version bq.Version `json:"version"`
}

// Pending are the jobs of the phase that was on its way: those that no phase that ended has.
func (r Row) Pending() (ids []string) {
	for _, id := range r.JobIDs {
		ended := slices.ContainsFunc(r.Phases, func(p PhaseDone) bool {
			return slices.ContainsFunc(p.Jobs, func(j runners.JobReport) bool { return j.ID == id })
		})
		if !ended {
			ids = append(ids, id)
		}
	}
	return ids
}

// Tables are all tables and views that the row names: outputs, their views, and scratch.
func (r Row) Tables() []bq.Table { return append(r.OutputTables(), r.Scratch...) }

// OutputTables are the outputs, by their names, each followed by its view.
func (r Row) OutputTables() (all []bq.Table) {
	for _, name := range slices.Sorted(maps.Keys(r.Outputs)) {
		for _, p := range r.Outputs[name].Parts() {
			all = append(all, p.Table)
		}
	}
	return all
}
