package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/compare"
)

// The tables: two that hold the same, one with every so many rows changed.
var (
	original = table("original")
	equal    = table("equal")
	changed  = table("changed")
	// joined is what one of the methods makes of two of them.
	joined = table("joined")
)

// every is which share of the rows differs: one in so many.
const every = 1000

func table(name string) compare.Table {
	return compare.Table{Project: project, Dataset: dataset, Name: name}
}

// fill writes the tables anew, with as many rows. Each comes from one statement, so
// that none is a copy of another, and depends on nothing but the number.
func (b bench) fill(ctx context.Context, rows int) error {
	for t, v := range map[compare.Table]string{
		original: "h * 1e-6",
		equal:    "h * 1e-6",
		changed:  fmt.Sprintf("h * 1e-6 + IF(MOD(id, %d) = 0, 1, 0)", every),
	} {
		if _, err := b.query(ctx, fmt.Sprintf(`CREATE OR REPLACE TABLE %s AS
SELECT
  id,
  MOD(h, 1000000) AS n,
  %s AS v,
  CAST(MOD(h, 1000000) AS NUMERIC) / 100 AS amount,
  IF(MOD(id, 50) = 0, NULL, CONCAT('vessel ', CAST(MOD(h, 99991) AS STRING))) AS name,
  h > 0 AS flag,
  TIMESTAMP_MICROS(1700000000000000 + id * 1000003) AS ts,
  DATE_ADD(DATE '2024-01-01', INTERVAL MOD(id, 365) DAY) AS day
FROM (SELECT id, MOD(id * 48271, 2147483647) - 1073741824 AS h FROM UNNEST(GENERATE_ARRAY(1, %d)) AS id)`, t.SQL(), v, rows)); err != nil {
			return fmt.Errorf("make %s: %w", t, err)
		}
	}
	return nil
}

// query runs a statement and gives its first row, or none.
func (b bench) query(ctx context.Context, sql string) (row map[string]bigquery.Value, err error) {
	rows, err := b.client.Query(sql).Read(ctx)
	if err != nil {
		return nil, err
	}
	if err := rows.Next(&row); err != nil && !errors.Is(err, iterator.Done) {
		return nil, err
	}
	return row, nil
}

// cancel ends what a stopped method left running, which would slow down what comes
// after it.
func (b bench) cancel(ctx context.Context) error {
	jobs := b.client.Jobs(ctx)
	jobs.State = bigquery.Running
	for {
		job, err := jobs.Next()
		if errors.Is(err, iterator.Done) {
			return nil
		} else if err != nil {
			return err
		}
		config, err := job.Config()
		if err != nil {
			return err
		}
		if q, ok := config.(*bigquery.QueryConfig); ok && strings.Contains(q.Q, dataset+".") {
			if err := job.Cancel(ctx); err != nil {
				return err
			}
		}
	}
}
