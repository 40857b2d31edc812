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

// source is a side, or a table behind one, and what the service says of it, free
// of charge.
type source struct {
	table Table
	// query is set where the rows are those of a query; the table is empty then.
	query string
	// meta is nil where the table does not exist, or was not looked at.
	meta    *bigquery.TableMetadata
	version Version
	// recorded: version is the caller's, and the table was not looked at yet.
	recorded bool
}

func describe(ctx context.Context, client *bigquery.Client, t Table) (source, error) {
	meta, err := t.Of(client).Metadata(ctx)
	if err = bq.Classify(err); errors.Is(err, bq.ErrNotFound) {
		return source{table: t}, nil
	}
	if err != nil {
		return source{}, fmt.Errorf("read metadata of table %s: %w", t, err)
	}
	return source{table: t, meta: meta, version: bq.VersionOf(meta)}, nil
}

// describeSide describes a side. What a query gives is asked by a dry run; one that
// cannot run is the caller's mistake. So is what a view gives: its metadata tell the
// columns it had when it was made, not those that its tables have got since.
func describeSide(ctx context.Context, client *bigquery.Client, which string, i Input, o Options) (source, error) {
	if i.Query == "" {
		s, err := describe(ctx, client, i.Table)
		if err != nil || s.meta == nil || s.stored() {
			return s, err
		}
		plan, err := newRunner(client, o, s.meta.Location).plan(ctx, o.Between.selection(i.sql(), s.meta.Schema, o.Rename))
		if err != nil {
			return source{}, fmt.Errorf("look at the columns of %s: %w", i, err)
		}
		if len(plan.schema) == 0 {
			return source{}, fmt.Errorf("look at the columns of %s: the service does not say which it has", i)
		}
		s.meta.Schema = maybeCollated(plan.schema)
		return s, nil
	}
	// As it will stand in the statement: what is more than one SELECT is refused here.
	plan, err := newRunner(client, o, "").plan(ctx, "SELECT * FROM "+i.sql())
	if errors.Is(err, bq.ErrInvalid) || errors.Is(err, bq.ErrNotFound) {
		return source{}, argument("the %s query cannot run: %v", which, err)
	}
	if err != nil {
		return source{}, err
	}
	return source{query: i.Query, meta: &bigquery.TableMetadata{Type: queryType, Schema: maybeCollated(plan.schema), Location: plan.location}}, nil
}

// unknownCollation marks a text of which the service does not say whether it has one.
const unknownCollation = "unknown"

// maybeCollated takes every text for one that may have a collation: of queries and views the
// service need not say.
func maybeCollated(schema bigquery.Schema) (out bigquery.Schema) {
	for _, f := range schema {
		g := *f
		g.Schema = maybeCollated(f.Schema)
		if kindOf(f) == kindString && f.Collation == "" {
			g.Collation = unknownCollation
		}
		out = append(out, &g)
	}
	return out
}

func describeBoth(ctx context.Context, client *bigquery.Client, left, right Input, o Options) (l, r source, err error) {
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() (err error) { l, err = describeSide(ctx, client, "left", left, o); return err })
	both.Go(func() (err error) { r, err = describeSide(ctx, client, "right", right, o); return err })
	return l, r, both.Wait()
}

// queryType stands where a table has TABLE or VIEW.
const queryType bigquery.TableType = "QUERY"

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

// name is what people call it, sql what stands in FROM.
func (s source) name() string { return Input{s.table, s.query}.String() }
func (s source) sql() string  { return Input{s.table, s.query}.sql() }

// stored tells whether the version of s stands for its rows; a view's rows come
// from elsewhere.
func (s source) stored() bool {
	return s.meta.Type == bigquery.RegularTable || s.meta.Type == bigquery.Snapshot
}

// provenAlike says why both sides are known to hold the same rows without being read, or
// is empty. An option by which other rows or columns are compared with each other,
// or rows must differ, is not answered by that.
func provenAlike(l, r source, o Options) string {
	switch {
	case !l.stored() || !r.stored() || len(o.Rename) > 0 || o.Between != nil || o.Expect != nil:
	case l.table == r.table && l.version.Equal(r.version):
		return "both sides are the same table at the same version"
	case !has(o.Keys, PartitionTime) && l.fingerprint(o.Bases) != "" && l.fingerprint(o.Bases) == r.fingerprint(o.Bases):
		return "both sides have the same fingerprint, recorded at these versions"
	}
	return ""
}

// fingerprint is what the caller knows of s at this version, or empty.
func (s source) fingerprint(bases []Base) string {
	for _, b := range bases {
		if b.Table == s.table && b.Version != nil && b.Version.Equal(s.version) {
			return b.Fingerprint
		}
	}
	return ""
}

// watch adds the tables behind the sides to them, each once. One whose version is
// known need not be looked at until the statement has run.
func watch(ctx context.Context, client *bigquery.Client, sides []source, bases []Base) ([]source, error) {
	watched := slices.Clone(sides)
	known := func(t Table) bool {
		return slices.ContainsFunc(watched, func(s source) bool { return s.table == t })
	}
	for _, s := range recorded(bases) {
		if !known(s.table) {
			watched = append(watched, s)
		}
	}
	var ask []Table
	for _, b := range bases {
		if !known(b.Table) && !slices.Contains(ask, b.Table) {
			ask = append(ask, b.Table)
		}
	}
	found, err := describeAll(ctx, client, ask)
	return append(watched, found...), err
}

// recorded are the bases whose version the caller knows.
func recorded(bases []Base) (known []source) {
	for _, b := range bases {
		if b.Version != nil {
			known = append(known, source{table: b.Table, version: *b.Version, recorded: true})
		}
	}
	return known
}

// other says which of the sides is not the table that the caller meant.
func other(sides []source, bases []Base) (reasons []string) {
	for _, s := range sides {
		for _, b := range recorded(bases) {
			if b.table == s.table && !b.version.Equal(s.version) {
				reasons = append(reasons, b.unlike(s))
			}
		}
	}
	return reasons
}

// unlike says what makes now another table than the recorded one.
func (s source) unlike(now source) string {
	return fmt.Sprintf("table %s is not what was recorded: %s", s.table, s.version.Difference(now.version))
}

// size is what the tables hold, in bytes; a view holds nothing.
func size(tables []source) (bytes int64) {
	for _, s := range tables {
		bytes += s.version.NumBytes
	}
	return bytes
}

// changed describes the tables again and says which cannot be shown to have kept
// their version. A table that only the engine knew of must be older than the job.
func changed(ctx context.Context, client *bigquery.Client, before []source, a answer) (torn []string, err error) {
	// A query has no version; the tables that it reads are watched.
	before = slices.DeleteFunc(slices.Clone(before), func(s source) bool { return s.query != "" })
	var tables []Table
	for _, b := range before {
		tables = append(tables, b.table)
	}
	for _, t := range a.read {
		if !slices.Contains(tables, t) {
			tables = append(tables, t)
		}
	}
	now, err := describeAll(ctx, client, tables)
	if err != nil {
		return nil, err
	}
	const again = "compare again when nothing writes to it"
	for i, after := range now {
		if i >= len(before) {
			if after.meta == nil || after.stored() && !after.meta.LastModifiedTime.Before(a.began) {
				torn = append(torn, fmt.Sprintf("table %s, which a view reads, changed while being compared: %s", after.table, again))
			}
			continue
		}
		switch b := before[i]; {
		case b.recorded && after.meta == nil:
			torn = append(torn, fmt.Sprintf("table %s is gone", b.table))
		case b.recorded && !b.version.Equal(after.version):
			torn = append(torn, b.unlike(after))
		case b.recorded || b.meta == nil && after.meta == nil:
		case b.meta == nil || after.meta == nil:
			torn = append(torn, fmt.Sprintf("table %s was made or dropped while being compared: %s", b.table, again))
		case !b.version.Equal(after.version):
			torn = append(torn, fmt.Sprintf("table %s changed while being compared (%s): %s", b.table, b.version.Difference(after.version), again))
		}
	}
	return torn, nil
}
