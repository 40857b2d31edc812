// Package cleanup takes away what runs leave behind: [Canceller] ends a run and drops its tables, [Cleaner] finds what nobody
// needs any more.
//
// Both ask the registry who uses a table, and never drop one that a living row names. Whoever takes over another's tables adds
// a row of its own first and then looks whether the other was cancelled, see [cache.Reuse]; here rows are ended first and then
// it is looked who uses their tables. So one of the two always sees the other.
package cleanup

import (
	"context"
	"fmt"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
)

// Jobs are the Dataflow jobs of the project; [runners.Jobs] is one.
type Jobs interface {
	// List returns the jobs of a region with the run's label; of all runs when the id is empty.
	List(ctx context.Context, region, runID string) ([]runners.Job, error)
	// Cancel asks for the end of a job; one that has ended is no error.
	Cancel(ctx context.Context, job runners.Job) error
	// Wait returns when the job has ended.
	Wait(ctx context.Context, job runners.Job) (runners.Job, error)
}

// margin is how long a row counts as living after its expiry: another run may have found it just before, and be about to add
// the row that says so.
const margin = 10 * time.Minute

// ledger is what rows say about who needs what.
type ledger struct {
	now  time.Time
	rows []cache.Row
	// dead are the running rows whose process stopped without a word. They are as good as failed.
	dead map[cache.ID]bool
	// done is when the last run of a cache key that succeeded was started.
	done map[string]time.Time
	// callTime is how long a call may take: so long it needs the tables of a run that succeeded, expired or not.
	callTime time.Duration
}

func newLedger(now time.Time, rows []cache.Row, dead map[cache.ID]bool, callTime time.Duration) ledger {
	l := ledger{now: now, rows: rows, dead: dead, done: map[string]time.Time{}, callTime: callTime}
	l.note(rows)
	return l
}

// note adds rows that say only what succeeded.
func (l ledger) note(rows []cache.Row) {
	for _, r := range rows {
		if r.Status == cache.Succeeded && r.StartedAt.After(l.done[r.CacheKey]) {
			l.done[r.CacheKey] = r.StartedAt
		}
	}
}

// living reports whether the row needs its tables: it makes them, answers with them, or can be resumed from them. One that cannot
// be read may need them for all one knows.
func (l ledger) living(r cache.Row) bool {
	unexpired := r.ExpiresAt.Add(margin).After(l.now)
	switch {
	case r.Unreadable != "":
		return true
	case r.Status == cache.Running && !l.dead[r.ID]:
		return true
	case r.Status == cache.Succeeded:
		return unexpired || r.StartedAt.Add(l.callTime).After(l.now)
	case r.Status == cache.Detached: // its jobs write, or somebody is to take it up
		return unexpired
	case r.Status == cache.Failed || r.Status == cache.Running:
		return unexpired && resumable(r) && !l.done[r.CacheKey].After(r.StartedAt)
	}
	return false
}

// resumable reports whether the row has a phase that need not be done again.
func resumable(r cache.Row) bool { return len(r.Phases) > 0 }

// users are the living rows that name a table, by table, as the registry has them now. A running row counts as living here,
// whatever its lease says: its process may only have been slow.
func users(ctx context.Context, reg cache.Registry, tables []bq.Table, callTime time.Duration) (map[bq.Table][]cache.Row, error) {
	rows, err := reg.Naming(ctx, tables)
	if err != nil {
		return nil, fmt.Errorf("look who uses the tables: %w", err)
	}
	l := newLedger(time.Now(), rows, nil, callTime)
	for _, r := range rows {
		if r.Status == cache.Failed && l.living(r) { // unless the same was done since, with other tables
			same, err := reg.Find(ctx, r.Key.Pipeline, r.CacheKey, l.now, 1)
			if err != nil {
				return nil, fmt.Errorf("look whether run %s (%s) was done again: %w", r.RunID, r.Run, err)
			}
			l.note(same)
		}
	}
	return l.users(), nil
}

// users are the living rows by the tables they name.
func (l ledger) users() map[bq.Table][]cache.Row {
	by := map[bq.Table][]cache.Row{}
	for _, r := range l.rows {
		if l.living(r) {
			for _, t := range r.Tables() {
				by[t] = append(by[t], r)
			}
		}
	}
	return by
}

// use says in words that the row needs its tables.
func use(r cache.Row) string {
	if r.Unreadable != "" {
		return fmt.Sprintf("the row of run %s (%s) names it, and cannot be read: %s", r.RunID, r.Run, r.Unreadable)
	}
	what := map[cache.Status]string{cache.Running: "is running with it", cache.Detached: "left its jobs running with it", cache.Succeeded: "answers with it", cache.Failed: "can be resumed from it"}
	return fmt.Sprintf("run %s (%s) %s", r.RunID, r.Run, what[r.Status])
}
