package vessels

import (
	"strings"
	"time"
)

// repeat puts the message at an instant in again, as is or moved north by some micro-degrees.
func (t *track) repeat(at time.Time, north int64) {
	m := *t.find(at)
	if m.MsgID == nil {
		return
	}
	m.Lat = ptr(degrees(micro(*m.Lat) + north))
	t.messages = append(t.messages, &m)
}

// noise marks the segments that are no good.
const noise = "noise"

// segment moves the messages in [from, to) to a segment of their own; its name ends in what.
func (t *track) segment(from, to time.Time, what string) {
	for _, m := range t.messages {
		if !m.Timestamp.Before(from) && m.Timestamp.Before(to) {
			m.SegID = ptr(t.ssvid + "-" + from.Format("0102") + "-" + what)
		}
	}
}

// spoil puts a message of each unusable sort into the middle of day d.
func (t *track) spoil(d int) {
	spoiled := []func(*Message){
		func(m *Message) { m.Lat = nil },
		func(m *Message) { m.Lon = nil },
		func(m *Message) { m.Lat = ptr(91.0) },
		func(m *Message) { m.Lon = ptr(181.0) },
		func(m *Message) { m.SSVID = nil },
		func(m *Message) { m.SegID = nil },
		func(m *Message) { m.SegID = ptr(t.ssvid + "-" + noise) },
		func(m *Message) { m.SegID = ptr(t.ssvid + "-unknown") },
	}
	for i, spoil := range spoiled {
		spoil(t.add(t.at(d, 10+i, 30, 0)))
	}
	// NULL cannot be told by its name: a message without an id is as good as another.
	t.add(t.at(d, 20, 20, 0)).MsgID = nil
	if d == 3 {
		t.add(t.at(d, 12, 0, 0)).Timestamp = nil
	}
}

// judge says what becomes of a segment, by its name.
func judge(s *Segment) {
	s.GoodSeg2 = !strings.HasSuffix(s.SegID, "-"+noise)
	s.OverlappingAndShort = strings.HasSuffix(s.SegID, "-short")
}
