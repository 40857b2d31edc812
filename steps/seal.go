package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// seal reads the version of each table that the run wrote, and of the view that belongs to it. What a pipeline was told to write
// and did not is a failure of the run, found here and not in the comparison.
func (r Runner) seal(ctx context.Context, step *workflows.Step, row *cache.Row) error {
	name := step.Run.Name
	for output, o := range row.Outputs {
		meta, err := r.mark(ctx, name, o.Table)
		if err != nil {
			return fmt.Errorf("%s ended well, but its output %s cannot be marked: %w", name, o.Table, err)
		}
		o.Version = bq.VersionOf(meta)
		if o.View != nil {
			meta, err := r.mark(ctx, name, o.View.Table)
			if err != nil {
				return fmt.Errorf("%s ended well, but its view %s cannot be marked: %w", name, o.View.Table, err)
			}
			o.View.Version = bq.VersionOf(meta)
		}
		r.fingerprint(ctx, name, &o, row)
		row.Outputs[output] = o
	}
	return nil
}

// mark gives a table or view the run's labels and its expiry.
func (r Runner) mark(ctx context.Context, name string, table bq.Table) (*bigquery.TableMetadata, error) {
	update := bigquery.TableMetadataToUpdate{ExpirationTime: time.Now().Add(tableLifetime)}
	for k, v := range labels(r.Plan, name) {
		update.SetLabel(k, v)
	}
	meta, err := table.Of(r.Client).Update(ctx, update, "")
	return meta, bq.Classify(err)
}

// fingerprint is what stands for the rows of an output, so that no comparison has to read equal ones, and anyone can tell later
// that they are the same. Without one, tables are read: it is nothing that a run could fail for.
func (r Runner) fingerprint(ctx context.Context, name string, o *OutputTable, row *cache.Row) {
	taken, job, err := compare.FingerprintOf(ctx, r.Client, o.Table, compare.Options{Labels: labels(r.Plan, name)})
	row.BytesBilled, row.SlotMillis = row.BytesBilled+job.BytesBilled, row.SlotMillis+job.SlotMillis
	if err == nil && !taken.Version.Equal(o.Version) {
		err = errors.New("it was written to after the run had ended")
	}
	if err != nil {
		fmt.Fprintf(r.Progress, "[%s] no fingerprint of %s: %v\n", name, o.Table, err)
		return
	}
	o.Fingerprint = taken.Fingerprint
}
