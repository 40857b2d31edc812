package steps

import (
	"context"
	"fmt"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
)

// shown makes a table of the rows that a view shows. A copy of the view would go on reading the run's table, which expires.
func (k Keeper) shown(ctx context.Context, view, dst bq.Table, labels map[string]string) error {
	q := k.Client.Query("SELECT * FROM " + view.SQL())
	q.Dst, q.WriteDisposition, q.Labels = dst.Of(k.Client), bigquery.WriteTruncate, labels
	job, err := q.Run(ctx)
	if err := bq.Finish(ctx, job, err); err != nil {
		return fmt.Errorf("copy what view %s shows to %s: %w", view, dst, err)
	}
	return nil
}

// forGood has a golden table stay until it is dropped, whatever its dataset does to tables. It has no label of a run: then clean-up
// would take it for one of the run's. A table that cannot stay is refused.
func (k Keeper) forGood(ctx context.Context, t bq.Table, labels map[string]string) (bq.Version, error) {
	update := bigquery.TableMetadataToUpdate{ExpirationTime: bigquery.NeverExpire}
	for name, value := range labels {
		update.SetLabel(name, value)
	}
	for _, of := range []string{"dit_run_id", "dit_experiment_id", "dit_mode"} {
		update.DeleteLabel(of)
	}
	meta, err := t.Of(k.Client).Update(ctx, update, "")
	switch {
	case err != nil:
		return bq.Version{}, fmt.Errorf("mark golden table %s: %w", t, bq.Classify(err))
	case !meta.ExpirationTime.IsZero():
		return bq.Version{}, fmt.Errorf("%w: golden table %s would expire %s, as its dataset says: give another --dest-dataset, or take away its expiry", ErrArgument, t, meta.ExpirationTime.UTC())
	case meta.TimePartitioning != nil && meta.TimePartitioning.Expiration > 0:
		return bq.Version{}, fmt.Errorf("%w: partitions of golden table %s would expire after %s: the pipeline's table, or the dataset, says so", ErrArgument, t, meta.TimePartitioning.Expiration)
	}
	return bq.VersionOf(meta), nil
}

// fingerprint reads the copy, which must have that of the run's table. Where the run could take none, none can be taken.
func (k Keeper) fingerprint(ctx context.Context, made, copied cache.Output, labels map[string]string) (string, error) {
	if made.Fingerprint == "" {
		fmt.Fprintf(k.Progress, "%s is kept without a fingerprint, as its run took none\n", made.Table)
		return "", nil
	}
	taken, _, err := compare.FingerprintOf(ctx, k.Client, copied.Table, compare.Options{Labels: labels})
	switch {
	case err != nil:
		return "", err
	case !taken.Version.Equal(copied.Version):
		return "", fmt.Errorf("golden table %s was written to while it was made", copied.Table)
	case made.Fingerprint != taken.Fingerprint:
		return "", fmt.Errorf("golden table %s has not the rows of %s", copied.Table, made.Table)
	}
	return taken.Fingerprint, nil
}
