package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloud.google.com/go/storage"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Preflight looks whether Dataflow will take the plan's jobs, as far as can be known before there is one: that the region has
// Dataflow, and lets us see its jobs, and that the buckets are there. What cannot serve gives an error that wraps [ErrArgument].
func Preflight(ctx context.Context, plan *workflows.Plan, jobs *runners.Jobs, objects *storage.Client) error {
	o := plan.Dataflow
	if err := jobs.Look(ctx, o.Region); err != nil {
		if kind := bq.Classify(err); errors.Is(kind, bq.ErrNotFound) || errors.Is(kind, bq.ErrInvalid) {
			return fmt.Errorf("%w: region %s: %v; give a region of Dataflow, such as --region=us-central1", ErrArgument, o.Region, err)
		}
		return err
	}
	for _, location := range []struct{ flag, path string }{{"--temp-location", o.TempLocation}, {"--staging-location", o.StagingLocation}} {
		bucket, _, _ := strings.Cut(strings.TrimPrefix(location.path, "gs://"), "/")
		if bucket == "" {
			continue
		}
		// Beam tries for ten minutes and more to stage into a bucket that does not exist, without a word. Whoever may not look at one
		// may still write to it.
		_, err := objects.Bucket(bucket).Attrs(ctx)
		switch kind := bq.Classify(err); {
		case err == nil || errors.Is(kind, bq.ErrPermission):
		case errors.Is(err, storage.ErrBucketNotExist) || errors.Is(kind, bq.ErrNotFound):
			return fmt.Errorf("%w: %s %s: there is no bucket %s; make it, or give another", ErrArgument, location.flag, location.path, bucket)
		default:
			return fmt.Errorf("%s %s: %w", location.flag, location.path, kind)
		}
	}
	return nil
}
