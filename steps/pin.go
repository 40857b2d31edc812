package steps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// pinner pins the sources of a plan: each is read from a snapshot of the plan's instant, in the dataset of the outputs. Every call with the
// same table and instant shares it.
type pinner struct {
	client *bigquery.Client
	plan   *workflows.Plan
	at     time.Time
	// making says that snapshots may be made; otherwise those that are there are found.
	making   bool
	progress io.Writer
}

// newPinner is nil for a plan that reads its sources as they are.
func newPinner(client *bigquery.Client, plan *workflows.Plan, making bool, progress io.Writer) (*pinner, error) {
	if plan.PinAt == "" {
		return nil, nil
	}
	at, err := workflows.ParsePinAt(plan.PinAt, time.Now())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrArgument, err)
	}
	return &pinner{client, plan, at, making, progress}, nil
}

// reading is a table to be read instead of a source.
type reading struct {
	table bq.Table
	meta  *bigquery.TableMetadata
	// pin is nil for a table that is read as it is.
	pin *Pin
	// identity is that of the snapshot that would be made; empty when there is one.
	identity string
}

// read gives what is to be read of the source's table; meta is nil for one that does not exist any more. A nil pinner gives the table.
func (p *pinner) read(ctx context.Context, s workflows.Source, table bq.Table, meta *bigquery.TableMetadata) (reading, error) {
	synthetic := p != nil && p.plan.Sources[s.Name] == ""
	switch {
	case p == nil:
		return reading{table: table, meta: meta}, nil
	case synthetic && meta.CreationTime.After(p.at):
		fmt.Fprintf(p.progress, "source %s: %s is synthetic, was made after %s and never changes: it is read as it is\n", s.Name, table, p.plan.PinAt)
		return reading{table: table, meta: meta}, nil
	case meta != nil && meta.Type == bigquery.Snapshot:
		return p.snapshot(s, table, meta)
	case meta != nil && meta.Type != bigquery.RegularTable && meta.Type != "":
		return reading{}, bad(s, "%s cannot be pinned at %s: it is %s", table, p.plan.PinAt, kinds[meta.Type])
	}
	past := bq.Past{Base: table, At: p.at}
	if p.making {
		if err := bq.EnsureDataset(ctx, p.client, p.plan.Dataset); err != nil {
			return reading{}, err
		}
	}
	if err := p.sameLocation(ctx, s, table, meta); err != nil {
		return reading{}, err
	}
	name, found, err := bq.FindSnapshot(ctx, p.client, past, p.plan.Project, p.plan.Dataset)
	if err != nil {
		return reading{}, refused(s, past, err)
	}
	if found == nil {
		if err := p.remembered(ctx, s, table, meta); err != nil {
			return reading{}, err
		}
		if !p.making {
			fmt.Fprintf(p.progress, "source %s: %s would be pinned at %s as %s\n", s.Name, table, p.plan.PinAt, name)
			return reading{table, meta, &Pin{table, p.at}, pinIdentity(past, meta.CreationTime)}, nil
		}
	}
	if p.making {
		var created time.Time
		if meta != nil {
			created = meta.CreationTime
		}
		if name, found, err = bq.Snapshot(ctx, p.client, past, created, p.plan.Project, p.plan.Dataset, labels(p.plan, ""), tableLifetime); err != nil {
			return reading{}, refused(s, past, err)
		}
	}
	fmt.Fprintf(p.progress, "source %s: %s pinned at %s as %s\n", s.Name, table, p.plan.PinAt, name)
	return reading{name, found, &Pin{table, p.at}, ""}, nil
}

// kinds say what is not a table, and what to do about it.
var kinds = map[bigquery.TableType]string{
	bigquery.ViewTable:        "a view, which holds no rows: pin a table made of it (CREATE TABLE … AS SELECT, then --source), or leave --pin-source-at out",
	bigquery.MaterializedView: "a materialized view, which BigQuery takes no snapshots of: pin a table made of it (CREATE TABLE … AS SELECT, then --source), or leave --pin-source-at out",
	bigquery.ExternalTable:    "an external table, whose rows are not BigQuery's: load it into a table and give that one with --source, or leave --pin-source-at out",
}

// snapshot reads a source that is a snapshot itself: it never changes, so that it is what it was at any instant since the one
// that it is of. One that holds what was written after the plan's instant cannot stand for it.
func (p *pinner) snapshot(s workflows.Source, table bq.Table, meta *bigquery.TableMetadata) (reading, error) {
	of, ok := bq.PastOf(meta)
	if !ok {
		return reading{}, bad(s, "snapshot %s does not say of what or when it was taken: give the table that it is of", table)
	}
	if of.At.After(p.at) {
		return reading{}, bad(s, "%s is the snapshot of %s, which is after %s: give --pin-source-at=%s or later, or the table itself with --source",
			table, of, p.plan.PinAt, of.At.Format(time.RFC3339Nano))
	}
	fmt.Fprintf(p.progress, "source %s: %s is the snapshot of %s: it is read as it is\n", s.Name, table, of)
	return reading{table: table, meta: meta, pin: &Pin{of.Base, of.At}}, nil
}

// sameLocation looks whether a snapshot of the table can be where the outputs are.
func (p *pinner) sameLocation(ctx context.Context, s workflows.Source, table bq.Table, meta *bigquery.TableMetadata) error {
	d, err := p.client.DatasetInProject(p.plan.Project, p.plan.Dataset).Metadata(ctx)
	if err = bq.Classify(err); errors.Is(err, bq.ErrNotFound) {
		return nil // nothing is made there yet, and nothing will be by a look
	} else if err != nil {
		return fmt.Errorf("source %s: look at dataset %s.%s: %w", s.Name, p.plan.Project, p.plan.Dataset, err)
	}
	if meta == nil || meta.Location == "" || d.Location == "" || strings.EqualFold(meta.Location, d.Location) {
		return nil
	}
	return bad(s, "%s is in location %s and cannot be pinned in dataset %s, which is in %s: give a --dest-dataset in %s, or a copy of the table in %s with --source",
		table, meta.Location, p.plan.Dataset, d.Location, meta.Location, d.Location)
}

// remembered looks whether BigQuery can know what the table held at the instant.
func (p *pinner) remembered(ctx context.Context, s workflows.Source, table bq.Table, meta *bigquery.TableMetadata) error {
	if meta == nil {
		return bad(s, "table %s does not exist, and was not pinned at %s while it did", table, p.plan.PinAt)
	}
	if meta.CreationTime.After(p.at) {
		return bad(s, "%s cannot be pinned at %s: it was made, or made anew, at %s; give an instant from then on",
			table, p.plan.PinAt, meta.CreationTime.UTC().Format(time.RFC3339Nano))
	}
	window := 7 * 24 * time.Hour
	d, err := p.client.DatasetInProject(table.Project, table.Dataset).Metadata(ctx)
	if err == nil && d.MaxTimeTravel > 0 { // without the right to see it, BigQuery tells with the job
		window = d.MaxTimeTravel
	}
	if earliest := time.Now().Add(-window); p.at.Before(earliest) {
		return bad(s, "%s cannot be pinned at %s: BigQuery remembers %.0f hours of dataset %s.%s (its max_time_travel_hours); give an instant after %s, or a snapshot from back then with --source",
			table, p.plan.PinAt, window.Hours(), table.Project, table.Dataset, earliest.UTC().Format(time.RFC3339))
	}
	if b := meta.StreamingBuffer; b != nil && !b.OldestEntryTime.After(p.at) {
		return bad(s, "%s cannot be pinned at %s: rows of before wait in its streaming buffer, where no snapshot has them; wait until they are written, mostly some minutes, or give an instant before they came",
			table, p.plan.PinAt)
	}
	return nil
}

func bad(s workflows.Source, format string, args ...any) error {
	return fmt.Errorf("%w: source %s: %s", ErrBadSource, s.Name, fmt.Sprintf(format, args...))
}
