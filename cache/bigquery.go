package cache

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
)

// TableName is the registry's table in its dataset, LeasesName that of who computes what.
const (
	TableName  = "dit_runs"
	LeasesName = "dit_leases"
)

// BigQuery is a registry in the tables dit_runs and dit_leases. Rows are written by DML, never streamed: a streamed row could not
// be updated or found reliably for up to 90 minutes.
type BigQuery struct {
	Client *bigquery.Client
	// Dataset, "dataset" or "project.dataset", holds the tables; all are made when they are missing.
	Dataset string
}

func (b BigQuery) table(name string) (bq.Table, error) {
	dataset := b.Dataset
	if !strings.Contains(dataset, ".") {
		dataset = b.Client.Project() + "." + dataset
	}
	return bq.ParseTable(dataset + "." + name)
}

// names are both tables as SQL names them.
func (b BigQuery) names() (runs, leases string, err error) {
	r, err := b.table(TableName)
	if err != nil {
		return "", "", err
	}
	l, err := b.table(LeasesName)
	return r.SQL(), l.SQL(), err
}

// prepared does something with the tables, and once more after making them if they were not there.
func (b BigQuery) prepared(ctx context.Context, do func(runs, leases string) error) error {
	runs, leases, err := b.names()
	if err != nil {
		return err
	}
	if err = bq.Classify(do(runs, leases)); !errors.Is(err, bq.ErrNotFound) {
		return err
	}
	if err := b.Prepare(ctx); err != nil {
		return err
	}
	return bq.Classify(do(runs, leases))
}

// insertion is the INSERT of a record, whose values are parameters of the columns' names. Done again it does nothing.
func insertion(runs string) string {
	names := columns()
	return fmt.Sprintf(`INSERT INTO %[1]s (%[2]s)
SELECT @%[3]s FROM (SELECT 1)
WHERE NOT EXISTS (SELECT 1 FROM %[1]s WHERE started_at = @started_at AND run_id = @run_id AND run = @run)`,
		runs, strings.Join(names, ", "), strings.Join(names, ", @"))
}

// Insert implements [Registry].
func (b BigQuery) Insert(ctx context.Context, row Row) error {
	err := b.prepared(ctx, func(runs, _ string) error {
		q := b.Client.Query(insertion(runs))
		q.Parameters = recordOf(row, "").parameters()
		_, err := q.Read(ctx) // one request, where a job of its own takes three
		return err
	})
	if err != nil {
		return fmt.Errorf("register run %s (%s): %w", row.RunID, row.Run, err)
	}
	return nil
}

// longestLife bounds how far back a lookup reads, so that it costs the partitions of one year and not of all time.
const longestLife = 366 * 24 * time.Hour

// Find implements [Registry].
func (b BigQuery) Find(ctx context.Context, pipeline, cacheKey string, now time.Time, limit int) ([]Row, error) {
	rows, err := b.read(ctx, `
WHERE started_at > @oldest AND pipeline = @pipeline AND status = 'succeeded' AND expires_at > @now
ORDER BY IF(cache_key = @cache_key, 0, 1), IF(IFNULL(reused_run_id, '') = '', 0, 1), started_at DESC
LIMIT `+fmt.Sprint(limit), []bigquery.QueryParameter{{Name: "pipeline", Value: pipeline}, {Name: "cache_key", Value: cacheKey},
		{Name: "now", Value: now}, {Name: "oldest", Value: now.Add(-longestLife)}})
	return rows, err
}

// List implements [Registry].
func (b BigQuery) List(ctx context.Context, f Filter) ([]Row, error) {
	if f.Since.IsZero() {
		f.Since = time.Now().Add(-longestLife)
	}
	if f.Limit == 0 {
		f.Limit = 1000
	}
	where := []string{"started_at >= @since"}
	parameters := []bigquery.QueryParameter{{Name: "since", Value: f.Since}}
	for _, c := range []struct{ column, value string }{{"run_id", f.RunID}, {"pipeline", f.Pipeline}, {"experiment_id", f.ExperimentID}, {"status", string(f.Status)}} {
		if c.value != "" {
			where = append(where, c.column+" = @"+c.column)
			parameters = append(parameters, bigquery.QueryParameter{Name: c.column, Value: c.value})
		}
	}
	return b.read(ctx, fmt.Sprintf("\nWHERE %s\nORDER BY started_at DESC, run_id, run\nLIMIT %d", strings.Join(where, " AND "), f.Limit), parameters)
}

// read selects rows. One that cannot be read is not an answer and is left out; it stays in the table for people to look at.
func (b BigQuery) read(ctx context.Context, where string, parameters []bigquery.QueryParameter) (rows []Row, err error) {
	err = b.prepared(ctx, func(runs, _ string) error {
		rows = nil
		q := b.Client.Query("SELECT " + strings.Join(columns(), ", ") + "\nFROM " + runs + where)
		q.Parameters = parameters
		it, err := q.Read(ctx)
		if err != nil {
			return err
		}
		for {
			var r record
			if err := it.Next(&r); errors.Is(err, iterator.Done) {
				return nil
			} else if err != nil {
				return err
			}
			if row, err := r.row(); err == nil {
				rows = append(rows, row)
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("read registry %s.%s: %w", b.Dataset, TableName, err)
	}
	return rows, nil
}
