package compare

import (
	"context"
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"
)

// Tables compares two tables or views; see [Inputs].
func Tables(ctx context.Context, client *bigquery.Client, left, right Table, o Options) (*Result, error) {
	return Inputs(ctx, client, Input{Table: left}, Input{Table: right}, o)
}

// Inputs compares what two inputs hold and says what it found. Being different is a
// result. A nil result comes with an [*ArgumentError] for options that do not
// fit the tables, or with the service's error where it could not be asked.
//
// It reads both schemas first, and both versions before and after. Unless these
// settle the matter it runs one statement, which BigQuery evaluates against one
// moment in time. Before it, small tables are read by a short one that proves them
// equal, if they are.
func Inputs(ctx context.Context, client *bigquery.Client, left, right Input, o Options) (*Result, error) {
	p, err := prepare(ctx, client, left, right, o)
	if err != nil || p.settled {
		return p.result, err
	}
	l, r, s, result := p.left, p.right, p.shape, p.result
	if reason := provenAlike(l, r, o); reason != "" {
		rows := int64(l.meta.NumRows)
		result.Left.Rows, result.Right.Rows, result.Rows.Equal = rows, rows, rows
		result.Notes = append(result.Notes, reason+", so nothing was read")
		judge(result, findings{same: true, empty: rows == 0, allowEmpty: o.AllowEmpty})
		return result, nil
	}
	f := findings{allowEmpty: o.AllowEmpty, unread: append(s.unreadable, filtered(s, l, r)...)}
	if len(f.unread) == 0 {
		if err := result.read(ctx, client, l, r, s, o, &f); err != nil {
			return nil, fmt.Errorf("compare %s with %s: %w", left, right, err)
		}
	}
	judge(result, f)
	if result.Noise != nil {
		result.noise(ctx, client, left, l.meta.Schema, o)
	}
	if o.WriteDiffs != nil && len(f.torn) == 0 {
		result.storeDiffs(ctx, client, p, o)
	}
	return result, nil
}

// prepared is what is known of a comparison before anything is read.
type prepared struct {
	left, right source
	shape       shape
	result      *Result
	// settled: the result has its verdict, there is nothing to read.
	settled bool
}

// prepare asks what the sides are and holds the options against them.
func prepare(ctx context.Context, client *bigquery.Client, left, right Input, o Options) (p prepared, err error) {
	if err := o.validate(); err != nil {
		return p, err
	}
	l, r, err := describeBoth(ctx, client, left, right, o)
	if err != nil {
		return p, err
	}
	result := &Result{Left: newSide(l), Right: newSide(r)}
	if missing := missing(l, r); len(missing) > 0 {
		// A view is not to be seen on some engines when the table behind it is gone: that says more.
		torn, err := changed(ctx, client, recorded(o.Bases), answer{})
		if err != nil {
			return p, err
		}
		judge(result, findings{torn: torn, unread: missing})
		return prepared{result: result, settled: true}, nil
	}
	if other := other([]source{l, r}, o.Bases); len(other) > 0 {
		judge(result, findings{torn: other})
		return prepared{result: result, settled: true}, nil
	}
	if a, b := l.meta.Location, r.meta.Location; a != "" && b != "" && !strings.EqualFold(a, b) {
		return p, argument("the left side is in location %s, the right in %s: one statement cannot read both; copy one of them to the other's location", a, b)
	}
	s, err := newShape(partitionTime(l, o), partitionTime(r, o), o)
	if err != nil {
		return p, err
	}
	if (s.expect != "" || o.Again != nil) && len(split(s, l.sql(), r.sql(), lengthy)) > 1 {
		return p, argument("%d columns are too many to be compared with expected differences or noise: ignore some, and compare these in another call", len(s.columns))
	}
	if s.expect != "" && len(s.unreadable) == 0 {
		if err := newRunner(client, o, l.meta.Location).try(ctx, s, l.sql()); err != nil {
			return p, err
		}
	}
	if o.WriteDiffs != nil {
		if err := o.WriteDiffs.allowed(ctx, client, s); err != nil {
			return p, err
		}
	}
	if o.Again != nil && len(s.unreadable) == 0 {
		again, err := describeSide(ctx, client, "other", *o.Again, o)
		if err != nil {
			return p, err
		}
		if again.meta == nil {
			return p, argument("table %s, the other run of the left side, does not exist", *o.Again)
		}
		if err := s.again(*o.Again, partitionTime(again, o)); err != nil {
			return p, err
		}
	}
	result.describe(s, o)
	if (ingested(l) || ingested(r)) && !has(o.Keys, PartitionTime) {
		result.Notes = append(result.Notes, "in which partition a row is was not compared: "+PartitionTime+" can be a key")
	}
	return prepared{left: l, right: r, shape: s, result: result}, nil
}

func missing(l, r source) (reasons []string) {
	if l.meta == nil {
		reasons = append(reasons, fmt.Sprintf("the left table %s does not exist", l.table))
	}
	if r.meta == nil {
		reasons = append(reasons, fmt.Sprintf("the right table %s does not exist", r.table))
	}
	return reasons
}

// filtered names sides that refuse to be read so.
func filtered(s shape, left, right source) []string {
	return append(unfiltered(left, s.between.left), unfiltered(right, s.between.right)...)
}

// unfiltered says so where a table wants a filter by its partitions, and is to be
// read by another column, or as a whole.
func unfiltered(s source, by *bigquery.FieldSchema) []string {
	partition := partitionColumn(s)
	if !s.meta.RequirePartitionFilter || by != nil && strings.EqualFold(by.Name, partition) {
		return nil
	}
	return []string{fmt.Sprintf("table %s requires a partition filter: compare rows between two values of %s", s.table, partition)}
}

func newSide(s source) Side {
	side := Side{Table: s.name()}
	if s.meta != nil {
		side.Type = string(s.meta.Type)
	}
	if s.meta != nil && s.query == "" {
		side.Version = &s.version
	}
	return side
}
