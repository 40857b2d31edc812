package cache

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/google/uuid"
)

// Resume implements [Registry]. The lease is taken as by Claim, and then the row is running again: whoever dies between leaves it
// detached, for the next to take up.
func (b BigQuery) Resume(ctx context.Context, row Row, lease time.Duration) (Lease, bool, error) {
	held := Lease{ID: row.ID, CacheKey: row.CacheKey, Holder: uuid.NewString(), StartedAt: row.StartedAt}
	var answer struct {
		Granted bool `bigquery:"granted"`
	}
	err := b.contended(ctx, func(runs, leases string) error {
		q := b.Client.Query(fmt.Sprintf(`DECLARE granted BOOL DEFAULT FALSE;
UPDATE %[2]s SET holder = @lease_holder, run_id = @run_id, run = @run, ended = FALSE, until = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL @lease MILLISECOND)
WHERE cache_key = @cache_key AND NOT EXISTS (SELECT 1 FROM %[2]s WHERE cache_key = @cache_key AND until > CURRENT_TIMESTAMP() AND holder != @lease_holder)
  AND EXISTS (SELECT 1 FROM %[1]s WHERE started_at = @started_at AND run_id = @run_id AND run = @run AND (status = 'detached' OR lease_holder = @lease_holder));
SET granted = @@row_count > 0;
IF granted THEN
  UPDATE %[1]s SET status = 'running', finished_at = NULL, lease_holder = @lease_holder
  WHERE started_at = @started_at AND run_id = @run_id AND run = @run AND status = 'detached';
END IF;
SELECT granted`, runs, leases))
		q.Parameters = []bigquery.QueryParameter{parameter("run_id", row.RunID), parameter("run", row.Run), parameter("cache_key", row.CacheKey), parameter("lease_holder", held.Holder),
			{Name: "started_at", Value: row.StartedAt}, {Name: "lease", Value: lease.Milliseconds()}}
		it, err := q.Read(ctx)
		if err != nil {
			return err
		}
		return it.Next(&answer)
	})
	if err != nil {
		return Lease{}, false, fmt.Errorf("take up run %s (%s): %w", row.RunID, row.Run, err)
	}
	return held, answer.Granted, nil
}

// Resume implements [Registry].
func (m *Memory) Resume(_ context.Context, row Row, lease time.Duration) (Lease, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.rows, func(r Row) bool { return r.ID == row.ID && r.Status == Detached })
	k := m.leases[row.CacheKey]
	if i < 0 || k != nil && !k.ended && k.until.After(time.Now()) {
		return Lease{}, false, nil
	}
	held := Lease{ID: row.ID, CacheKey: row.CacheKey, Holder: uuid.NewString(), StartedAt: row.StartedAt}
	m.leases[row.CacheKey] = &heldKey{Lease: held, until: time.Now().Add(lease)}
	m.rows[i].Status, m.rows[i].FinishedAt = Running, time.Time{}
	return held, true, nil
}
