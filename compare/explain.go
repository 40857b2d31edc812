package compare

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"cloud.google.com/go/bigquery"
)

// Explain says when it is told where differing rows are.
type Explain string

// When to explain. The zero value is ExplainAuto.
const (
	// ExplainAuto: where it costs next to nothing, which is for small tables without a
	// byte limit.
	ExplainAuto Explain = "auto"
	// ExplainAlways: for large tables as well, as far as a byte limit allows.
	ExplainAlways Explain = "always"
	// ExplainNever: not at all.
	ExplainNever Explain = "never"
)

func (e Explain) validate() error {
	switch e {
	case "", ExplainAuto, ExplainAlways, ExplainNever:
		return nil
	}
	return argument("explain %q: want %s, %s or %s", string(e), ExplainAuto, ExplainAlways, ExplainNever)
}

// explain finds out where the differing rows are, if there are any and it may. The
// first two of watched are the sides. The verdict stands whether it succeeds or not:
// what keeps it from it becomes a note.
func (result *Result) explain(ctx context.Context, run runner, watched []source, s shape, o Options) {
	n := result.Rows
	little := o.MaxBytes == 0 && size(watched) <= small
	if n.Changed+n.OnlyLeft+n.OnlyRight+n.UnpairedLeft+n.UnpairedRight == 0 || o.Explain == ExplainNever || o.Explain != ExplainAlways && !little {
		return
	}
	all := facets(s, cmp.Or(partitionColumn(watched[0]), partitionColumn(watched[1])))
	sql := explanation(s, all, watched[0].sql(), watched[1].sql())
	a, err := result.ask(ctx, run, sql, little)
	result.Job = result.Job.plus(a.job)
	var e *Explanation
	if err == nil {
		e, err = readExplanation(a.row, s, all, n.Changed)
	}
	if err == nil {
		err = unchanged(ctx, run.client, watched, a)
	}
	if err != nil {
		result.Notes = append(result.Notes, fmt.Sprintf("where the differences are could not be told: %v", err))
		return
	}
	e.First = result.firstDiffering(s.keys)
	e.rank()
	what := "key"
	if len(o.Keys) == 0 {
		what = "row"
	}
	e.Summary = e.summary(what, n.Changed)
	result.Explanation = e
}

// ask runs the explanation. Both statements together stay below a byte limit.
func (result *Result) ask(ctx context.Context, run runner, sql string, little bool) (a answer, err error) {
	if little {
		return run.brief(ctx, sql)
	}
	if run.maxBytes > 0 {
		plan, err := run.plan(ctx, sql)
		if err != nil {
			return a, err
		}
		left := result.remaining(run.maxBytes)
		if plan.bytes > left {
			return a, fmt.Errorf("it takes another %d bytes, which with those read is more than the %d allowed", plan.bytes, run.maxBytes)
		}
		run.maxBytes = left
	}
	return run.row(ctx, sql)
}

// unchanged is an error if a table is not what it was when the verdict was found.
func unchanged(ctx context.Context, client *bigquery.Client, watched []source, a answer) error {
	torn, err := changed(ctx, client, watched, a)
	if err == nil && len(torn) > 0 {
		err = errors.New(torn[0])
	}
	return err
}
