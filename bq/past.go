package bq

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"cloud.google.com/go/bigquery"
)

// Past is what a table held at an instant.
type Past struct {
	Base Table
	// At counts in whole milliseconds, as BigQuery does: what was written in the rest of that one is not in it.
	At time.Time
}

// PinLabel is on the snapshots that [Snapshot] made and looked through. Its value is the creation time of the table that they
// are of, in milliseconds since 1970-01-01 UTC: tables that had one name one after the other are told apart by it.
const PinLabel = "dit_pin"

// String names the past in words.
func (p Past) String() string {
	return fmt.Sprintf("%s at %s", p.Base, p.At.UTC().Format(time.RFC3339Nano))
}

// source names the table as it was, as the source of a copy job.
func (p Past) source() Table {
	t := p.Base
	t.Name += fmt.Sprintf("@%d", p.At.UnixMilli())
	return t
}

var notPlain = regexp.MustCompile(`[^A-Za-z0-9_]+`)

// Name is what a snapshot of it is called, in whatever dataset. Two pasts never have one name, however long or alike those of
// their tables are.
func (p Past) Name() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s@%d", p.Base, p.At.UnixMilli()))
	short := notPlain.ReplaceAllString(p.Base.Name, "_")
	return fmt.Sprintf("pin_%.60s_%s_%x", short, p.At.UTC().Format("20060102T150405"), sum[:8])
}

// PastOf is what a snapshot says that it is of; ok is false for anything else.
func PastOf(m *bigquery.TableMetadata) (p Past, ok bool) {
	d := m.SnapshotDefinition
	if m.Type != bigquery.Snapshot || d == nil || d.BaseTableReference == nil || d.SnapshotTime.IsZero() {
		return Past{}, false
	}
	b := d.BaseTableReference
	return Past{Table{b.ProjectID, b.DatasetID, b.TableID}, d.SnapshotTime.UTC()}, true
}

// PinOf is what a pin holds, and when the table that it is of was created; ok is false for anything that is not a pin under its
// own name, such as a copy of one.
func PinOf(name string, m *bigquery.TableMetadata) (p Past, created time.Time, ok bool) {
	ms, err := strconv.ParseInt(m.Labels[PinLabel], 10, 64)
	if p, ok = PastOf(m); !ok || err != nil || name != p.Name() {
		return Past{}, time.Time{}, false
	}
	return p, time.UnixMilli(ms).UTC(), true
}
