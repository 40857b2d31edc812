package vessels

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/civil"
)

func sum(t *testing.T, o Options) (messages, segments string) {
	t.Helper()
	var m, s bytes.Buffer
	if err := WriteMessages(&m, o); err != nil {
		t.Fatal(err)
	}
	if err := WriteSegments(&s, o); err != nil {
		t.Fatal(err)
	}
	short := func(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:8]) }
	return short(m.Bytes()), short(s.Bytes())
}

// A change here changes every table made so far: raise version along with it.
func TestTheDataIsAlwaysTheSame(t *testing.T) {
	messages, segments := sum(t, Default())
	if messages != "3de87703ff825648" || segments != "93edd41e0b15abf6" || Default().ContentID() != "3ea41e3aa6" {
		t.Errorf("messages %s, segments %s, id %s", messages, segments, Default().ContentID())
	}
}

func TestOptionsChangeTheDataAndItsName(t *testing.T) {
	base := Default()
	messages, _ := sum(t, base)
	for name, change := range map[string]func(*Options){
		"vessels": func(o *Options) { o.Vessels++ },
		"days":    func(o *Options) { o.Days++ },
		"seed":    func(o *Options) { o.Seed++ },
		"start":   func(o *Options) { o.Start = o.Start.AddDays(1) },
	} {
		o := base
		change(&o)
		if m, _ := sum(t, o); m == messages || o.ContentID() == base.ContentID() {
			t.Errorf("another %s makes the same data or the same name", name)
		}
	}
}

func TestMoreVesselsLeaveTheFirstOnesAsTheyAre(t *testing.T) {
	var few, many bytes.Buffer
	o := Default()
	o.Vessels = 5
	if err := WriteMessages(&few, o); err != nil {
		t.Fatal(err)
	}
	if err := WriteMessages(&many, Default()); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(many.Bytes(), few.Bytes()) {
		t.Error("5 vessels are not the first 5 of 20")
	}
}

func TestSmallAndOddSizes(t *testing.T) {
	for _, o := range []Options{
		{Vessels: 1, Days: 1, Start: civil.Date{Year: 1999, Month: 12, Day: 31}},
		{Vessels: 40, Days: 2, Seed: 7, Start: civil.Date{Year: 2024, Month: 2, Day: 28}},
	} {
		end := o.Start.AddDays(o.Days).In(time.UTC)
		for m := range Messages(o) {
			if m.Timestamp != nil && (m.Timestamp.Before(o.Start.In(time.UTC)) || !m.Timestamp.Before(end)) {
				t.Errorf("%+v: a message at %s is outside of the data", o, m.Timestamp)
			}
		}
	}
}

func TestBadOptionsAreRefused(t *testing.T) {
	for _, change := range []func(*Options){
		func(o *Options) { o.Vessels = 0 }, func(o *Options) { o.Days = 0 }, func(o *Options) { o.Start = civil.Date{} },
	} {
		o := Default()
		change(&o)
		if err := WriteMessages(&bytes.Buffer{}, o); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
}

func TestRowsFitTheirSchemas(t *testing.T) {
	for _, c := range []struct {
		row    any
		schema bigquery.Schema
	}{{Message{}, MessagesSchema}, {Segment{}, SegmentsSchema}} {
		text, err := json.Marshal(c.row)
		if err != nil {
			t.Fatal(err)
		}
		var columns map[string]any
		if err := json.Unmarshal(text, &columns); err != nil {
			t.Fatal(err)
		}
		for _, f := range c.schema {
			if _, ok := columns[f.Name]; !ok {
				t.Errorf("%T has no %s", c.row, f.Name)
			}
			delete(columns, f.Name)
		}
		if len(columns) > 0 {
			t.Errorf("%T has columns that the schema has not: %v", c.row, columns)
		}
	}
}

func TestEverySegmentIsCountedRight(t *testing.T) {
	counts := map[string]int{}
	for m := range Messages(Default()) {
		if m.SegID != nil && m.Timestamp != nil {
			counts[*m.SegID]++
		}
	}
	var last []string
	for s := range Segments(Default()) {
		if counts[s.SegID] != s.MessageCount || s.LastTimestamp.Before(s.FirstTimestamp) {
			t.Errorf("%+v: want %d messages", s, counts[s.SegID])
		}
		last = append(last, s.SegID)
	}
	if got := slices.Compact(slices.Sorted(slices.Values(last))); len(got) != len(last) {
		t.Error("a segment appears twice")
	}
}
