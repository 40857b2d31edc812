package compare

import (
	"context"
	"fmt"

	"cloud.google.com/go/bigquery"
)

// small is up to how many bytes the tables are read by a proof first. So little
// costs next to nothing to read twice, and the short query answers much sooner
// than the long one. Above it, each table is read once.
const small = 100 << 20

// read runs the statements that it takes, and notes in f what keeps their counts
// from being a proof.
func (result *Result) read(ctx context.Context, client *bigquery.Client, l, r source, s shape, o Options, f *findings) error {
	run := newRunner(client, o, l.meta.Location)
	parts := split(s, l.sql(), r.sql(), lengthy)
	sql, bases := statement(s, l.sql(), r.sql()), o.Bases
	wide := len(parts) > 1 || len(sql) > refused
	if o.Again != nil && o.Again.Query == "" {
		bases = append(bases[:len(bases):len(bases)], Base{Table: o.Again.Table})
	}
	views, queries := !l.stored() || !r.stored(), l.query != "" || r.query != ""
	if o.MaxBytes > 0 || queries || views && len(o.Bases) == 0 {
		all := []string{sql}
		if wide {
			all = []string{proof(s, l.sql(), r.sql())}
			for _, part := range parts {
				all = append(all, statement(part, l.sql(), r.sql()))
			}
		}
		result.Job = Job{Statement: all[0]}
		for _, sql := range all {
			plan, err := run.plan(ctx, sql)
			if err != nil {
				return err
			}
			result.Job.BytesEstimated += plan.bytes
			for _, t := range plan.read {
				bases = append(bases[:len(bases):len(bases)], Base{Table: t})
			}
		}
		if n := result.Job.BytesEstimated; o.MaxBytes > 0 && n > o.MaxBytes {
			f.unread = append(f.unread, fmt.Sprintf("reading both tables takes %d bytes, more than the %d allowed: allow more or compare less", n, o.MaxBytes))
			return nil
		}
	}
	watched, err := watch(ctx, client, []source{l, r}, bases)
	if err != nil {
		return err
	}
	if wide {
		// Of an answer from its cache the service does not say what it read, and all
		// statements must have seen the same rows.
		run.uncached = true
		if o.Explain == ExplainAlways {
			result.Notes = append(result.Notes, "where the differences are is not told of tables with so many columns")
		}
		return result.readWide(ctx, client, run, l, r, s, parts, watched, f)
	}
	var spent Job
	if o.MaxBytes == 0 && size(watched) <= small && s.expect == "" {
		a, err := run.brief(ctx, proof(s, l.sql(), r.sql()))
		if err != nil {
			return gone(ctx, client, watched, err, f)
		}
		result.Job, spent = a.job, a.job
		proven, err := result.decodeProof(a.row)
		if err != nil {
			return fmt.Errorf("comparison job %s: %w", a.job.ID, err)
		}
		if proven {
			return result.settle(ctx, client, watched, a, f)
		}
	}
	a, err := run.row(ctx, sql)
	if overBudget(err) {
		f.unread = append(f.unread, tooMuch(o.MaxBytes))
		return nil
	}
	if err != nil {
		return gone(ctx, client, watched, err, f)
	}
	result.Job = a.job.plus(spent)
	if err := result.decode(a.row, s); err != nil {
		return fmt.Errorf("comparison job %s: %w", a.job.ID, err)
	}
	if err := result.settle(ctx, client, watched, a, f); err != nil || len(f.torn) > 0 {
		return err
	}
	result.explain(ctx, run, watched, s, o)
	return nil
}

func tooMuch(maxBytes int64) string {
	return fmt.Sprintf("the statement would bill more than the %d bytes allowed: allow more or compare less", maxBytes)
}

// gone finds out whether a statement failed because a table that it was to read is
// not there any more. Then that is the finding, and not the failure.
func gone(ctx context.Context, client *bigquery.Client, watched []source, failure error, f *findings) (err error) {
	if ctx.Err() != nil {
		return failure
	}
	if f.torn, err = changed(ctx, client, watched, answer{}); err != nil || len(f.torn) == 0 {
		return failure
	}
	return nil
}

// settle holds the counts against the tables as they are after the statement.
func (result *Result) settle(ctx context.Context, client *bigquery.Client, watched []source, a answer, f *findings) (err error) {
	result.Read = true
	f.empty = result.Left.Rows == 0 && result.Right.Rows == 0
	if f.torn, err = changed(ctx, client, watched, a); err != nil {
		return err
	}
	if len(f.torn) == 0 && result.Between == nil {
		f.torn = append(unseen("the left table", watched[0], result.Left.Rows), unseen("the right table", watched[1], result.Right.Rows)...)
	}
	return nil
}

// unseen says so where the statement saw another number of rows than the table
// holds, which row access policies bring about.
func unseen(which string, s source, rows int64) []string {
	if !s.stored() || int64(s.meta.NumRows) == rows {
		return nil
	}
	return []string{fmt.Sprintf("%s %s holds %d rows but the statement saw %d: check its row access policies", which, s.table, s.meta.NumRows, rows)}
}
