package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Registry remembers runs. What was written is found by the next call, also from elsewhere.
type Registry interface {
	// Prepare makes what the registry needs, or brings it up to date. It is an [*NewerError] when a later dit has changed it in
	// ways this one does not know; then nothing is written.
	Prepare(ctx context.Context) error
	// Check looks whether the registry can be used as it is, and writes nothing. It is [bq.ErrNotFound] where there is none, an
	// [*OlderError] when Prepare would change it, and an [*NewerError] as Prepare's.
	Check(ctx context.Context) error
	// Insert adds the row of a run that has ended, such as one that was found in the cache. [Reuse] is for those.
	Insert(ctx context.Context, row Row) error
	// Claim makes row the run that computes its cache key, and leaves it as running. No two claims of a key stand at one time:
	// where another's lease has not run out, that one is returned and nothing is left. A lease runs for the given time, unless
	// it is renewed. It is [ErrCancelled] when a run of the same call was cancelled, and [ErrTaken] when the same run of it has
	// another key.
	Claim(ctx context.Context, row Row, lease time.Duration) (Claim, error)
	// Resume makes a detached row running again, for whoever takes it up, and says whether it did: not when the row is not detached
	// any more, or its key is held. The lease is as one of Claim's.
	Resume(ctx context.Context, row Row, lease time.Duration) (Lease, bool, error)
	// Renew lets the lease run for the given time from now. It is [ErrLost] when another has taken it.
	Renew(ctx context.Context, held Lease, lease time.Duration) error
	// Progress overwrites what the running row says of its jobs, phases and logs. It is [ErrLost] without the lease.
	Progress(ctx context.Context, held Lease, row Row) error
	// End gives the running row its end and the key back. It is [ErrLost] without the lease, and the row stays as it is.
	End(ctx context.Context, held Lease, row Row) error
	// Mark gives all rows of the run that are not cancelled the status cancelled, and their keys back, whoever holds them.
	// It says how many; none is no error.
	Mark(ctx context.Context, runID string) (int64, error)
	// Revoke gives the row the status failed if it has the status was: [Succeeded], or [Running] though its lease ran out, which
	// is given back then. It says whether there was such a row.
	Revoke(ctx context.Context, id ID, was Status, kind FailureKind, why string) (bool, error)
	// Leases returns those that were not given back, of one cache key or, when it is empty, of all.
	Leases(ctx context.Context, cacheKey string) ([]Standing, error)
	// Find returns readable rows of the pipeline that succeeded and have not expired at the time now: first those with the cache key,
	// then others, in each part the youngest first, runs before those that reused them; at most limit. No row is no error.
	Find(ctx context.Context, pipeline, cacheKey string, now time.Time, limit int) ([]Row, error)
	// Kin returns readable rows of the pipeline with the same stem, see [Key.Stem], that succeeded, failed or are detached and have not expired at the
	// time now, the youngest first; at most limit.
	Kin(ctx context.Context, pipeline, stem string, now time.Time, limit int) ([]Row, error)
	// Naming returns all rows of the last year, whatever their status, that name one of the tables as an output, its view or
	// scratch, the youngest first; also those that are [Row.Unreadable].
	Naming(ctx context.Context, tables []bq.Table) ([]Row, error)
	// List returns rows, the youngest first; also those that are [Row.Unreadable], for people to look at.
	List(ctx context.Context, filter Filter) ([]Row, error)
	// Judge adds verdicts.
	Judge(ctx context.Context, verdicts []Verdict) error
	// Verdicts returns those of a call, in the order of their steps' names.
	Verdicts(ctx context.Context, runID string) ([]Verdict, error)
	// Goldens are the recordings of golden tables.
	Goldens
}

// Standing is a lease that was not given back: Live until it runs out. A dead one is of a run that stopped without a word.
type Standing struct {
	Lease
	Until time.Time
	Live  bool
}

// Verdict is what one comparison of a call found.
type Verdict struct {
	RunID        string    `bigquery:"run_id" json:"run_id" doc:"the call that compared"`
	Step         string    `bigquery:"step" json:"step" doc:"the comparison in its plan"`
	Workflow     string    `bigquery:"workflow" json:"workflow"`
	Pipeline     string    `bigquery:"pipeline" json:"pipeline"`
	ExperimentID string    `bigquery:"experiment_id" json:"experiment_id"`
	Commit       string    `bigquery:"pipeline_commit" json:"pipeline_commit"`
	Left         string    `bigquery:"left_table" json:"left_table" doc:"the table, view or query on the left"`
	Right        string    `bigquery:"right_table" json:"right_table"`
	LeftRunID    string    `bigquery:"left_run_id" json:"left_run_id" doc:"the run that made the left table"`
	RightRunID   string    `bigquery:"right_run_id" json:"right_run_id"`
	Verdict      string    `bigquery:"verdict" json:"verdict" doc:"IDENTICAL, WITHIN_TOLERANCE, DIFFERENT or NOT_COMPARABLE"`
	Error        string    `bigquery:"error" json:"error,omitempty"`
	ResultJSON   string    `bigquery:"result_json" json:"result_json" doc:"all that the comparison found, JSON"`
	JudgedAt     time.Time `bigquery:"judged_at" json:"judged_at"`
}

// Reuse adds the row of a run that takes the tables of the row from, and says whether they may be used, as [Confirm] does.
func Reuse(ctx context.Context, reg Registry, row, from Row) (bool, error) {
	if err := reg.Insert(ctx, row); err != nil {
		return false, err
	}
	return Confirm(ctx, reg, row, from)
}

// Confirm says whether a row that is registered as a user of the tables of the row from may use them, and revokes it if not. It may
// not when that run was cancelled meanwhile: whoever cancels marks the run first and then looks for rows that use its tables,
// so one of the two always sees the other.
func Confirm(ctx context.Context, reg Registry, row, from Row) (bool, error) {
	now, err := reg.List(ctx, Filter{RunID: from.RunID, Since: from.StartedAt})
	if err != nil {
		return false, err
	}
	for _, r := range now {
		if r.ID == from.ID && r.StartedAt.Equal(from.StartedAt) && r.Status == Succeeded {
			return true, nil
		}
	}
	_, err = reg.Revoke(ctx, row.ID, Succeeded, Abandoned, "run "+from.RunID+", whose tables it was to use, was cancelled meanwhile")
	return false, err
}

// Holds is [ErrLost] when the lease is another's by now.
func Holds(ctx context.Context, reg Registry, held Lease) error {
	standing, err := reg.Leases(ctx, held.CacheKey)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(standing, func(s Standing) bool { return s.Holder == held.Holder }) {
		return fmt.Errorf("run %s (%s): %w", held.ID.RunID, held.ID.Run, ErrLost)
	}
	return nil
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
	// Complete gives all rows, whatever their number, without Packages: who takes what no row names for nobody's must know them all.
	Complete bool
}

// ErrCancelled says that a call was cancelled and begins nothing more.
var ErrCancelled = errors.New("the call was cancelled")

// ErrTaken says that another call has the same id: their tables would have the same names.
var ErrTaken = errors.New("another call has the same run id")

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

// OlderError says that a registry is of an earlier dit, and not yet brought up to date.
type OlderError struct {
	Table       string
	Found, Know int
}

func (e *OlderError) Error() string {
	return fmt.Sprintf("registry %s is of an earlier dit (schema version %d, this dit writes %d): any run that writes to it, or clean-up with --apply, brings it up to date", e.Table, e.Found, e.Know)
}
