package compare

import (
	"context"
	"errors"
	"fmt"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
)

// source is a table and what the service says of it, free of charge.
type source struct {
	table Table
	// meta is nil where the table does not exist.
	meta    *bigquery.TableMetadata
	version Version
}

func describe(ctx context.Context, client *bigquery.Client, t Table) (source, error) {
	meta, err := t.Of(client).Metadata(ctx)
	if err = bq.Classify(err); errors.Is(err, bq.ErrNotFound) {
		return source{table: t}, nil
	}
	if err != nil {
		return source{}, fmt.Errorf("read metadata of table %s: %w", t, err)
	}
	return source{t, meta, bq.VersionOf(meta)}, nil
}

// stored tells whether the version of s stands for its rows; a view's rows come
// from elsewhere.
func (s source) stored() bool {
	return s.meta.Type == bigquery.RegularTable || s.meta.Type == bigquery.Snapshot
}

// same tells whether a and b are one table at one version, so that equality
// needs no reading.
func same(a, b source) bool {
	return a.table == b.table && a.stored() && b.stored() && a.version.Equal(b.version)
}

// changed describes the tables again and says which cannot be shown to have kept
// their version.
func changed(ctx context.Context, client *bigquery.Client, before []source) (torn []string, err error) {
	for _, b := range before {
		after, err := describe(ctx, client, b.table)
		if err != nil {
			return nil, err
		}
		switch {
		case b.meta == nil && after.meta == nil:
		case b.meta == nil || after.meta == nil:
			torn = append(torn, fmt.Sprintf("table %s was made or dropped while being compared: compare again when nothing writes to it", b.table))
		case !b.version.Equal(after.version):
			torn = append(torn, fmt.Sprintf("table %s changed while being compared (%s): compare again when nothing writes to it",
				b.table, b.version.Difference(after.version)))
		}
	}
	return torn, nil
}
