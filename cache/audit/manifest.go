package audit

import (
	"encoding/json"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// ManifestVersion is that of the manifest's form. Members are added without a new one; none changes its meaning or goes away.
const ManifestVersion = 1

// Manifest is all that is known of a call, for another person to check months later. docs/registry.md explains its members.
type Manifest struct {
	ManifestVersion int         `json:"manifest_version"`
	Call            CallInfo    `json:"call"`
	Code            Code        `json:"code"`
	Environment     Environment `json:"environment"`
	// Parameters of the pipeline, and the identities of the tables it read, by name.
	Parameters map[string]string `json:"parameters"`
	Sources    map[string]string `json:"sources"`
	Runs       []Run             `json:"runs"`
	Verdicts   []Verdict         `json:"verdicts"`
}

// CallInfo is what was asked, and by whom.
type CallInfo struct {
	RunID        string `json:"run_id"`
	Workflow     string `json:"workflow"`
	ExperimentID string `json:"experiment_id"`
	ParentRunID  string `json:"parent_run_id,omitempty"`
	BuildID      string `json:"build_id,omitempty"`
	DitCommit    string `json:"dit_commit,omitempty"`
	// Command is the line that asks the same question again.
	Command string `json:"command,omitempty"`
}

// Code is what ran.
type Code struct {
	Pipeline   string `json:"pipeline"`
	Repository string `json:"repository"`
	Commit     string `json:"commit"`
	// Descriptor is the digest of how the pipeline is called.
	Descriptor string `json:"descriptor"`
	// Unreviewed says that the commit was not known to be an ancestor of the default branch of its repository.
	Unreviewed bool `json:"unreviewed_code,omitempty"`
	// Parent is the commit over which a snapshot of uncommitted work was taken; empty for any other commit.
	Parent string `json:"pipeline_commit_parent,omitempty"`
}

// String is the code for a person, on one line.
func (c Code) String() string {
	text := c.Repository + " " + c.Commit
	if c.Parent != "" {
		text += ", a snapshot over " + c.Parent
	}
	if c.Unreviewed {
		text += ", unreviewed"
	}
	return text
}

// Environment is what it ran in.
type Environment struct {
	Digest      string `json:"digest"`
	WorkerImage string `json:"worker_image,omitempty"`
	// Packages are those installed, one an item.
	Packages []string `json:"packages,omitempty"`
}

// Run is one run of a call. Code, Environment, Parameters and Sources are given where they are not those of the call's first run.
type Run struct {
	Run         string            `json:"run"`
	Status      cache.Status      `json:"status"`
	SilentSince *time.Time        `json:"silent_since,omitempty"`
	Failure     cache.FailureKind `json:"failure,omitempty"`
	Error       string            `json:"error,omitempty"`
	CacheKey    string            `json:"cache_key"`
	ReusedRunID string            `json:"reused_run_id,omitempty"`
	Code        *Code             `json:"code,omitempty"`
	Environment *Environment      `json:"environment,omitempty"`
	Parameters  map[string]string `json:"parameters,omitempty"`
	Sources     map[string]string `json:"sources,omitempty"`
	Runner      string            `json:"runner"`
	Region      string            `json:"region,omitempty"`
	JobIDs      []string          `json:"job_ids,omitempty"`
	// History is every invocation that shapes the tables, those of the run that it starts from included.
	History []cache.Phase `json:"history"`
	// Phases are the run's own invocations that ended.
	Phases      []cache.PhaseDone       `json:"phases,omitempty"`
	Outputs     map[string]cache.Output `json:"outputs,omitempty"`
	Scratch     []bq.Table              `json:"scratch,omitempty"`
	LogLocation string                  `json:"log_location,omitempty"`
	BytesBilled int64                   `json:"bytes_billed"`
	SlotMillis  int64                   `json:"slot_millis"`
	StartedAt   time.Time               `json:"started_at"`
	FinishedAt  *time.Time              `json:"finished_at,omitempty"`
	ExpiresAt   time.Time               `json:"expires_at"`
}

// Verdict is what one comparison of a call found.
type Verdict struct {
	Step       string `json:"step"`
	Left       string `json:"left_table"`
	Right      string `json:"right_table"`
	LeftRunID  string `json:"left_run_id"`
	RightRunID string `json:"right_run_id"`
	Verdict    string `json:"verdict,omitempty"`
	Error      string `json:"error,omitempty"`
	// Result is all that the comparison found; docs/compare.md explains its members.
	Result   json.RawMessage `json:"result,omitempty"`
	JudgedAt time.Time       `json:"judged_at"`
}
