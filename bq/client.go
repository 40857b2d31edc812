package bq

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq/names"
)

// Open makes a client that runs and bills its jobs in the project. Location is where new datasets and jobs go; empty leaves
// it to BigQuery. Credentials are the application default ones unless an option says otherwise. Nothing is sent yet, so a
// service that does not answer shows at the first call.
func Open(ctx context.Context, project, location string, opts ...option.ClientOption) (*bigquery.Client, error) {
	if err := names.CheckProject(project); err != nil {
		return nil, err
	}
	client, err := bigquery.NewClient(ctx, project, opts...)
	if err != nil {
		return nil, fmt.Errorf("connect to BigQuery as project %s: %w", project, Classify(err))
	}
	client.Location = location
	return client, nil
}

// datasetLabels mark what dit made.
var datasetLabels = map[string]string{"created_by": "dit"}

// EnsureDataset makes the dataset, "dataset" or "project.dataset", in the client's location if it does not exist, labelled
// created_by=dit. Without a project it is the client's. It is an error if the dataset exists in another location than
// the client's, because no job could use both.
func EnsureDataset(ctx context.Context, client *bigquery.Client, dataset string) error {
	project, name, err := names.SplitDataset(dataset)
	if err != nil {
		return err
	}
	project = cmp.Or(project, client.Project())
	d := client.DatasetInProject(project, name)
	m, err := d.Metadata(ctx)
	if err == nil {
		if client.Location != "" && m.Location != "" && !strings.EqualFold(m.Location, client.Location) {
			return fmt.Errorf("dataset %s.%s is in location %s, the job's location is %s: give a dataset in %s, or the other location",
				project, name, m.Location, client.Location, client.Location)
		}
		return nil
	}
	if err = Classify(err); !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("look at dataset %s.%s: %w", project, name, err)
	}
	err = Classify(d.Create(ctx, &bigquery.DatasetMetadata{Location: client.Location, Labels: datasetLabels}))
	if err != nil && !errors.Is(err, ErrConflict) { // a conflict: another made it meanwhile
		return fmt.Errorf("make dataset %s.%s: %w", project, name, err)
	}
	return nil
}

// Finish waits until a job has ended, and gives the error in which it did; or else the error of starting it.
func Finish(ctx context.Context, job *bigquery.Job, started error) error {
	if started != nil {
		return Classify(started)
	}
	status, err := job.Wait(ctx)
	if err == nil {
		err = status.Err()
	}
	return Classify(err)
}

// Copy makes dst a copy of src, schema and partitioning included, by a copy job, and waits for it. A table that dst names
// already is replaced. Labels go to the job and to the new table; the table expires after the given time, never when it
// is zero. The version returned is that of dst when all this is done.
func Copy(ctx context.Context, client *bigquery.Client, src, dst Table, labels map[string]string, expiry time.Duration) (Version, error) {
	fail := func(err error) (Version, error) {
		return Version{}, fmt.Errorf("copy table %s to %s: %w", src, dst, Classify(err))
	}
	copier := dst.Of(client).CopierFrom(src.Of(client))
	copier.WriteDisposition = bigquery.WriteTruncate
	copier.Labels = labels
	job, err := copier.Run(ctx)
	if err := Finish(ctx, job, err); err != nil {
		return fail(err)
	}
	var update bigquery.TableMetadataToUpdate
	for k, v := range labels {
		update.SetLabel(k, v)
	}
	if expiry > 0 {
		update.ExpirationTime = time.Now().Add(expiry)
	}
	if len(labels) == 0 && expiry <= 0 {
		return Current(ctx, client, dst)
	}
	m, err := dst.Of(client).Update(ctx, update, "")
	if err != nil {
		return fail(err)
	}
	return VersionOf(m), nil
}
