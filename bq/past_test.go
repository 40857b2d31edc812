package bq

import (
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
)

func TestPastName(t *testing.T) {
	at := time.Date(2024, 1, 31, 12, 0, 0, 123_000_000, time.UTC)
	base := Table{"project1", "ais", "messages-2024 x"}
	name := Past{base, at}.Name()
	if _, err := ParseTable("project1.d." + name); err != nil || name[:41] != "pin_messages_2024_x_20240131T120000_"+name[36:41] {
		t.Errorf("%s: %v", name, err)
	}
	seen := map[string]Past{}
	for _, p := range []Past{
		{base, at}, {base, at.Add(time.Millisecond)}, {base, at.Add(time.Second)},
		{Table{"project1", "ais", "messages_2024_x"}, at}, {Table{"project2", "ais", "messages-2024 x"}, at}, {Table{"project1", "vms", "messages-2024 x"}, at},
	} {
		if other, ok := seen[p.Name()]; ok {
			t.Errorf("%v and %v are both %s", p, other, p.Name())
		}
		seen[p.Name()] = p
	}
	for _, same := range []time.Time{at.Add(999 * time.Microsecond), at.In(time.FixedZone("", 7200))} {
		if got := (Past{base, same}).Name(); got != name {
			t.Errorf("%v: %s, want %s", same, got, name)
		}
	}
}

func TestPinOf(t *testing.T) {
	p := Past{Table{"project1", "d", "t"}, time.UnixMilli(1700000000123).UTC()}
	meta := func(change func(*bigquery.TableMetadata)) *bigquery.TableMetadata {
		m := &bigquery.TableMetadata{Type: bigquery.Snapshot, Labels: map[string]string{PinLabel: "1600000000000"},
			SnapshotDefinition: &bigquery.SnapshotDefinition{BaseTableReference: &bigquery.Table{ProjectID: "project1", DatasetID: "d", TableID: "t"}, SnapshotTime: p.At}}
		change(m)
		return m
	}
	got, created, ok := PinOf(p.Name(), meta(func(*bigquery.TableMetadata) {}))
	if !ok || got != p || created.UnixMilli() != 1600000000000 {
		t.Errorf("%v, %v, %v", got, created, ok)
	}
	for what, m := range map[string]*bigquery.TableMetadata{
		"a table":         meta(func(m *bigquery.TableMetadata) { m.Type = bigquery.RegularTable }),
		"no label":        meta(func(m *bigquery.TableMetadata) { m.Labels = nil }),
		"a label of text": meta(func(m *bigquery.TableMetadata) { m.Labels[PinLabel] = "true" }),
		"another moment":  meta(func(m *bigquery.TableMetadata) { m.SnapshotDefinition.SnapshotTime = p.At.Add(time.Millisecond) }),
		"another base":    meta(func(m *bigquery.TableMetadata) { m.SnapshotDefinition.BaseTableReference.TableID = "u" }),
		"no definition":   meta(func(m *bigquery.TableMetadata) { m.SnapshotDefinition = nil }),
	} {
		if _, _, ok := PinOf(p.Name(), m); ok {
			t.Errorf("%s is taken for a pin", what)
		}
	}
}
