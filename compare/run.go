package compare

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
)

// runner runs one statement.
type runner struct {
	client   *bigquery.Client
	location string
	labels   map[string]string
	maxBytes int64
	// uncached statements are not answered from the service's cache.
	uncached bool
}

// newRunner runs where the options say, else where the tables are.
func newRunner(client *bigquery.Client, o Options, location string) runner {
	if o.Location != "" {
		location = o.Location
	}
	return runner{client: client, location: location, labels: o.Labels, maxBytes: o.MaxBytes}
}

func (r runner) query(sql string) *bigquery.Query {
	q := r.client.Query(sql)
	q.Location = r.location
	q.Labels = r.labels
	q.DisableQueryCache = r.uncached
	return q
}

// dryRun is what the service says of a statement without running it.
type dryRun struct {
	bytes    int64
	schema   bigquery.Schema
	location string
	// read are the tables it would read, those behind views included where the
	// engine tells.
	read []Table
}

func (r runner) plan(ctx context.Context, sql string) (d dryRun, err error) {
	q := r.query(sql)
	q.DryRun = true
	job, err := q.Run(ctx)
	if err != nil {
		return d, fmt.Errorf("estimate the comparison: %w", bq.Classify(err))
	}
	status := job.LastStatus()
	if status == nil || status.Statistics == nil {
		return d, errors.New("estimate the comparison: the dry run came back without statistics")
	}
	d.bytes, d.location = status.Statistics.TotalBytesProcessed, job.Location()
	if s, ok := status.Statistics.Details.(*bigquery.QueryStatistics); ok {
		d.read, d.schema = referenced(s), s.Schema
	}
	return d, nil
}

func referenced(s *bigquery.QueryStatistics) (tables []Table) {
	for _, t := range s.ReferencedTables {
		tables = append(tables, Table{Project: t.ProjectID, Dataset: t.DatasetID, Name: t.TableID})
	}
	return tables
}

// answer is what one statement gave.
type answer struct {
	row map[string]bigquery.Value
	job Job
	// read are the tables the engine says it read, began when the job was made.
	read  []Table
	began time.Time
}

// brief runs a statement that is over soon: one request for its answer, one for
// what it cost.
func (r runner) brief(ctx context.Context, sql string) (a answer, err error) {
	rows, err := r.query(sql).Read(ctx)
	if err != nil {
		return a, fmt.Errorf("compare: %w", bq.Classify(err))
	}
	job := rows.SourceJob()
	if job == nil { // the service need not make a job of a short query
		a.job.Statement = sql
		return a.with(rows)
	}
	status, err := job.Status(ctx)
	if err != nil {
		return a, fmt.Errorf("comparison job %s: %w", job.ID(), bq.Classify(err))
	}
	return account(job, status, sql).with(rows)
}

// row runs the statement and reads its only row.
func (r runner) row(ctx context.Context, sql string) (a answer, err error) {
	job, a, err := r.wait(ctx, sql)
	if err != nil {
		return a, err
	}
	rows, err := job.Read(ctx)
	if err != nil {
		return a, fmt.Errorf("read the result of comparison job %s: %w", job.ID(), bq.Classify(err))
	}
	return a.with(rows)
}

// done runs a statement that gives no rows.
func (r runner) done(ctx context.Context, sql string) (answer, error) {
	_, a, err := r.wait(ctx, sql)
	return a, err
}

// wait runs the statement to its end. A job that ctx interrupts is cancelled.
func (r runner) wait(ctx context.Context, sql string) (job *bigquery.Job, a answer, err error) {
	q := r.query(sql)
	q.MaxBytesBilled = r.maxBytes
	q.JobIDConfig = bigquery.JobIDConfig{JobID: "dit_compare", AddJobIDSuffix: true}
	if job, err = q.Run(ctx); err != nil {
		return nil, a, fmt.Errorf("start the comparison: %w", bq.Classify(err))
	}
	status, err := job.Wait(ctx)
	if err == nil {
		err = status.Err()
	}
	if err != nil {
		if ctx.Err() != nil {
			cancel, stop := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer stop()
			err = errors.Join(err, job.Cancel(cancel))
		}
		return nil, a, fmt.Errorf("comparison job %s: %w", job.ID(), bq.Classify(err))
	}
	return job, account(job, status, sql), nil
}

// account notes what the job cost and read.
func account(job *bigquery.Job, status *bigquery.JobStatus, sql string) (a answer) {
	a.job = Job{ID: job.ID(), Location: job.Location(), Statement: sql}
	if status.Statistics == nil {
		return a
	}
	a.began, a.job.BytesEstimated = status.Statistics.CreationTime, status.Statistics.TotalBytesProcessed
	if s, ok := status.Statistics.Details.(*bigquery.QueryStatistics); ok {
		a.job.BytesBilled, a.job.SlotMillis, a.read = s.TotalBytesBilled, s.SlotMillis, referenced(s)
	}
	return a
}

// with adds the only row.
func (a answer) with(rows *bigquery.RowIterator) (answer, error) {
	var further map[string]bigquery.Value
	if err := rows.Next(&a.row); err != nil {
		return a, fmt.Errorf("read the result of comparison job %s: %w", a.job.ID, bq.Classify(err))
	}
	if err := rows.Next(&further); !errors.Is(err, iterator.Done) {
		return a, fmt.Errorf("read the result of comparison job %s: more than the one row expected", a.job.ID)
	}
	return a, nil
}

// remaining is what of a limit of bytes the statements so far have left; at least 1,
// since 0 is no limit, and 0 for none.
func (result *Result) remaining(limit int64) int64 {
	if limit == 0 {
		return 0
	}
	return max(1, limit-max(result.Job.BytesEstimated, result.Job.BytesBilled))
}

// overBudget tells whether err is the service's refusal to bill more bytes than
// it was allowed to.
func overBudget(err error) bool {
	const reason = "bytesBilledLimitExceeded"
	var answer *googleapi.Error
	if errors.As(err, &answer) {
		for _, e := range answer.Errors {
			if e.Reason == reason {
				return true
			}
		}
	}
	var job *bigquery.Error
	return errors.As(err, &job) && strings.EqualFold(job.Reason, reason)
}
