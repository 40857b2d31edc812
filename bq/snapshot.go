package bq

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"cloud.google.com/go/bigquery"
)

// FindSnapshot looks for the snapshot of that past in a dataset, and gives its name and metadata. Without one, or one that was not
// seen through, the metadata are nil. Another thing with its name is an error of the kind [ErrConflict].
func FindSnapshot(ctx context.Context, client *bigquery.Client, p Past, project, dataset string) (Table, *bigquery.TableMetadata, error) {
	table := Table{project, dataset, p.Name()}
	m, err := table.Of(client).Metadata(ctx)
	if err = Classify(err); errors.Is(err, ErrNotFound) {
		return table, nil, nil
	} else if err != nil {
		return table, nil, fmt.Errorf("look for snapshot %s: %w", table, err)
	}
	if has, ok := PastOf(m); !ok || has.Base != p.Base || has.At.UnixMilli() != p.At.UnixMilli() {
		what := "a " + string(m.Type)
		if ok {
			what = "the snapshot of " + has.String()
		}
		return table, nil, &Error{ErrConflict, fmt.Errorf("%s has the name of the snapshot of %s, and is %s: drop or rename it", table, p, what)}
	}
	if m.Labels[PinLabel] == "" {
		return table, nil, nil
	}
	return table, m, nil
}

// Snapshot makes a snapshot of that past in a dataset, by a copy job with the labels, or finds the one that is there, and gives its
// name and metadata. Of several calls at once all get the same. It expires after the given time; when one that was there
// has less than four fifths of it left, its expiry is put off to the same.
//
// Created is when the table was made that has the base's name now; zero when none has. A snapshot that was taken of another table
// which had the name before, and a table that is replaced while it is copied, are errors of the kind [ErrConflict].
func Snapshot(ctx context.Context, client *bigquery.Client, p Past, created time.Time, project, dataset string, labels map[string]string, expiry time.Duration) (Table, *bigquery.TableMetadata, error) {
	table, m, err := FindSnapshot(ctx, client, p, project, dataset)
	if err == nil && m == nil {
		m, err = take(ctx, client, p, created, table, labels, expiry)
	}
	// A table that was made after the instant took the name from the one that the snapshot is of: there is no doubt then.
	if err == nil && m.Labels[PinLabel] != madeAt(created) && !created.IsZero() && !created.After(p.At) {
		err = &Error{ErrConflict, fmt.Errorf("it was taken of another table, which had the name %s before: drop the snapshot, or take another instant", p.Base)}
	}
	// One without an end was given none on purpose.
	if err == nil && !m.ExpirationTime.IsZero() && time.Until(m.ExpirationTime) < expiry*4/5 {
		m, err = table.Of(client).Update(ctx, bigquery.TableMetadataToUpdate{ExpirationTime: time.Now().Add(expiry)}, "")
	}
	if err != nil {
		return table, nil, fmt.Errorf("snapshot of %s as %s: %w", p, table, Classify(err))
	}
	return table, m, nil
}

// take copies, looks whether the copy is of the table that was meant, and puts the label on that says so. It goes on where another
// call has made the copy and come no further.
func take(ctx context.Context, client *bigquery.Client, p Past, created time.Time, table Table, labels map[string]string, expiry time.Duration) (*bigquery.TableMetadata, error) {
	copied := runCopy(ctx, client, p, table, labels)
	if copied != nil && !errors.Is(copied, ErrConflict) {
		return nil, copied
	}
	if _, m, err := FindSnapshot(ctx, client, p, table.Project, table.Dataset); err != nil || m != nil {
		return m, err
	}
	if copied != nil {
		// Another call made it, and may be about to label it. One that was left so long ago may be of a table that had the name then.
		m, err := table.Of(client).Metadata(ctx)
		if err != nil {
			return nil, err
		}
		if time.Since(m.CreationTime) > abandoned {
			if err := Classify(table.Of(client).Delete(ctx)); err != nil && !errors.Is(err, ErrNotFound) {
				return nil, err
			}
			if copied = runCopy(ctx, client, p, table, labels); copied != nil {
				return nil, copied
			}
		}
	}
	now, err := p.Base.Of(client).Metadata(ctx)
	if err != nil {
		return nil, err
	}
	// The table was there before the instant and is there after the copy, so it is the one that was copied.
	if !now.CreationTime.Equal(created) {
		if copied == nil {
			err = Classify(table.Of(client).Delete(ctx))
		}
		return nil, errors.Join(&Error{ErrConflict, fmt.Errorf("table %s was made anew while it was copied: take an instant after %s",
			p.Base, now.CreationTime.UTC().Format(time.RFC3339))}, err)
	}
	update := bigquery.TableMetadataToUpdate{ExpirationTime: time.Now().Add(expiry)}
	update.SetLabel("created_by", "dit")
	update.SetLabel(PinLabel, madeAt(created))
	return table.Of(client).Update(ctx, update, "")
}

// abandoned is how old a snapshot without its label is when nobody is about to put it on any more.
const abandoned = 10 * time.Minute

func madeAt(created time.Time) string { return strconv.FormatInt(created.UnixMilli(), 10) }

// runCopy runs the job that makes the snapshot, and gives the error in which it ends.
func runCopy(ctx context.Context, client *bigquery.Client, p Past, table Table, labels map[string]string) error {
	copier := table.Of(client).CopierFrom(p.source().Of(client))
	copier.OperationType, copier.WriteDisposition, copier.Labels = bigquery.SnapshotOperation, bigquery.WriteEmpty, labels
	job, err := copier.Run(ctx)
	return Finish(ctx, job, err)
}
