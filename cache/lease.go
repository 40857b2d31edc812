package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/google/uuid"
)

// leaseSchema describes dit_leases: one row a cache key, made by the first claim and never removed.
func leaseSchema() bigquery.Schema {
	return bigquery.Schema{
		{Name: "cache_key", Type: bigquery.StringFieldType, Required: true},
		{Name: "holder", Type: bigquery.StringFieldType, Description: "a random text, new in each claim"},
		{Name: "run_id", Type: bigquery.StringFieldType, Description: "the run that computes the key, or did last"},
		{Name: "run", Type: bigquery.StringFieldType},
		{Name: "until", Type: bigquery.TimestampFieldType, Required: true, Description: "the key is free from here on"},
		{Name: "ended", Type: bigquery.BooleanFieldType, Required: true, Description: "the run gave the key back; FALSE after one that died"},
	}
}

// Claim implements [Registry]. Times are the service's, so that clocks need not agree.
//
// The key's row is made where there is none; then it is taken in one UPDATE, if no row of the key is held. Two that make the row
// at once may make two rows. That does no harm: an UPDATE takes all free rows of the key, and two UPDATEs of one row cannot
// both stand, whatever else they touch.
func (b BigQuery) Claim(ctx context.Context, row Row, lease time.Duration) (Claim, error) {
	held := Lease{ID: row.ID, CacheKey: row.CacheKey, Holder: uuid.NewString(), StartedAt: row.StartedAt}
	row.Status, row.FinishedAt = Running, time.Time{}
	var answer struct {
		Stopped bool                   `bigquery:"stopped"`
		Taken   bool                   `bigquery:"taken"`
		Granted bool                   `bigquery:"granted"`
		RunID   bigquery.NullString    `bigquery:"run_id"`
		Run     bigquery.NullString    `bigquery:"run"`
		Until   bigquery.NullTimestamp `bigquery:"until"`
	}
	err := b.contended(ctx, func(runs, leases string) error {
		q := b.Client.Query(fmt.Sprintf(`DECLARE granted BOOL DEFAULT FALSE;
DECLARE stopped, taken BOOL DEFAULT FALSE;
DECLARE before_run_id, before_run STRING;
DECLARE before_until TIMESTAMP;
SET stopped = EXISTS (SELECT 1 FROM %[1]s WHERE run_id = @run_id AND status = 'cancelled' AND started_at > TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 366 DAY));
SET taken = EXISTS (SELECT 1 FROM %[1]s WHERE run_id = @run_id AND run = @run AND cache_key != @cache_key AND started_at > TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 366 DAY));
INSERT INTO %[2]s (cache_key, until, ended)
SELECT @cache_key, TIMESTAMP '1970-01-01 00:00:00Z', TRUE FROM (SELECT 1)
WHERE NOT EXISTS (SELECT 1 FROM %[2]s WHERE cache_key = @cache_key);
SET before_run_id = (SELECT IF(ended, NULL, run_id) FROM %[2]s WHERE cache_key = @cache_key ORDER BY until DESC LIMIT 1);
SET before_run = (SELECT IF(ended, NULL, run) FROM %[2]s WHERE cache_key = @cache_key ORDER BY until DESC LIMIT 1);
SET before_until = (SELECT until FROM %[2]s WHERE cache_key = @cache_key ORDER BY until DESC LIMIT 1);
UPDATE %[2]s SET holder = @lease_holder, run_id = @run_id, run = @run, ended = FALSE, until = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL @lease MILLISECOND)
WHERE NOT stopped AND NOT taken AND cache_key = @cache_key AND NOT EXISTS (SELECT 1 FROM %[2]s WHERE cache_key = @cache_key AND until > CURRENT_TIMESTAMP() AND holder != @lease_holder);
SET granted = @@row_count > 0;
IF granted THEN
  %[3]s;
  UPDATE %[1]s SET status = 'failed', failure_kind = 'abandoned', error = 'its process stopped without a word, and its lease ran out', finished_at = CURRENT_TIMESTAMP()
  WHERE cache_key = @cache_key AND status = 'running' AND lease_holder != @lease_holder;
END IF;
SELECT stopped, taken, granted, before_run_id AS run_id, before_run AS run, before_until AS until`, runs, leases, insertion(runs)))
		q.Parameters = append(parameters(recordOf(row, held.Holder), ""), bigquery.QueryParameter{Name: "lease", Value: lease.Milliseconds()})
		it, err := q.Read(ctx)
		if err != nil {
			return err
		}
		return it.Next(&answer)
	})
	if err == nil && answer.Stopped {
		err = ErrCancelled
	}
	if err == nil && answer.Taken {
		err = ErrTaken
	}
	if err != nil {
		return Claim{}, fmt.Errorf("claim run %s (%s): %w", row.RunID, row.Run, err)
	}
	before := ID{answer.RunID.StringVal, answer.Run.StringVal}
	if answer.Granted {
		return Claim{Granted: true, Lease: held, Previous: before}, nil
	}
	return Claim{Lease: Lease{ID: before, CacheKey: row.CacheKey}, Until: answer.Until.Timestamp.UTC()}, nil
}

// Renew implements [Registry].
func (b BigQuery) Renew(ctx context.Context, held Lease, lease time.Duration) error {
	return b.holding(ctx, held, "renew the lease of", func(_, leases string) string {
		return fmt.Sprintf("UPDATE %s SET until = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL @lease MILLISECOND)\nWHERE cache_key = @cache_key AND holder = @lease_holder AND NOT ended", leases)
	}, bigquery.QueryParameter{Name: "lease", Value: lease.Milliseconds()})
}

// holding runs one UPDATE that changes nothing without the lease.
func (b BigQuery) holding(ctx context.Context, held Lease, what string, update func(runs, leases string) string, more ...bigquery.QueryParameter) error {
	err := b.contended(ctx, func(runs, leases string) error {
		q := b.Client.Query(update(runs, leases))
		q.Parameters = append([]bigquery.QueryParameter{{Name: "cache_key", Value: held.CacheKey}, {Name: "lease_holder", Value: held.Holder}}, more...)
		changed, err := b.changed(ctx, q)
		if err == nil && changed == 0 {
			err = ErrLost
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("%s run %s (%s): %w", what, held.ID.RunID, held.ID.Run, err)
	}
	return nil
}

// changed runs a DML statement and says how many rows it changed.
func (b BigQuery) changed(ctx context.Context, q *bigquery.Query) (int64, error) {
	job, err := q.Run(ctx)
	if err != nil {
		return 0, err
	}
	status, err := job.Wait(ctx)
	if err == nil {
		err = status.Err()
	}
	if err != nil {
		return 0, err
	}
	s, ok := status.Statistics.Details.(*bigquery.QueryStatistics)
	if !ok {
		return 0, errors.New("the service does not say how many rows were changed")
	}
	return s.NumDMLAffectedRows, nil
}

// standing is a row of dit_leases with what the service's clock says of it.
type standing struct {
	CacheKey string                 `bigquery:"cache_key"`
	Holder   bigquery.NullString    `bigquery:"holder"`
	RunID    bigquery.NullString    `bigquery:"run_id"`
	Run      bigquery.NullString    `bigquery:"run"`
	Until    bigquery.NullTimestamp `bigquery:"until"`
	Live     bool                   `bigquery:"live"`
}

// Leases implements [Registry].
func (b BigQuery) Leases(ctx context.Context, cacheKey string) (all []Standing, err error) {
	where, parameters := "\nWHERE NOT ended", []bigquery.QueryParameter(nil)
	if cacheKey != "" {
		where, parameters = where+" AND cache_key = @cache_key", append(parameters, parameter("cache_key", cacheKey))
	}
	err = each(ctx, b, LeasesName, []string{"cache_key", "holder", "run_id", "run", "until", "until > CURRENT_TIMESTAMP() AS live"}, where, parameters, func(s *standing) {
		all = append(all, Standing{Lease: Lease{ID: ID{s.RunID.StringVal, s.Run.StringVal}, CacheKey: s.CacheKey, Holder: s.Holder.StringVal}, Until: s.Until.Timestamp.UTC(), Live: s.Live})
	})
	return all, err
}
