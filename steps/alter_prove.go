package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// prove counts what each mutation of the chain does to the source, in one statement. One that changes nothing, or leaves nothing, and
// a chain that comes back to where it began, would make a test that cannot fail.
func prove(ctx context.Context, client *bigquery.Client, plan *workflows.Plan, s workflows.Source, base bq.Table, chain []workflows.Mutation) ([]Mutated, error) {
	q := client.Query(workflows.AlteredProof(base.SQL(), s, chain, plan.Range))
	q.Labels = labels(plan, "")
	row, err := first(ctx, q)
	if err = bq.Classify(err); errors.Is(err, bq.ErrInvalid) {
		return nil, fmt.Errorf("%w: its mutations cannot be applied to %s: %w; change the one at fault: %s", ErrBadSource, base, err, texts(chain))
	} else if err != nil {
		return nil, fmt.Errorf("counting what its mutations do to %s: %w", base, err)
	}
	if len(row) != 4*(len(chain)+1) {
		return nil, fmt.Errorf("counting what its mutations do to %s: %d numbers for %d mutations", base, len(row), len(chain))
	}
	n := make([]int64, len(row))
	for i, v := range row {
		n[i], _ = v.(int64)
	}
	where := "in " + plan.Range.String()
	if s.TimeColumn == "" {
		where = "in all of it"
	}
	var all []Mutated
	for i, m := range chain {
		did := Mutated{Text: m.String(), RowsBefore: n[4*i], RowsAfter: n[4*i+1], Removed: n[4*i+2], Added: n[4*i+3]}
		switch {
		case did.RowsBefore == 0:
			return nil, fmt.Errorf("%w: %s has no rows %s for %s to change", ErrBadSource, base, where, did.Text)
		case did.Removed == 0 && did.Added == 0:
			return nil, fmt.Errorf("%w: mutation %d, %s, changes none of the %d rows of %s %s%s: a test of it would prove nothing; change it, or leave it out",
				ErrBadSource, i+1, did.Text, did.RowsBefore, base, where, after(i))
		case did.RowsAfter == 0:
			return nil, fmt.Errorf("%w: mutation %d, %s, leaves none of the %d rows of %s %s%s: the pipeline would run over nothing; have it choose fewer",
				ErrBadSource, i+1, did.Text, did.RowsBefore, base, where, after(i))
		}
		all = append(all, did)
	}
	if whole := n[4*len(chain):]; whole[2] == 0 && whole[3] == 0 {
		return nil, fmt.Errorf("%w: all mutations together change none of the %d rows of %s %s, as one takes back what another does: %s",
			ErrBadSource, whole[0], base, where, texts(chain))
	}
	return all, nil
}

func after(i int) string {
	if i == 0 {
		return ""
	}
	return " that the ones before it left"
}

func texts(chain []workflows.Mutation) string {
	var all []string
	for _, m := range chain {
		all = append(all, m.String())
	}
	return strings.Join(all, "; ")
}
