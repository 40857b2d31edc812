package trail

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// judge knows what a table is held against.
type judge struct {
	fingerprint func(context.Context, bq.Table) (string, error)
	commits     Commits
	leases      []cache.Standing
	now         time.Time
}

// finding says what is known of a table from the rows that name it, the youngest first.
func (j judge) finding(ctx context.Context, h Holding, rows []cache.Row) Finding {
	f := Finding{Table: h.Table, Kind: h.Kind, State: Unexplained}
	if h.Pin != (bq.Past{}) { // a snapshot never changes, and says of what it is
		f.State, f.Reason = Pinned, "snapshot of "+h.Pin.String()
		return f
	}
	if len(rows) == 0 {
		f.Reason = "no registered run names it"
		return f
	}
	// A run that reused the table did not make it, but did make its own scratch. Of makers, one that succeeded tells most.
	makers := slices.DeleteFunc(slices.Clone(rows), func(r cache.Row) bool { return r.ReusedRunID != "" && !slices.Contains(r.Scratch, h.Table) })
	if len(makers) == 0 {
		f.Reason = fmt.Sprintf("run %s reused it, and run %s, which made it, is not registered any more", rows[0].RunID, rows[0].ReusedRunID)
		return f
	}
	slices.SortStableFunc(makers, func(a, b cache.Row) int { return j.rank(a) - j.rank(b) })
	row := makers[0]
	f.Proof = Proof{RunID: row.RunID, Run: row.Run, Repository: row.Key.Repository, Commit: row.Key.Commit, Command: row.Command}
	switch {
	case row.Unreadable != "":
		f.Reason = fmt.Sprintf("the row of run %s cannot be read: %s", row.RunID, row.Unreadable)
	case row.Status == cache.Succeeded:
		f.State, f.Reason = j.prove(ctx, h, row)
	case j.alive(row):
		f.State, f.Reason = Making, fmt.Sprintf("being made by run %s", row.RunID)
	default:
		f.Reason = ended(row)
		if !slices.ContainsFunc(rows, j.uses) {
			f.Reason += "; gc removes it"
		}
	}
	return f
}

// rank orders rows by how much they tell of a table.
func (j judge) rank(r cache.Row) int {
	switch {
	case r.Unreadable != "":
		return 3
	case r.Status == cache.Succeeded:
		return 0
	case j.alive(r):
		return 1
	}
	return 2
}

// alive says whether the run still has its lease.
func (j judge) alive(r cache.Row) bool {
	return r.Status == cache.Detached && r.ExpiresAt.After(j.now) || r.Status == cache.Running && slices.ContainsFunc(j.leases, func(s cache.Standing) bool { return s.ID == r.ID && s.Live })
}

// uses says whether the row keeps its tables from being removed.
func (j judge) uses(r cache.Row) bool {
	return r.Unreadable != "" || r.Status == cache.Succeeded && r.ExpiresAt.After(j.now) || j.alive(r)
}

// ended says how a run that left no result went.
func ended(r cache.Row) string {
	switch {
	case r.Status == cache.Cancelled:
		return fmt.Sprintf("run %s, which made it, was cancelled", r.RunID)
	case r.Status == cache.Detached:
		return fmt.Sprintf("run %s, which makes it, left its jobs running, and nobody has taken it up", r.RunID)
	case r.Status == cache.Failed && r.Failure == cache.Abandoned, r.Status == cache.Running:
		return fmt.Sprintf("run %s, which made it, was abandoned: it stopped without a word", r.RunID)
	case r.Failure != "":
		return fmt.Sprintf("run %s, which made it, failed (%s)", r.RunID, r.Failure)
	}
	return fmt.Sprintf("run %s, which made it, failed", r.RunID)
}

// prove holds a table against the run that made it: first its code, then its contents.
func (j judge) prove(ctx context.Context, h Holding, row cache.Row) (State, string) {
	repository, commit := row.Key.Repository, row.Key.Commit
	if !workflows.IsCommit(commit) {
		return Unexplained, fmt.Sprintf("the code of run %s is not known: it recorded the commit %q, not one of 40 digits", row.RunID, commit)
	}
	found, err := j.commits.Exists(ctx, repository, commit)
	if err != nil {
		return Unexplained, "cannot be proven: " + err.Error()
	}
	if !found {
		return Unexplained, fmt.Sprintf("commit %s is not in %s any more", commit, repository)
	}
	return j.unchanged(ctx, h, row)
}

// skew is how far the clocks of a run and of the service may be apart.
const skew = time.Minute

// unchanged says whether the table is as the run left it.
func (j judge) unchanged(ctx context.Context, h Holding, row cache.Row) (State, string) {
	for _, o := range row.Outputs {
		if o.View != nil && o.View.Table == h.Table {
			if d := o.View.Version.Difference(h.Version); d != "" {
				return Unexplained, "its definition is not the one that was recorded: " + d
			}
			return Proven, ""
		}
		if o.Table == h.Table {
			return j.sameRows(ctx, h, o)
		}
	}
	// Scratch has no recorded version: it must not have been touched after its run.
	if touched := time.UnixMilli(h.Version.LastModified); h.Version.LastModified == 0 || h.Version.Streaming || touched.After(row.FinishedAt.Add(skew)) {
		return Unexplained, fmt.Sprintf("it is scratch of run %s, which ended %s, and was modified %s", row.RunID, stamp(row.FinishedAt), stamp(touched))
	}
	return Proven, "scratch"
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// sameRows says whether an output table has the rows that were recorded: by its version, which costs nothing, else by its
// fingerprint, for which the table is read.
func (j judge) sameRows(ctx context.Context, h Holding, o cache.Output) (State, string) {
	d := o.Version.Difference(h.Version)
	switch {
	case d == "":
		return Proven, ""
	case o.Fingerprint == "":
		return Unexplained, d + ", and no fingerprint was recorded"
	}
	now, err := j.fingerprint(ctx, h.Table)
	switch {
	case err != nil:
		return Unexplained, "cannot be proven: " + d + ", and " + err.Error()
	case now != o.Fingerprint:
		return Unexplained, d + ", and its fingerprint is not the one that was recorded"
	case h.Version.Created != o.Version.Created:
		return Proven, d + ", with the rows that were recorded"
	}
	return Proven, "metadata changed, rows did not"
}
