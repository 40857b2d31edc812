package cache

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Registry remembers runs. What was written is found by the next call, also from elsewhere.
type Registry interface {
	// Prepare makes what the registry needs, or brings it up to date. It is an [*NewerError] when a later dit has changed it in
	// ways this one does not know; then nothing is written.
	Prepare(ctx context.Context) error
	// Insert adds the row of a run that has ended, such as one that was found in the cache.
	Insert(ctx context.Context, row Row) error
	// Claim makes row the run that computes its cache key, and leaves it as running. No two claims of a key stand at one time:
	// where another's lease has not run out, that one is returned and nothing is left. A lease runs for the given time, unless
	// it is renewed.
	Claim(ctx context.Context, row Row, lease time.Duration) (Claim, error)
	// Renew lets the lease run for the given time from now. It is [ErrLost] when another has taken it.
	Renew(ctx context.Context, held Lease, lease time.Duration) error
	// Progress overwrites what the running row says of its jobs, phases and logs. It is [ErrLost] without the lease.
	Progress(ctx context.Context, held Lease, row Row) error
	// End gives the running row its end and the key back. It is [ErrLost] without the lease, and the row stays as it is.
	End(ctx context.Context, held Lease, row Row) error
	// Mark gives all rows of the run that are not cancelled the status cancelled, and their keys back, whoever holds them.
	// It says how many; none is no error.
	Mark(ctx context.Context, runID string) (int64, error)
	// Find returns rows of the pipeline that succeeded and have not expired at the time now: first those with the cache key,
	// then others, in each part the youngest first, runs before those that reused them; at most limit. No row is no error.
	Find(ctx context.Context, pipeline, cacheKey string, now time.Time, limit int) ([]Row, error)
	// List returns rows, the youngest first.
	List(ctx context.Context, filter Filter) ([]Row, error)
}

// Lease is the right to compute a key.
type Lease struct {
	ID       ID
	CacheKey string
	// Holder is a random text that nobody else has.
	Holder string
	// StartedAt is when the run started: the partition that its row is in.
	StartedAt time.Time
}

// Claim is the answer to one: Lease when it was granted, else the one that stands.
type Claim struct {
	Granted bool
	Lease   Lease
	// Until is when the lease that stands runs out, unless it is renewed.
	Until time.Time
	// Previous is the run that held the key before and never ended it; zero without one. Its jobs may still run.
	Previous ID
}

// Filter chooses rows. Its zero value chooses all of the last year.
type Filter struct {
	RunID, Pipeline, ExperimentID string
	Status                        Status
	// Since leaves out runs that started before.
	Since time.Time
	// Limit is the most rows to return; 0 for 1000.
	Limit int
}

// ErrLost says that the lease of a run has run out and another may be computing the same tables.
var ErrLost = errors.New("the run's lease ran out and another has taken it")

// NewerError says that a registry belongs to a later dit.
type NewerError struct {
	Table       string
	Found, Know int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("registry %s has schema version %d, this dit knows %d: use a later dit, or another dataset", e.Table, e.Found, e.Know)
}
