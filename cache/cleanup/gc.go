package cleanup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"cloud.google.com/go/bigquery"
	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// How long a [Cleaner] leaves alone what it knows nothing of, unless it is told otherwise.
const (
	DefaultGrace    = 10 * time.Minute
	DefaultCallTime = 24 * time.Hour
)

// Cleaner finds what nobody needs any more, and takes it away.
type Cleaner struct {
	Client   *bigquery.Client
	Registry cache.Registry
	// Dataset, "dataset" or "project.dataset", holds the registry's tables and those of its runs.
	Dataset string
	Jobs    Jobs
	// Grace is how long a table whose run has no row is left alone: the run may be about to begin.
	Grace time.Duration
	// CallTime is how long a call may take: what it made for a run of its own that has not begun is left alone that long.
	CallTime time.Duration
}

// Clean plans and, when it is to apply, does what was planned. Without that it writes nothing at all.
func (c Cleaner) Clean(ctx context.Context, apply bool) ([]Item, error) {
	items, err := c.Plan(ctx)
	var older *cache.OlderError
	if apply && errors.As(err, &older) {
		if err = c.Registry.Prepare(ctx); err == nil {
			items, err = c.Plan(ctx)
		}
	}
	if err != nil || !apply {
		return items, err
	}
	return c.Apply(ctx, items)
}

// Plan lists what nobody needs, and changes nothing. A registry that another dit must be asked about is an error.
func (c Cleaner) Plan(ctx context.Context) ([]Item, error) {
	if err := c.Registry.Check(ctx); errors.Is(err, bq.ErrNotFound) {
		return nil, fmt.Errorf("clean up dataset %s: %w: it has no registry of runs, so nothing tells which of its tables are needed; give the dataset that runs write to", c.Dataset, ErrUnknown)
	} else if err != nil {
		return nil, fmt.Errorf("clean up dataset %s: %w", c.Dataset, err)
	}
	f, err := c.survey(ctx)
	if err != nil {
		return nil, fmt.Errorf("clean up dataset %s: %w", c.Dataset, err)
	}
	return f.plan(), nil
}

func (c Cleaner) rows(ctx context.Context) ([]cache.Row, error) {
	return c.Registry.List(ctx, cache.Filter{Complete: true})
}

// Apply does what was planned, but for what somebody came to need since, or changed. It returns the items with what became of
// them; those that failed are the error as well.
func (c Cleaner) Apply(ctx context.Context, planned []Item) ([]Item, error) {
	items := slices.Clone(planned)
	for i := range items {
		switch item := &items[i]; item.Kind {
		case AbandonedRun:
			c.revoke(ctx, item)
		case DataflowJob:
			c.endJob(ctx, item)
		}
	}
	now, err := c.Plan(ctx)
	if err != nil {
		return items, err
	}
	// Views first: what is left of one whose table is gone cannot be looked at everywhere.
	for _, views := range []bool{true, false} {
		var group errgroup.Group
		group.SetLimit(atOnce)
		for i := range items {
			item := &items[i]
			switch {
			case item.Kind == AbandonedRun || item.Kind == DataflowJob || (item.Kind == DataView) != views:
			case !slices.ContainsFunc(now, item.same):
				item.became(KeptAfter, "it is needed, was changed or is gone since it was looked at")
			default:
				group.Go(func() error {
					c.drop(ctx, item)
					return nil
				})
			}
		}
		group.Wait()
	}
	var failed error
	for _, item := range items {
		if item.Outcome == Undone {
			failed = errors.Join(failed, fmt.Errorf("%s %s: %s", item.Kind, item.Name, item.Detail))
		}
	}
	if failed != nil {
		failed = fmt.Errorf("clean up dataset %s: not all could be done; run it again for the rest: %w", c.Dataset, failed)
	}
	return items, failed
}
