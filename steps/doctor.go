package steps

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/storage"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Finding is one thing that was checked.
type Finding struct {
	What string `json:"what"`
	// Problem is empty when all is well; Remedy says what to do about it.
	Problem string `json:"problem,omitempty"`
	Remedy  string `json:"remedy,omitempty"`
}

// String is the finding on one line.
func (f Finding) String() string {
	if f.Problem == "" {
		return "ok    " + f.What
	}
	if f.Remedy == "" {
		return fmt.Sprintf("FAIL  %s: %s", f.What, f.Problem)
	}
	return fmt.Sprintf("FAIL  %s: %s\n      remedy: %s", f.What, f.Problem, f.Remedy)
}

// Doctor tries, in order, what every workflow does: connect, run a query job, make the dataset, make and drop a table, and
// write and delete an object at tempLocation (gs://bucket/prefix). It goes on after a failure as far as it can.
func Doctor(ctx context.Context, open func(context.Context) (*bigquery.Client, error), dataset, tempLocation string) []Finding {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var findings []Finding
	note := func(err error, remedy, what string, args ...any) bool {
		f := Finding{What: fmt.Sprintf(what, args...)}
		if err != nil {
			f.Problem, f.Remedy = err.Error(), remedy
		}
		findings = append(findings, f)
		return err == nil
	}
	client, err := open(ctx)
	if !note(err, "give --credentials, or leave it out to use the sandbox", "credentials and project") {
		return findings
	}
	defer client.Close()
	_, err = first(ctx, client.Query("SELECT 1"))
	note(err, "grant roles/bigquery.jobUser on the project", "run a query job in project %s", client.Project())
	if note(bq.EnsureDataset(ctx, client, dataset), "create the dataset, or grant roles/bigquery.user on the project", "dataset %s.%s", client.Project(), dataset) {
		table := client.Dataset(dataset).Table(fmt.Sprintf("dit_doctor_%d", time.Now().UnixNano()))
		err := table.Create(ctx, &bigquery.TableMetadata{
			Schema: bigquery.Schema{{Name: "x", Type: bigquery.IntegerFieldType}}, ExpirationTime: time.Now().Add(time.Hour)})
		if err == nil {
			err = table.Delete(ctx)
		}
		note(err, "grant roles/bigquery.dataEditor on the dataset", "make and drop a table in %s", dataset)
	}
	note(touchObject(ctx, tempLocation), "give --temp-location=gs://bucket/path in a bucket where roles/storage.objectAdmin is granted", "temporary objects at %s", tempLocation)
	return findings
}

// parseGCS splits gs://bucket/prefix.
func parseGCS(location string) (bucket, prefix string, err error) {
	rest, ok := strings.CutPrefix(location, "gs://")
	bucket, prefix, _ = strings.Cut(rest, "/")
	if !ok || bucket == "" {
		return "", "", fmt.Errorf("%q is not a place in Cloud Storage: want gs://bucket/path", location)
	}
	return bucket, strings.Trim(prefix, "/"), nil
}

func touchObject(ctx context.Context, location string) error {
	bucket, prefix, err := parseGCS(location)
	if err != nil {
		return err
	}
	client, err := storage.NewClient(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	object := client.Bucket(bucket).Object(fmt.Sprintf("%s/dit-doctor-%d", prefix, time.Now().UnixNano()))
	w := object.NewWriter(ctx)
	if err := w.Close(); err != nil {
		return err
	}
	return object.Delete(ctx)
}
