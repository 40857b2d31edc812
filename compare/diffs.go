package compare

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Diffs says where to store the rows that differ.
type Diffs struct {
	// Table must not exist, unless it holds what was stored so before: then it is
	// replaced. It must be in the location of the sides.
	Table Table
	// Expires is after how long BigQuery deletes it. 0: 7 days.
	Expires time.Duration
}

// StoredDiffs is a table of the rows that differ.
type StoredDiffs struct {
	Table string `json:"table"`
	// Rows is how many distinct rows it holds.
	Rows    int64     `json:"rows"`
	Expires time.Time `json:"expires"`
}

// The table has the columns that were compared, and these: how often each side
// holds the row. They differ in every row.
const (
	leftRows  = "dit_left_rows"
	rightRows = "dit_right_rows"
	// diffsLabel is on every table of differing rows, and on no other.
	diffsLabel = "dit_diffs"
)

// DefaultExpires is after how long a table of differing rows is deleted, unless
// [Diffs] says otherwise.
const DefaultExpires = 7 * 24 * time.Hour

func (d *Diffs) expires() time.Duration {
	if d.Expires == 0 {
		return DefaultExpires
	}
	return d.Expires
}

// allowed refuses a table that must not be replaced.
func (d *Diffs) allowed(ctx context.Context, client *bigquery.Client, s shape) error {
	if d.Expires < 0 {
		return argument("the table of differing rows cannot expire after %s", d.Expires)
	}
	for _, c := range s.all() {
		if strings.EqualFold(c.name(), PartitionTime) {
			return argument("the differing rows cannot be stored with %s, which no column may be called: leave it out of the keys", PartitionTime)
		}
		if strings.EqualFold(c.name(), leftRows) || strings.EqualFold(c.name(), rightRows) {
			return argument("the differing rows cannot be stored: column %s is in the way; ignore or rename it", c.name())
		}
	}
	there, err := describe(ctx, client, d.Table)
	if err != nil || there.meta == nil {
		return err
	}
	if there.meta.Type != bigquery.RegularTable || there.meta.Labels[diffsLabel] == "" {
		return argument("table %s exists and was not made to hold differing rows, so it is not replaced: name another", d.Table)
	}
	return nil
}

// store writes the table. Since it was allowed another may have made one: what is there
// is looked at once more before it is removed, and CREATE TABLE fails if one is made after that.
func (d *Diffs) store(ctx context.Context, client *bigquery.Client, run runner, s shape, query string) (stored *StoredDiffs, spent Job, err error) {
	if err := d.allowed(ctx, client, s); err != nil {
		return nil, spent, err
	}
	if err := bq.Classify(d.Table.Of(client).Delete(ctx)); err != nil && !errors.Is(err, bq.ErrNotFound) {
		return nil, spent, err
	}
	expires := time.Now().Add(d.expires()).UTC().Truncate(time.Second)
	a, err := run.done(ctx, fmt.Sprintf("CREATE TABLE %s\nOPTIONS (expiration_timestamp = TIMESTAMP '%s', labels = [('%s', 'true')])\nAS\n%s",
		d.Table.SQL(), expires.Format("2006-01-02 15:04:05+00"), diffsLabel, query))
	if err != nil {
		return nil, spent, err
	}
	stored = &StoredDiffs{Table: d.Table.String(), Expires: expires}
	there, err := describe(ctx, client, d.Table)
	if err == nil && there.meta != nil {
		stored.Rows = int64(there.meta.NumRows)
	}
	return stored, a.job, err
}

// storeDiffs stores the rows that differ, if any do. If it cannot be done, the
// verdict stands without them.
func (result *Result) storeDiffs(ctx context.Context, client *bigquery.Client, p prepared, o Options) {
	if !result.Read || result.Rows == (Rows{Equal: result.Rows.Equal}) {
		return
	}
	run := newRunner(client, o, p.left.meta.Location)
	run.maxBytes = result.remaining(o.MaxBytes)
	stored, spent, err := o.WriteDiffs.store(ctx, client, run, p.shape, differingRows(p.shape, p.left.sql(), p.right.sql()))
	result.Job = result.Job.plus(spent)
	if err != nil {
		result.Notes = append(result.Notes, fmt.Sprintf("the differing rows were not stored in %s: %v", o.WriteDiffs.Table, err))
		return
	}
	result.Diffs = stored
	result.Notes = append(result.Notes, fmt.Sprintf("%s in table %s, until %s", plural(stored.Rows, "differing row is", "differing rows are"), stored.Table, stored.Expires.Format(time.RFC3339)))
}

// differingRows is a query for each distinct row of which one side holds more, with
// the values as they are in the tables.
func differingRows(s shape, left, right string) string {
	w := groups(s, left, right, original)
	columns := []string{"l AS " + leftRows, "r AS " + rightRows}
	names := append(numbered("k", len(s.keys)), numbered("c", len(s.columns))...)
	for i, c := range s.all() {
		value := names[i]
		if c.regained() {
			value = "v" + value
		}
		columns = append(columns, value+" AS "+quote(c.name()))
	}
	return w.query(columns, "members\nWHERE l != r")
}

// regained tells of a column that is grouped by a text, while its values can be had
// from either side: the types agree in names and order of fields as well.
func (c column) regained() bool {
	return (textual(c.left) || kindOf(c.left) == kindJSON) && typeName(c.left) == typeName(c.right)
}
