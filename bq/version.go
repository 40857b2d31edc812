package bq

import (
	"context"
	"fmt"
	"time"

	"cloud.google.com/go/bigquery"
)

// Version tells one state of a table from another. Times are milliseconds since 1970-01-01 UTC.
//
// BigQuery moves etag and modification time with every write, and also when only the description, a label or the expiry
// changes: two equal versions prove equal contents, two different versions prove nothing. A view's version is that of its
// definition, not of what it shows.
type Version struct {
	Etag         string `json:"etag"`
	LastModified int64  `json:"last_modified"`
	Created      int64  `json:"created"`
	NumRows      int64  `json:"num_rows"`
	NumBytes     int64  `json:"num_bytes"`
	// Streaming is set while rows wait in the streaming buffer: NumRows lacks them and they move without notice.
	Streaming bool `json:"streaming,omitempty"`
}

// String is the version in words, which the run cache's keys contain: another form makes every older key another one. It is empty for
// a version that was not recorded.
func (v Version) String() string {
	if v.Etag == "" && v.LastModified == 0 {
		return ""
	}
	return fmt.Sprintf("etag %s, modified %d, created %d, %d rows", v.Etag, v.LastModified, v.Created, v.NumRows)
}

// Equal reports whether both versions are of the same contents. A version without etag and modification time proves
// nothing and equals none, not even itself; so does one with a streaming buffer.
func (v Version) Equal(w Version) bool {
	if v.Streaming || w.Streaming || v.Etag == "" && v.LastModified == 0 {
		return false
	}
	return v.Etag == w.Etag && v.LastModified == w.LastModified && v.Created == w.Created && v.NumRows == w.NumRows
}

// Difference says in words what makes w another version than v, the older one; empty when they are equal.
func (v Version) Difference(w Version) string {
	switch {
	case v.Equal(w):
		return ""
	case v.Streaming || w.Streaming:
		return "rows are in its streaming buffer"
	case v.Created != w.Created:
		return "it was made anew"
	case v.NumRows != w.NumRows:
		return fmt.Sprintf("it has %d rows, not %d", w.NumRows, v.NumRows)
	case v.Etag == "" && v.LastModified == 0:
		return "its version was not recorded"
	}
	return "it was modified"
}

// VersionOf takes the version out of a table's metadata.
func VersionOf(m *bigquery.TableMetadata) Version {
	milli := func(t time.Time) int64 {
		if t.IsZero() { // not told: no time, and none in the year 1
			return 0
		}
		return t.UnixMilli()
	}
	return Version{Etag: m.ETag, LastModified: milli(m.LastModifiedTime), Created: milli(m.CreationTime),
		NumRows: int64(m.NumRows), NumBytes: m.NumBytes, Streaming: m.StreamingBuffer != nil}
}

// Current asks for the table's version: one call, free of charge. A table that does not exist gives [ErrNotFound].
func Current(ctx context.Context, client *bigquery.Client, table Table) (Version, error) {
	m, err := table.Of(client).Metadata(ctx)
	if err != nil {
		return Version{}, fmt.Errorf("version of table %s: %w", table, Classify(err))
	}
	return VersionOf(m), nil
}
