package cache

import (
	"context"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Status of a run in the registry.
type Status string

// The states a row can say.
const (
	Succeeded Status = "succeeded"
	Failed    Status = "failed"
)

// Row is one run: one set of output tables, made once or found.
type Row struct {
	// RunID is the call's; a call has a row for each of its runs.
	RunID        string
	CacheKey     string
	Key          Key
	Workflow     string
	ExperimentID string
	// Run is the name of the run in its plan, a mode's name or that of a shared beginning.
	Run    string
	Status Status
	// Error says why a failed run failed.
	Error string
	// ReusedRunID is the run whose tables these are, when this one found them in the cache.
	ReusedRunID string
	// Outputs are the tables by output name, with the versions they had when the run was done.
	Outputs map[string]Output
	// StartedAt and FinishedAt in UTC. The row stops answering at ExpiresAt.
	StartedAt, FinishedAt, ExpiresAt time.Time
}

// Output is a table in the version in which a run left it.
type Output struct {
	Table   bq.Table   `json:"table"`
	Version bq.Version `json:"version"`
	// Fingerprint stands for the rows of that version; empty where none was taken. Equal ones need not be read to be compared.
	Fingerprint string `json:"fingerprint,omitempty"`
}

// Registry remembers runs.
type Registry interface {
	// Insert adds a row; what was inserted is found by the next Find, also from elsewhere. Rows are never changed.
	Insert(ctx context.Context, row Row) error
	// Find returns rows of the pipeline that succeeded and have not expired at the time now: first those with the cache key,
	// then others, in each part the youngest first, runs before those that reused them; at most limit. No row is no error.
	Find(ctx context.Context, pipeline, cacheKey string, now time.Time, limit int) ([]Row, error)
}
