package steps

import (
	"context"
	"fmt"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
)

// bury ends what the process of a run has left behind that stopped without a word: its Dataflow jobs would go on writing, and cost.
func (r Runner) bury(ctx context.Context, previous cache.ID) error {
	if r.Watch == nil || previous.RunID == "" {
		return nil
	}
	rows, err := r.Registry.List(ctx, cache.Filter{RunID: previous.RunID})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.ID != previous || row.Region == "" {
			continue
		}
		jobs, err := r.Watch.Jobs.List(ctx, row.Region, previous.RunID)
		if err != nil {
			return err
		}
		for _, job := range jobs {
			if !job.Ended() && job.Labels["dit_mode"] == bq.SanitizeLabel(previous.Run) {
				fmt.Fprintf(r.Progress, "[%s] cancels Dataflow job %s of run %s\n", previous.Run, job.ID, previous.RunID)
				if err := r.cancel(ctx, job); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// cancel ends a job.
func (r Runner) cancel(ctx context.Context, job runners.Job) error {
	if err := r.Watch.Jobs.Cancel(ctx, job); err != nil {
		return err
	}
	_, err := r.Watch.Jobs.Wait(ctx, job)
	return err
}
