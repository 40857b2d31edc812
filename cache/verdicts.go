package cache

import (
	"context"
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"
)

// Judge implements [Registry].
func (b BigQuery) Judge(ctx context.Context, verdicts []Verdict) error {
	if len(verdicts) == 0 {
		return nil
	}
	names := columns[Verdict]()
	var values []string
	var all []bigquery.QueryParameter
	for i, v := range verdicts {
		suffix := fmt.Sprintf("_%d", i)
		all = append(all, parameters(v, suffix)...)
		values = append(values, "(@"+strings.Join(names, suffix+", @")+suffix+")")
	}
	err := b.contended(ctx, func(string, string) error {
		table, err := b.table(VerdictsName)
		if err != nil {
			return err
		}
		q := b.Client.Query(fmt.Sprintf("INSERT INTO %s (%s)\nVALUES %s", table.SQL(), strings.Join(names, ", "), strings.Join(values, ",\n")))
		q.Parameters = all
		_, err = q.Read(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("register verdicts of run %s: %w", verdicts[0].RunID, err)
	}
	return nil
}

// Verdicts implements [Registry].
func (b BigQuery) Verdicts(ctx context.Context, runID string) (all []Verdict, err error) {
	err = each(ctx, b, VerdictsName, columns[Verdict](), "\nWHERE run_id = @run_id\nORDER BY step", []bigquery.QueryParameter{parameter("run_id", runID)}, func(v *Verdict) {
		v.JudgedAt = v.JudgedAt.UTC()
		all = append(all, *v)
	})
	return all, err
}
