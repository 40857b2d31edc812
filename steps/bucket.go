package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloud.google.com/go/storage"
)

// bucketTime is how long the look at a bucket may take.
const bucketTime = 30 * time.Second

// buckets looks whether those exist where the jobs of a run put their objects: Beam tries for ten minutes and more to stage into one
// that does not, without a word. Whoever may not look at a bucket may still write to it, so only its absence counts.
func (r Runner) buckets(ctx context.Context) error {
	if r.Plan.Dataflow == nil {
		return nil
	}
	ctx, done := context.WithTimeout(ctx, bucketTime)
	defer done()
	client, err := storage.NewClient(ctx)
	if err != nil {
		return fmt.Errorf("connect to Cloud Storage: %w", err)
	}
	defer client.Close()
	for _, location := range []string{r.Plan.Dataflow.TempLocation, r.Plan.Dataflow.StagingLocation} {
		if location == "" {
			continue
		}
		bucket, _, err := parseGCS(location)
		if err != nil {
			return err
		}
		if _, err := client.Bucket(bucket).Attrs(ctx); errors.Is(err, storage.ErrBucketNotExist) {
			return fmt.Errorf("the jobs are to put their objects under %s, and there is no bucket gs://%s: make it, or give another --temp-location", location, bucket)
		}
	}
	return nil
}
