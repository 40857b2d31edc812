package cleanup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
)

// The ways in which what was asked for cannot be meant; nothing was done.
var (
	// ErrUnknown: there is no such run, experiment or registry.
	ErrUnknown = errors.New("not known")
	// ErrElsewhere: the run's tables are in another project.
	ErrElsewhere = errors.New("in another project")
)

// How long a [Canceller] waits unless it is told otherwise: for processes that must notice that their run is no longer theirs,
// and for Dataflow jobs to end.
const (
	DefaultStop    = 30 * time.Second // a process looks every 10 s, and its pipeline has as much to end
	DefaultJobTime = 15 * time.Minute
)

// Canceller ends runs and drops their tables.
type Canceller struct {
	Client   *bigquery.Client
	Registry cache.Registry
	// Where names the registry in messages.
	Where string
	Jobs  Jobs
	// Stop is how long a process that was running may still write before the tables are dropped.
	Stop time.Duration
	// JobTime is the longest to wait for Dataflow jobs to end.
	JobTime time.Duration
}

// Run cancels a run, whatever its state. It may be called again, and then does what was not done. What could not be done is in
// the result, and the error is an [*IncompleteError].
func (c Canceller) Run(ctx context.Context, runID string) (*Cancelled, error) {
	rows, err := c.rows(ctx, "run "+runID, cache.Filter{RunID: runID})
	if err != nil {
		return nil, err
	}
	return c.cancel(ctx, &Cancelled{What: "run " + runID, Runs: []string{runID}}, rows)
}

// Experiment cancels all runs of the experiment that are running, succeeded, or were cancelled before and may have left
// something. Those that failed alone are left: they may be resumed.
func (c Canceller) Experiment(ctx context.Context, id string) (*Cancelled, error) {
	found, err := c.rows(ctx, "experiment "+id, cache.Filter{ExperimentID: id})
	if err != nil {
		return nil, err
	}
	result := &Cancelled{What: "experiment " + id}
	for _, r := range found {
		if r.Status != cache.Failed && !slices.Contains(result.Runs, r.RunID) {
			result.Runs = append(result.Runs, r.RunID)
		}
	}
	var rows []cache.Row
	for _, r := range found {
		if slices.Contains(result.Runs, r.RunID) {
			rows = append(rows, r)
		}
	}
	return c.cancel(ctx, result, rows)
}

// rows are those of what is to be cancelled. A registry of a later dit is refused.
func (c Canceller) rows(ctx context.Context, what string, filter cache.Filter) ([]cache.Row, error) {
	err := c.Registry.Check(ctx)
	var older *cache.OlderError
	if errors.As(err, &older) {
		err = c.Registry.Prepare(ctx)
	}
	if errors.Is(err, bq.ErrNotFound) {
		return nil, fmt.Errorf("cancel %s: %w: dataset %s has no registry of runs; give the dataset that the run wrote to", what, ErrUnknown, c.Where)
	} else if err != nil {
		return nil, fmt.Errorf("cancel %s: %w", what, err)
	}
	filter.Complete = true
	rows, err := c.Registry.List(ctx, filter)
	if err != nil {
		return nil, fmt.Errorf("cancel %s: %w", what, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("cancel %s: %w: no row of dit_runs in dataset %s is of it; runs lists what is there", what, ErrUnknown, c.Where)
	}
	for _, r := range rows {
		for _, t := range r.Tables() {
			if t.Project != c.Client.Project() {
				return nil, fmt.Errorf("cancel %s: %w: table %s of run %s; give --project=%s", what, ErrElsewhere, t, r.RunID, t.Project)
			}
		}
	}
	return rows, nil
}

// cancel ends jobs, then rows, then drops tables. Trouble with one thing does not keep it from the next.
func (c Canceller) cancel(ctx context.Context, result *Cancelled, rows []cache.Row) (*Cancelled, error) {
	c.endJobs(ctx, result, rows)
	leases, err := c.Registry.Leases(ctx, "")
	result.problem(err)
	alive := err != nil || slices.ContainsFunc(leases, func(s cache.Standing) bool { return s.Live && slices.Contains(result.Runs, s.ID.RunID) })
	marked := c.mark(ctx, result, result.Runs)
	if alive {
		select {
		case <-ctx.Done():
		case <-time.After(c.Stop):
		}
	}
	// Now nobody adds to the rows any more, but for a run that the same call began while it was not yet told to stop.
	if rows, err = c.again(ctx, marked); err != nil {
		result.problem(err)
		marked = nil
	}
	if alive {
		c.endJobs(ctx, result, rows)
		marked = c.mark(ctx, result, marked)
	}
	var tables []bq.Table
	for _, r := range rows {
		for _, t := range r.Tables() {
			if slices.Contains(marked, r.RunID) && !cache.Owns(t.Name) && !lent(r, t) && !slices.Contains(tables, t) {
				tables = append(tables, t)
			}
		}
	}
	c.drop(ctx, result, tables)
	if len(result.Problems) > 0 {
		return result, &IncompleteError{result.What, result.Problems}
	}
	return result, nil
}

// lent reports whether the table was made for another call, which took the run up. That may be about to read it elsewhere; clean-up has it later.
func lent(r cache.Row, t bq.Table) bool {
	return slices.Contains(r.Scratch, t) && !strings.Contains(t.Name, r.RunID)
}

// mark gives the rows of the runs their status, and says of which runs it did.
func (c Canceller) mark(ctx context.Context, result *Cancelled, runs []string) (marked []string) {
	for _, run := range runs {
		n, err := c.Registry.Mark(ctx, run)
		if result.problem(err); err == nil {
			result.Marked, marked = result.Marked+n, append(marked, run)
		}
	}
	return marked
}

// again reads the rows of the runs.
func (c Canceller) again(ctx context.Context, runs []string) (rows []cache.Row, err error) {
	for _, run := range runs {
		more, err := c.Registry.List(ctx, cache.Filter{RunID: run, Complete: true})
		if err != nil {
			return nil, fmt.Errorf("look which tables run %s names: %w", run, err)
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// endJobs cancels the runs' Dataflow jobs in the regions that their rows name, and waits for their end.
func (c Canceller) endJobs(ctx context.Context, result *Cancelled, rows []cache.Row) {
	ctx, stop := context.WithTimeout(ctx, c.JobTime)
	defer stop()
	asked := map[[2]string]bool{}
	var ending []runners.Job
	for _, r := range rows {
		place := [2]string{r.Region, r.RunID}
		if r.Region == "" || asked[place] {
			continue
		}
		asked[place] = true
		jobs, err := c.Jobs.List(ctx, r.Region, r.RunID)
		result.problem(err)
		for _, job := range jobs {
			if job.Ended() {
				continue
			}
			err := c.Jobs.Cancel(ctx, job)
			if result.problem(err); err == nil {
				ending = append(ending, job)
			}
		}
	}
	for _, job := range ending {
		job, err := c.Jobs.Wait(ctx, job)
		if result.problem(err); err == nil {
			result.Jobs = append(result.Jobs, fmt.Sprintf("%s (%s) in %s: %s", job.ID, job.Name, job.Region, strings.TrimPrefix(job.State, "JOB_STATE_")))
		}
	}
}

// drop removes the tables that no living row names.
func (c Canceller) drop(ctx context.Context, result *Cancelled, tables []bq.Table) {
	used, err := users(ctx, c.Registry, tables, DefaultCallTime)
	if result.problem(err); err != nil {
		return
	}
	for _, t := range tables {
		if by := used[t]; len(by) > 0 {
			result.Kept = append(result.Kept, KeptTable{t, use(by[0])})
			continue
		}
		switch err := bq.Classify(t.Of(c.Client).Delete(ctx)); {
		case err == nil:
			result.Dropped = append(result.Dropped, t)
		case !errors.Is(err, bq.ErrNotFound):
			result.problem(fmt.Errorf("drop table %s: %w", t, err))
		}
	}
}
