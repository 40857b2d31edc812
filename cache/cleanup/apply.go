package cleanup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// alive reports which rows of the run are running with a lease that lives, or are detached.
func (c Cleaner) alive(ctx context.Context, runID string) ([]cache.ID, error) {
	rows, err := c.Registry.List(ctx, cache.Filter{RunID: runID, Complete: true})
	if err != nil {
		return nil, err
	}
	leases, err := c.Registry.Leases(ctx, "")
	var ids []cache.ID
	for _, r := range rows {
		live := slices.ContainsFunc(leases, func(s cache.Standing) bool { return s.Live && s.ID == r.ID })
		if live && r.Status == cache.Running || r.Status == cache.Detached {
			ids = append(ids, r.ID)
		}
	}
	return ids, err
}

// revoke ends the row of a run that was abandoned, unless it was ended or woke up since.
func (c Cleaner) revoke(ctx context.Context, item *Item) {
	revoked, err := c.Registry.Revoke(ctx, item.row.ID, cache.Running, cache.Abandoned, abandoned)
	switch {
	case err != nil:
		item.became(Undone, err.Error())
	case !revoked:
		item.became(KeptAfter, "it is alive, or came to its end")
	default:
		item.became(Removed, "")
	}
}

// endJob cancels a Dataflow job whose run has no process any more, and waits for its end.
func (c Cleaner) endJob(ctx context.Context, item *Item) {
	ctx, stop := context.WithTimeout(ctx, DefaultJobTime)
	defer stop()
	alive, err := c.alive(ctx, item.RunID)
	if len(alive) > 0 {
		item.became(KeptAfter, "its run is alive")
		return
	}
	if err == nil {
		err = c.Jobs.Cancel(ctx, item.job)
	}
	if err == nil {
		_, err = c.Jobs.Wait(ctx, item.job)
	}
	if err != nil {
		item.became(Undone, err.Error())
		return
	}
	item.became(Removed, "")
}

// drop removes a table, view or dataset, after a last look at who names it and whether it is what was planned for. The client
// cannot tie a DELETE to an etag, so the look is just before it.
func (c Cleaner) drop(ctx context.Context, item *Item) {
	if item.Kind == DataSet {
		c.dropDataset(ctx, item)
		return
	}
	used, err := users(ctx, c.Registry, []bq.Table{item.table}, c.CallTime)
	if by := used[item.table]; len(by) > 0 {
		item.became(KeptAfter, use(by[0]))
		return
	}
	var now *object
	if err == nil {
		now, err = look(ctx, c.Client, item.table)
	}
	switch {
	case err != nil:
	case now == nil:
		item.became(Removed, "it was gone already")
		return
	case now.etag != item.etag:
		item.became(KeptAfter, "it was changed since it was looked at")
		return
	default:
		err = bq.Classify(item.table.Of(c.Client).Delete(ctx))
	}
	if err != nil && !errors.Is(err, bq.ErrNotFound) {
		item.became(Undone, fmt.Sprintf("drop it: %v", err))
		return
	}
	item.became(Removed, "")
}

// dropDataset removes a dataset with what is in it.
func (c Cleaner) dropDataset(ctx context.Context, item *Item) {
	d := c.Client.DatasetInProject(item.table.Project, item.table.Dataset)
	if err := bq.Classify(d.DeleteWithContents(ctx)); err != nil && !errors.Is(err, bq.ErrNotFound) {
		item.became(Undone, fmt.Sprintf("drop it: %v", err))
		return
	}
	item.became(Removed, "")
}
