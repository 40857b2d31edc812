package vessels

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Messages gives every message, vessel after vessel, each by time but for those that come late. Only one vessel's messages
// are in memory at a time.
func Messages(o Options) iter.Seq[Message] {
	return func(yield func(Message) bool) {
		for v := range o.Vessels {
			for _, m := range newTrack(o, v).inOrderOfArrival() {
				if !yield(*m) {
					return
				}
			}
		}
	}
}

func (t *track) inOrderOfArrival() []*Message {
	isLate := func(m *Message) int {
		for _, at := range t.late {
			if m.Timestamp != nil && m.Timestamp.Equal(at) {
				return 1
			}
		}
		return 0
	}
	slices.SortStableFunc(t.messages, func(a, b *Message) int {
		if a.Timestamp == nil || b.Timestamp == nil {
			return cmp.Compare(boolInt(a.Timestamp == nil), boolInt(b.Timestamp == nil))
		}
		return cmp.Or(cmp.Compare(isLate(a), isLate(b)), a.Timestamp.Compare(*b.Timestamp))
	})
	return t.messages
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Segments gives every segment, vessel after vessel.
func Segments(o Options) iter.Seq[Segment] {
	return func(yield func(Segment) bool) {
		for v := range o.Vessels {
			for _, s := range newTrack(o, v).segments() {
				if !yield(s) {
					return
				}
			}
		}
	}
}

func (t *track) segments() []Segment {
	byID := map[string]*Segment{}
	for _, m := range t.messages {
		if m.SegID == nil || m.Timestamp == nil || strings.HasSuffix(*m.SegID, "-unknown") {
			continue
		}
		s := byID[*m.SegID]
		if s == nil {
			s = &Segment{SegID: *m.SegID, SSVID: t.ssvid, FirstTimestamp: *m.Timestamp, LastTimestamp: *m.Timestamp}
			judge(s)
			byID[*m.SegID] = s
		}
		s.MessageCount++
		if m.Timestamp.Before(s.FirstTimestamp) {
			s.FirstTimestamp = *m.Timestamp
		}
		if m.Timestamp.After(s.LastTimestamp) {
			s.LastTimestamp = *m.Timestamp
		}
	}
	var all []Segment
	for _, s := range byID {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b Segment) int { return cmp.Compare(a.SegID, b.SegID) })
	return all
}

// WriteMessages writes the messages as newline-delimited JSON, ready for a load job with [MessagesSchema].
func WriteMessages(w io.Writer, o Options) error { return write(w, o, Messages(o)) }

// WriteSegments writes the segments as newline-delimited JSON, ready for a load job with [SegmentsSchema].
func WriteSegments(w io.Writer, o Options) error { return write(w, o, Segments(o)) }

func write[T any](w io.Writer, o Options, rows iter.Seq[T]) error {
	if err := o.Validate(); err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(w, 1<<16)
	lines := json.NewEncoder(buffered)
	for row := range rows {
		if err := lines.Encode(row); err != nil {
			return fmt.Errorf("write a row of the synthetic data: %w", err)
		}
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write the synthetic data: %w", err)
	}
	return nil
}
