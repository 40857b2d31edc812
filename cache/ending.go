package cache

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
)

// written are the columns that a run fills in while it runs, and at its end. The others say what was asked, and stay.
var written = []string{"output_tables", "outputs_json", "error", "finished_at", "status", "expires_at", "failure_kind", "region", "dataflow_job_ids",
	"log_location", "phases_json", "scratch_tables", "bytes_billed", "slot_millis", "reused_run_id"}

// overwrite is the UPDATE of a running row by whoever holds the lease.
func overwrite(runs, leases string) string {
	var set []string
	for _, c := range written {
		set = append(set, c+" = @"+c)
	}
	return fmt.Sprintf(`UPDATE %s SET %s
WHERE started_at = @started_at AND run_id = @run_id AND run = @run AND status = 'running' AND lease_holder = @lease_holder
  AND EXISTS (SELECT 1 FROM %s WHERE cache_key = @cache_key AND holder = @lease_holder AND NOT ended)`, runs, strings.Join(set, ", "), leases)
}

// overwritten are the parameters of overwrite but for those that name the lease.
func overwritten(row Row, held Lease) (out []bigquery.QueryParameter) {
	row.ID, row.StartedAt = held.ID, held.StartedAt
	for _, p := range parameters(recordOf(row, held.Holder), "") {
		if slices.Contains(written, p.Name) || slices.Contains([]string{"started_at", "run_id", "run"}, p.Name) {
			out = append(out, p)
		}
	}
	return out
}

// Progress implements [Registry].
func (b BigQuery) Progress(ctx context.Context, held Lease, row Row) error {
	row.Status = Running
	return b.holding(ctx, held, "note the progress of", overwrite, overwritten(row, held)...)
}

// End implements [Registry]. The key is given back after the row has its end: whoever dies between leaves a lease that runs out.
func (b BigQuery) End(ctx context.Context, held Lease, row Row) error {
	if err := b.holding(ctx, held, "end", overwrite, overwritten(row, held)...); err != nil {
		return err
	}
	return b.holding(ctx, held, "give back the key of", func(_, leases string) string {
		return fmt.Sprintf("UPDATE %s SET ended = TRUE, until = CURRENT_TIMESTAMP()\nWHERE cache_key = @cache_key AND holder = @lease_holder", leases)
	})
}

// Mark implements [Registry].
func (b BigQuery) Mark(ctx context.Context, runID string) (marked int64, err error) {
	err = b.contended(ctx, func(runs, leases string) error {
		parameters := []bigquery.QueryParameter{{Name: "run_id", Value: runID}}
		q := b.Client.Query(fmt.Sprintf("UPDATE %s SET status = 'cancelled', finished_at = IFNULL(finished_at, CURRENT_TIMESTAMP())\nWHERE run_id = @run_id AND status != 'cancelled'", runs))
		q.Parameters = parameters
		n, err := b.changed(ctx, q)
		marked += n // in a second try there may be none left
		if err != nil {
			return err
		}
		q = b.Client.Query(fmt.Sprintf("UPDATE %s SET ended = TRUE, until = CURRENT_TIMESTAMP()\nWHERE run_id = @run_id AND NOT ended", leases))
		q.Parameters = parameters
		_, err = b.changed(ctx, q)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("mark run %s cancelled: %w", runID, err)
	}
	return marked, nil
}

// Revoke implements [Registry].
func (b BigQuery) Revoke(ctx context.Context, id ID, was Status, kind FailureKind, why string) (revoked bool, err error) {
	err = b.contended(ctx, func(runs, leases string) error {
		parameters := []bigquery.QueryParameter{parameter("kind", string(kind)), parameter("why", why), parameter("run_id", id.RunID), parameter("run", id.Run), parameter("was", string(was))}
		q := b.Client.Query(fmt.Sprintf(`UPDATE %s SET status = 'failed', failure_kind = @kind, error = @why, finished_at = CURRENT_TIMESTAMP()
WHERE run_id = @run_id AND run = @run AND status = @was AND (@was != 'running'
  OR NOT EXISTS (SELECT 1 FROM %s WHERE run_id = @run_id AND run = @run AND NOT ended AND until > CURRENT_TIMESTAMP()))`, runs, leases))
		q.Parameters = parameters
		n, err := b.changed(ctx, q)
		if revoked = n > 0; err != nil || was != Running {
			return err
		}
		q = b.Client.Query(fmt.Sprintf("UPDATE %s SET ended = TRUE\nWHERE run_id = @run_id AND run = @run AND NOT ended AND until <= CURRENT_TIMESTAMP()", leases))
		q.Parameters = parameters[2:4]
		_, err = b.changed(ctx, q)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("revoke run %s (%s): %w", id.RunID, id.Run, err)
	}
	return revoked, nil
}
