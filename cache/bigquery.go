package cache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/names"
)

// The registry's tables in its dataset: of the runs, of who computes what, and of what comparisons found.
const (
	TableName    = "dit_runs"
	LeasesName   = "dit_leases"
	VerdictsName = "dit_verdicts"
)

// BigQuery is a registry in tables of BigQuery. Rows are written by DML, never streamed: a streamed row could not
// be updated or found reliably for up to 90 minutes.
type BigQuery struct {
	Client *bigquery.Client
	// Dataset, "dataset" or "project.dataset", holds the tables; all are made when they are missing.
	Dataset string
}

func (b BigQuery) table(name string) (bq.Table, error) {
	project, dataset, err := names.SplitDataset(b.Dataset)
	return bq.Table{Project: cmp.Or(project, b.Client.Project()), Dataset: dataset, Name: name}, err
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

// prepared writes something to the tables, and once more after making them if they were not there. A process looks at them before
// it writes for the first time: they may be a later dit's.
func (b BigQuery) prepared(ctx context.Context, do func(runs, leases string) error) error {
	runs, leases, err := b.names()
	if err != nil {
		return err
	}
	if err := b.known(ctx); err != nil {
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
	names := columns[record]()
	return fmt.Sprintf(`INSERT INTO %[1]s (%[2]s)
SELECT @%[3]s FROM (SELECT 1)
WHERE NOT EXISTS (SELECT 1 FROM %[1]s WHERE started_at = @started_at AND run_id = @run_id AND run = @run)`,
		runs, strings.Join(names, ", "), strings.Join(names, ", @"))
}

// Insert implements [Registry].
func (b BigQuery) Insert(ctx context.Context, row Row) error {
	err := b.prepared(ctx, func(runs, _ string) error {
		q := b.Client.Query(insertion(runs))
		q.Parameters = parameters(recordOf(row, ""), "")
		_, err := q.Read(ctx) // one request, where a job of its own takes three
		return err
	})
	if err != nil {
		return fmt.Errorf("register run %s (%s): %w", row.RunID, row.Run, err)
	}
	return nil
}
