package compare

import (
	"context"
	"fmt"
	"slices"

	"cloud.google.com/go/bigquery"
)

// Tables compares two tables or views and says what it found. Being different is
// a result. A nil result comes with an [*ArgumentError] for options that do not
// fit the tables, or with the service's error where it could not be asked.
//
// It reads both schemas first, and both versions before and after. Unless these
// settle the matter it runs one statement, which BigQuery evaluates against one
// moment in time.
func Tables(ctx context.Context, client *bigquery.Client, left, right Table, o Options) (*Result, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	l, err := describe(ctx, client, left)
	if err != nil {
		return nil, err
	}
	r, err := describe(ctx, client, right)
	if err != nil {
		return nil, err
	}
	result := &Result{Left: newSide(l), Right: newSide(r)}
	if missing := missing(l, r); len(missing) > 0 {
		judge(result, findings{unread: missing})
		return result, nil
	}
	s, err := newShape(l.meta.Schema, r.meta.Schema, o)
	if err != nil {
		return nil, err
	}
	result.describe(s, o)
	if same(l, r) {
		rows := int64(l.meta.NumRows)
		result.Left.Rows, result.Right.Rows, result.Rows.Equal = rows, rows, rows
		result.Notes = append(result.Notes, "both sides are the same table at the same version, so nothing was read")
		judge(result, findings{same: true, empty: rows == 0, allowEmpty: o.AllowEmpty})
		return result, nil
	}
	f := findings{allowEmpty: o.AllowEmpty, unread: append(s.unreadable, filtered(l, r)...)}
	if len(f.unread) == 0 {
		if err := result.read(ctx, client, l, r, s, o, &f); err != nil {
			return nil, fmt.Errorf("compare %s with %s: %w", left, right, err)
		}
	}
	judge(result, f)
	return result, nil
}

// read runs the statement and notes in f what keeps its counts from being a proof.
func (result *Result) read(ctx context.Context, client *bigquery.Client, l, r source, s shape, o Options, f *findings) error {
	run := runner{client, o.Location, o.Labels, o.MaxBytes}
	if run.location == "" {
		run.location = l.meta.Location
	}
	sql := statement(s, l.table.SQL(), r.table.SQL())
	bytes, referenced, err := run.estimate(ctx, sql)
	if err != nil {
		return err
	}
	result.Job = Job{BytesEstimated: bytes, Statement: sql}
	if o.MaxBytes > 0 && bytes > o.MaxBytes {
		f.unread = append(f.unread, fmt.Sprintf("reading both tables takes %d bytes, more than the %d allowed: allow more or compare less", bytes, o.MaxBytes))
		return nil
	}
	watched := []source{l, r}
	for _, t := range slices.Concat(referenced, o.Bases) {
		if slices.ContainsFunc(watched, func(w source) bool { return w.table == t }) {
			continue
		}
		base, err := describe(ctx, client, t)
		if err != nil {
			return err
		}
		watched = append(watched, base)
	}
	row, job, err := run.row(ctx, sql)
	job.BytesEstimated = bytes
	if overBudget(err) {
		f.unread = append(f.unread, fmt.Sprintf("the statement would bill more than the %d bytes allowed: allow more or compare less", o.MaxBytes))
		return nil
	}
	if err != nil {
		return err
	}
	result.Job = job
	if err := result.decode(row, s); err != nil {
		return fmt.Errorf("comparison job %s: %w", job.ID, err)
	}
	result.Read = true
	f.empty = result.Left.Rows == 0 && result.Right.Rows == 0
	if f.torn, err = changed(ctx, client, watched); err != nil {
		return err
	}
	if len(f.torn) == 0 {
		f.torn = append(unseen("left", l, result.Left.Rows), unseen("right", r, result.Right.Rows)...)
	}
	return nil
}

// unseen says so where the statement saw another number of rows than the table
// holds, which row access policies bring about.
func unseen(which string, s source, rows int64) []string {
	if !s.stored() || int64(s.meta.NumRows) == rows {
		return nil
	}
	return []string{fmt.Sprintf("the %s table %s holds %d rows but the comparison saw %d: check its row access policies", which, s.table, s.meta.NumRows, rows)}
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

// filtered names tables that refuse to be read as a whole.
func filtered(sources ...source) (reasons []string) {
	for _, s := range sources {
		if s.meta.RequirePartitionFilter {
			reasons = append(reasons, fmt.Sprintf("table %s requires a partition filter: compare views of it that have one", s.table))
		}
	}
	return reasons
}

func newSide(s source) Side {
	side := Side{Table: s.table.String()}
	if s.meta != nil {
		side.Type, side.Version = string(s.meta.Type), &s.version
	}
	return side
}
