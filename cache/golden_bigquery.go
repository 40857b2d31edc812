package cache

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
)

// GoldenName is the registry's table of golden recordings.
const GoldenName = "dit_golden"

// golden changes dit_golden, which it makes where an earlier dit made the registry.
func (b BigQuery) golden(ctx context.Context, what, id string, change func(golden string) error) error {
	err := b.contended(ctx, func(string, string) error {
		table, err := b.table(GoldenName)
		if err != nil {
			return err
		}
		if err = bq.Classify(change(table.SQL())); !errors.Is(err, bq.ErrNotFound) {
			return err
		}
		if err := b.create(ctx, GoldenName); err != nil {
			return err
		}
		return change(table.SQL())
	})
	if err != nil {
		return fmt.Errorf("%s golden recording %s: %w", what, id, err)
	}
	return nil
}

// Propose implements [Goldens].
func (b BigQuery) Propose(ctx context.Context, g Golden) error {
	g.Status = GoldenRecording
	names := columns[goldenRecord]()
	return b.golden(ctx, "propose", g.ID, func(golden string) error {
		q := b.Client.Query(fmt.Sprintf("INSERT INTO %[1]s (%[2]s)\nSELECT @%[3]s FROM (SELECT 1)\nWHERE NOT EXISTS (SELECT 1 FROM %[1]s WHERE golden_id = @golden_id)",
			golden, strings.Join(names, ", "), strings.Join(names, ", @")))
		q.Parameters = parameters(goldenRecordOf(g), "")
		n, err := b.changed(ctx, q)
		if err == nil && n == 0 {
			err = ErrTaken
		}
		return err
	})
}

// Promote implements [Goldens]. It is one UPDATE, so that nobody sees half of it. It writes to every row of the question, also to
// those that it leaves as they are: of two at once the later one finds the row of the earlier, so both write to that row, and
// two UPDATEs of one row cannot both stand.
func (b BigQuery) Promote(ctx context.Context, g Golden) (promoted bool, err error) {
	err = b.golden(ctx, "make active the", g.ID, func(golden string) error {
		q := b.Client.Query(fmt.Sprintf(`UPDATE %[1]s SET
  status = CASE WHEN golden_id = @golden_id THEN 'active' WHEN status = 'active' THEN 'replaced' ELSE status END,
  recorded_at = IF(golden_id = @golden_id, CURRENT_TIMESTAMP(), recorded_at),
  outputs_json = IF(golden_id = @golden_id, @outputs_json, outputs_json),
  ended_at = IF(golden_id != @golden_id AND status = 'active', CURRENT_TIMESTAMP(), ended_at),
  replaced_by = IF(golden_id != @golden_id AND status = 'active', @golden_id, replaced_by)
WHERE golden_key = @golden_key AND EXISTS (SELECT 1 FROM %[1]s WHERE golden_id = @golden_id AND status = 'recording')`, golden))
		q.Parameters = []bigquery.QueryParameter{parameter("golden_id", g.ID), parameter("golden_key", g.Key), parameter("outputs_json", encoded(g.Outputs))}
		n, err := b.changed(ctx, q)
		promoted = n > 0
		return err
	})
	return promoted, err
}

// Retire implements [Goldens].
func (b BigQuery) Retire(ctx context.Context, id string, was GoldenStatus) (retired bool, err error) {
	err = b.golden(ctx, "retire", id, func(golden string) error {
		q := b.Client.Query(fmt.Sprintf("UPDATE %s SET status = 'retired', ended_at = CURRENT_TIMESTAMP()\nWHERE golden_id = @golden_id AND status = @was", golden))
		q.Parameters = []bigquery.QueryParameter{parameter("golden_id", id), parameter("was", string(was))}
		n, err := b.changed(ctx, q)
		retired = n > 0
		return err
	})
	return retired, err
}

// Dropped implements [Goldens].
func (b BigQuery) Dropped(ctx context.Context, id string) error {
	return b.golden(ctx, "note what was dropped of", id, func(golden string) error {
		q := b.Client.Query(fmt.Sprintf("UPDATE %s SET dropped_at = CURRENT_TIMESTAMP()\nWHERE golden_id = @golden_id AND status IN ('replaced', 'retired') AND dropped_at IS NULL", golden))
		q.Parameters = []bigquery.QueryParameter{parameter("golden_id", id)}
		_, err := b.changed(ctx, q)
		return err
	})
}

// Goldens implements [Goldens].
func (b BigQuery) Goldens(ctx context.Context, f GoldenFilter) (all []Golden, err error) {
	where, values := []string{"TRUE"}, []bigquery.QueryParameter(nil)
	for _, c := range []struct{ column, value string }{{"golden_id", f.ID}, {"pipeline", f.Pipeline}, {"golden_key", f.Question}, {"status", string(f.Status)}} {
		if c.value != "" {
			where, values = append(where, c.column+" = @"+c.column), append(values, parameter(c.column, c.value))
		}
	}
	err = each(ctx, b, GoldenName, columns[goldenRecord](), "\nWHERE "+strings.Join(where, " AND ")+"\nORDER BY started_at DESC, golden_id", values,
		func(r *goldenRecord) { all = append(all, r.golden()) })
	return all, err
}
