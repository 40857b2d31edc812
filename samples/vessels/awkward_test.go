package vessels

import (
	"slices"
	"testing"
	"time"
)

// sight is what the default data holds, as a pipeline meets it.
type sight struct {
	all    []Message              // in the order of the table
	tracks map[string][]time.Time // instants of usable messages by vessel, in order, each once
	good   map[string]bool        // segments
}

func look() sight {
	s := sight{tracks: map[string][]time.Time{}, good: map[string]bool{}}
	for g := range Segments(Default()) {
		s.good[g.SegID] = g.GoodSeg2
	}
	for m := range Messages(Default()) {
		s.all = append(s.all, m)
		if s.usable(m) {
			s.tracks[*m.SSVID] = append(s.tracks[*m.SSVID], *m.Timestamp)
		}
	}
	for v, times := range s.tracks {
		slices.SortFunc(times, time.Time.Compare)
		s.tracks[v] = slices.Compact(times)
	}
	return s
}

func (s sight) usable(m Message) bool {
	return m.SSVID != nil && m.Timestamp != nil && m.SegID != nil && s.good[*m.SegID] &&
		m.Lat != nil && m.Lon != nil && *m.Lat <= 90 && *m.Lon <= 180
}

// pairs counts the neighbours in time for which what holds.
func (s sight) pairs(what func(from, to time.Time) bool) (n int) {
	for _, times := range s.tracks {
		for i := range len(times) - 1 {
			if what(times[i], times[i+1]) {
				n++
			}
		}
	}
	return n
}

// messages counts the messages for which what holds.
func (s sight) messages(what func(Message) bool) (n int) {
	for _, m := range s.all {
		if what(m) {
			n++
		}
	}
	return n
}

func TestEachAwkwardCaseIsThere(t *testing.T) {
	const least = 6 * time.Hour
	s := look()
	day := func(d int) time.Time { return Default().Start.AddDays(d).In(time.UTC) }
	midnight := func(at time.Time) bool { return at.Equal(at.Truncate(24 * time.Hour)) }
	gap := func(from, to time.Time) bool { return to.Sub(from) >= least }
	over := func(at time.Time) int {
		return s.pairs(func(from, to time.Time) bool { return gap(from, to) && from.Before(at) && to.After(at) })
	}
	shortlyBefore := func(at time.Time) int {
		return s.pairs(func(from, to time.Time) bool {
			return gap(from, to) && from.Before(at) && to.After(at) && at.Sub(from) < least
		})
	}
	byInstant := map[string][]Message{}
	for _, m := range s.all {
		if s.usable(m) {
			k := *m.SSVID + m.Timestamp.String()
			byInstant[k] = append(byInstant[k], m)
		}
	}
	tied, repeated, moved := 0, 0, 0
	for _, at := range byInstant {
		for i, a := range at {
			for _, b := range at[i+1:] {
				switch {
				case a.MsgID == nil || b.MsgID == nil || *a.MsgID != *b.MsgID:
					tied++
				case *a.Lat == *b.Lat:
					repeated++
				default:
					moved++
				}
			}
		}
	}
	silentDay, newcomers, single, vanished := 0, 0, 0, 0
	for _, times := range s.tracks {
		if len(times) == 1 {
			single++
			continue
		}
		if !slices.ContainsFunc(times, func(at time.Time) bool { return !at.Before(day(6)) && at.Before(day(7)) }) && times[0].Before(day(6)) && times[len(times)-1].After(day(7)) {
			silentDay++
		}
		if times[0].After(day(6)) {
			newcomers++
		}
		if times[len(times)-1].Before(day(6)) {
			vanished++
		}
	}
	late := 0
	for i := range len(s.all) - 1 {
		a, b := s.all[i], s.all[i+1]
		if a.SSVID != nil && b.SSVID != nil && *a.SSVID == *b.SSVID && a.Timestamp != nil && b.Timestamp != nil && b.Timestamp.Before(*a.Timestamp) {
			late++
		}
	}
	isLeast := func(d time.Duration) func(from, to time.Time) bool {
		return func(from, to time.Time) bool { return to.Sub(from) == d }
	}
	null := func(m Message) []bool {
		return []bool{m.MsgID == nil, m.SSVID == nil, m.SegID == nil, m.Timestamp == nil, m.Lat == nil, m.Lon == nil, m.ReceiverType == nil}
	}
	for what, n := range map[string]int{
		"gaps over the start of the tail":                  over(day(6)),
		"gaps over the last day's start":                   over(day(7)),
		"gaps over the end":                                over(day(8)),
		"gaps begun within 6 hours before the tail":        shortlyBefore(day(6)),
		"gaps begun within 6 hours before the last day":    shortlyBefore(day(7)),
		"gaps of exactly 6 hours":                          s.pairs(isLeast(least)),
		"silences a second short of a gap":                 s.pairs(isLeast(least - time.Second)),
		"gaps from midnight on":                            s.pairs(func(from, to time.Time) bool { return gap(from, to) && midnight(from) }),
		"gaps to midnight":                                 s.pairs(func(from, to time.Time) bool { return gap(from, to) && midnight(to) }),
		"gaps that are 6 hours old at midnight":            s.pairs(func(from, to time.Time) bool { return gap(from, to.Add(-time.Second)) && midnight(from.Add(least)) }),
		"gaps to the last microsecond of a day":            s.pairs(func(from, to time.Time) bool { return gap(from, to) && midnight(to.Add(time.Microsecond)) }),
		"gaps of days":                                     s.pairs(func(from, to time.Time) bool { return to.Sub(from) > 4*24*time.Hour }),
		"messages tied at one instant (15 or more)":        tied - 14,
		"repeated messages":                                repeated,
		"repeated messages that moved":                     moved,
		"messages out of order":                            late,
		"vessels with one message":                         single,
		"vessels silent for a whole day":                   silentDay,
		"vessels first heard of in the tail":               newcomers,
		"vessels that vanish":                              vanished,
		"messages in bad segments":                         s.messages(func(m Message) bool { return m.SegID != nil && !s.good[*m.SegID] }),
		"positions off the globe":                          s.messages(func(m Message) bool { return m.Lat != nil && *m.Lat > 90 || m.Lon != nil && *m.Lon > 180 }),
		"messages whose segment is unknown":                s.messages(func(m Message) bool { _, ok := s.good[deref(m.SegID)]; return m.SegID != nil && !ok }),
		"tracks on both sides of the antimeridian":         min(s.messages(func(m Message) bool { return m.Lon != nil && *m.Lon > 179 }), s.messages(func(m Message) bool { return m.Lon != nil && *m.Lon < -179 })),
		"messages without each of the columns that may be": minOf(s.all, null),
	} {
		if n < 1 {
			t.Errorf("there are no %s", what)
		}
	}
	if n := len(s.all); n < 3_000 || n > 8_000 {
		t.Errorf("%d messages; want a few thousand", n)
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// minOf counts each of the conditions over the messages and gives the least count.
func minOf(all []Message, conditions func(Message) []bool) int {
	var counts []int
	for _, m := range all {
		for i, holds := range conditions(m) {
			if len(counts) <= i {
				counts = append(counts, 0)
			}
			counts[i] += boolInt(holds)
		}
	}
	return slices.Min(counts)
}
