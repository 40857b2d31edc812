package steps

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"time"

	"cloud.google.com/go/storage"
)

// logLocation is where the logs of a run are kept; empty without a place for temporary objects.
func (r Runner) logLocation(run string) string {
	if r.TempLocation == "" {
		return ""
	}
	bucket, prefix, err := parseGCS(r.TempLocation)
	if err != nil {
		return ""
	}
	return "gs://" + path.Join(bucket, prefix, "dit-logs", r.Plan.RunID, run) + "/"
}

// keepLog copies a log to where it outlives the container. The object has the run's labels as its metadata, and the day on which
// its tables expire as its custom time, for the bucket's lifecycle rules to go by.
func (r Runner) keepLog(ctx context.Context, run, file string) error {
	location := r.logLocation(run)
	if location == "" {
		return nil
	}
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer done()
	log, err := os.Open(file)
	if err != nil {
		return err
	}
	defer log.Close()
	client, err := storage.NewClient(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	bucket, prefix, err := parseGCS(location)
	if err != nil {
		return err
	}
	w := client.Bucket(bucket).Object(path.Join(prefix, filepath.Base(file))).NewWriter(ctx)
	w.ContentType, w.Metadata, w.CustomTime = "text/plain; charset=utf-8", labels(r.Plan, run), time.Now().Add(tableLifetime)
	if _, err := io.Copy(w, log); err != nil {
		w.Close()
		return fmt.Errorf("copy to %s: %w", location, err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("copy to %s: %w", location, err)
	}
	return nil
}
