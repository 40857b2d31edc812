package compare

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cloud.google.com/go/bigquery"
	"golang.org/x/sync/errgroup"

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

// describeAll describes the tables side by side, in their order.
func describeAll(ctx context.Context, client *bigquery.Client, tables []Table) ([]source, error) {
	found := make([]source, len(tables))
	all, ctx := errgroup.WithContext(ctx)
	for i, t := range tables {
		all.Go(func() (err error) {
			found[i], err = describe(ctx, client, t)
			return err
		})
	}
	return found, all.Wait()
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

// watch adds the tables behind the sides to them, each once.
func watch(ctx context.Context, client *bigquery.Client, sides []source, bases []Table) ([]source, error) {
	var more []Table
	for _, t := range bases {
		known := func(s source) bool { return s.table == t }
		if !slices.ContainsFunc(sides, known) && !slices.Contains(more, t) {
			more = append(more, t)
		}
	}
	found, err := describeAll(ctx, client, more)
	return slices.Concat(sides, found), err
}

// size is what the tables hold, in bytes; a view holds nothing.
func size(tables []source) (bytes int64) {
	for _, s := range tables {
		if s.meta != nil {
			bytes += s.meta.NumBytes
		}
	}
	return bytes
}

// changed describes the tables again and says which cannot be shown to have kept
// their version. A table that only the engine knew of must be older than the job.
func changed(ctx context.Context, client *bigquery.Client, before []source, a answer) (torn []string, err error) {
	all, err := watch(ctx, client, before, a.read)
	if err != nil {
		return nil, err
	}
	for _, s := range all[len(before):] {
		if s.meta == nil || s.stored() && !s.meta.LastModifiedTime.Before(a.began) {
			torn = append(torn, fmt.Sprintf("table %s, which a view reads, changed while being compared: compare again when nothing writes to it", s.table))
		}
	}
	tables := make([]Table, len(before))
	for i, b := range before {
		tables[i] = b.table
	}
	now, err := describeAll(ctx, client, tables)
	if err != nil {
		return nil, err
	}
	for i, b := range before {
		after := now[i]
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
