package cache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
)

// longestLife bounds how far back a lookup reads, so that it costs the partitions of one year and not of all time.
const longestLife = 366 * 24 * time.Hour

// light are the columns that every list reads; the others are large and asked for by few.
var light = slices.DeleteFunc(columns[record](), func(c string) bool { return c == "packages" })

// Find implements [Registry].
func (b BigQuery) Find(ctx context.Context, pipeline, cacheKey string, now time.Time, limit int) ([]Row, error) {
	return b.answers(ctx, `
WHERE started_at > @oldest AND pipeline = @pipeline AND status = 'succeeded' AND expires_at > @now
ORDER BY IF(cache_key = @cache_key, 0, 1), IF(IFNULL(reused_run_id, '') = '', 0, 1), started_at DESC
LIMIT `+fmt.Sprint(limit), parameter("pipeline", pipeline), parameter("cache_key", cacheKey), parameter("now", now), parameter("oldest", now.Add(-longestLife)))
}

// Kin implements [Registry].
func (b BigQuery) Kin(ctx context.Context, pipeline, stem string, now time.Time, limit int) ([]Row, error) {
	return b.answers(ctx, `
WHERE started_at > @oldest AND pipeline = @pipeline AND stem_key = @stem AND status IN ('succeeded', 'failed', 'detached') AND expires_at > @now
ORDER BY started_at DESC
LIMIT `+fmt.Sprint(limit), parameter("pipeline", pipeline), parameter("stem", stem), parameter("now", now), parameter("oldest", now.Add(-longestLife)))
}

// Naming implements [Registry].
func (b BigQuery) Naming(ctx context.Context, tables []bq.Table) ([]Row, error) {
	if len(tables) == 0 {
		return nil, nil
	}
	var names []string
	for _, t := range tables {
		names = append(names, t.String())
	}
	return b.read(ctx, light, `
WHERE started_at > @oldest AND (EXISTS (SELECT 1 FROM UNNEST(output_tables) AS t WHERE t IN UNNEST(@tables))
  OR EXISTS (SELECT 1 FROM UNNEST(scratch_tables) AS t WHERE t IN UNNEST(@tables)))
ORDER BY started_at DESC, run_id, run`, parameter("tables", names), parameter("oldest", time.Now().Add(-longestLife)))
}

// List implements [Registry].
func (b BigQuery) List(ctx context.Context, f Filter) ([]Row, error) {
	if f.Since.IsZero() {
		f.Since = time.Now().Add(-longestLife)
	}
	if f.Limit == 0 {
		f.Limit = 1000
	}
	limit := fmt.Sprintf("\nLIMIT %d", f.Limit)
	where := []string{"started_at >= @since"}
	parameters := []bigquery.QueryParameter{parameter("since", f.Since)}
	for _, c := range []struct{ column, value string }{{"run_id", f.RunID}, {"pipeline", f.Pipeline}, {"experiment_id", f.ExperimentID}, {"status", string(f.Status)}} {
		if c.value != "" {
			where = append(where, c.column+" = @"+c.column)
			parameters = append(parameters, parameter(c.column, c.value))
		}
	}
	chosen := "\nWHERE " + strings.Join(where, " AND ") + "\nORDER BY started_at DESC, run_id, run"
	if f.Complete {
		return b.read(ctx, light, chosen, parameters...)
	}
	return b.read(ctx, columns[record](), chosen+limit, parameters...)
}

func parameter(name string, value any) bigquery.QueryParameter {
	return bigquery.QueryParameter{Name: name, Value: value}
}

// answers selects rows that can be read as a whole.
func (b BigQuery) answers(ctx context.Context, where string, parameters ...bigquery.QueryParameter) ([]Row, error) {
	rows, err := b.read(ctx, light, where, parameters...)
	return slices.DeleteFunc(rows, func(r Row) bool { return r.Unreadable != "" }), err
}

// read selects rows; none where there is no registry yet.
func (b BigQuery) read(ctx context.Context, columns []string, where string, parameters ...bigquery.QueryParameter) (rows []Row, err error) {
	err = each(ctx, b, TableName, columns, where, parameters, func(r *record) { rows = append(rows, r.row()) })
	return rows, err
}

// each reads the records of one of the registry's tables.
func each[T any](ctx context.Context, b BigQuery, name string, columns []string, where string, parameters []bigquery.QueryParameter, do func(*T)) error {
	table, err := b.table(name)
	if err != nil {
		return err
	}
	fail := func(err error) error {
		if err = bq.Classify(err); errors.Is(err, bq.ErrNotFound) {
			return nil
		}
		return fmt.Errorf("read registry %s: %w", table, err)
	}
	q := b.Client.Query("SELECT " + strings.Join(columns, ", ") + "\nFROM " + table.SQL() + where)
	q.Parameters = parameters
	it, err := q.Read(ctx)
	if err != nil {
		return fail(err)
	}
	for {
		var r T
		if err := it.Next(&r); errors.Is(err, iterator.Done) {
			return nil
		} else if err != nil {
			return fail(err)
		}
		do(&r)
	}
}
