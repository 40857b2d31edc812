package vessels

import "time"

// kinds are the sorts of tracks, dealt out in turn. A day is counted from 0; a gap in these names is a silence of 6 hours or
// more, the usual least length. Each kind edits an ordinary track.
var kinds = []func(*track){
	0: func(t *track) { t.silenceRandomly(1) }, // ordinary, with a silence now and then
	1: everyDay(func(t *track, d int) { // silent across every midnight: a run over one day sees half of each gap
		t.silence(t.at(d, 21, 30, 0), t.at(d+1, 4, 10, 0))
	}),
	2: func(t *track) { // silent for days, over the ends of several ranges; then it comes back
		t.silence(t.at(2, 10, 15, 0), t.at(t.days-3, 9, 40, 0))
		t.find(t.at(2, 10, 15, 0)).ReceiverType = nil
	},
	3: func(t *track) { // goes silent and never comes back
		t.silence(t.at(t.days-5, 14, 0, 0), t.at(t.days+1, 0, 0, 0))
	},
	4: everyDay(func(t *track, d int) { // gaps that begin, or end, exactly at midnight
		if d%2 == 0 {
			t.silence(t.at(d, 0, 0, 0), t.at(d, 9, 0, 0))
		} else {
			t.silence(t.at(d, 15, 0, 0), t.at(d+1, 0, 0, 0))
		}
	}),
	5: everyDay(func(t *track, d int) { // exactly the least length, a second less, and exactly the least length before midnight
		switch d % 3 {
		case 0:
			t.silence(t.at(d, 10, 0, 0), t.at(d, 16, 0, 0))
		case 1:
			t.silence(t.at(d, 10, 0, 0), t.at(d, 15, 59, 59))
		case 2:
			t.silence(t.at(d, 18, 0, 0), t.at(d+1, 3, 0, 0))
		}
	}),
	6: everyDay(func(t *track, d int) { // two different messages at one instant, at both ends of a gap
		t.silence(t.at(d, 8, 0, 0), t.at(d, 17, 0, 0))
		t.add(t.at(d, 8, 0, 0))
		t.add(t.at(d, 17, 0, 0))
	}),
	7: everyDay(func(t *track, d int) { // messages twice, one of them elsewhere the second time; at the ends of gaps too
		t.silence(t.at(d, 12, 0, 0), t.at(d, 19, 0, 0))
		for _, hour := range []int{12, 19} {
			t.repeat(t.at(d, hour, 0, 0), 0)
		}
		t.repeat(t.at(d, 12, 0, 0), 250_000)
	}),
	8: everyDay(func(t *track, d int) { // the first message after a gap comes last in the table
		t.silence(t.at(d, 1, 0, 0), t.at(d, 10, 0, 0))
		t.late = append(t.late, t.at(d, 10, 0, 0))
	}),
	9: everyDay(func(t *track, d int) { // unusable messages inside gaps: they must not end them
		t.silence(t.at(d, 9, 0, 0), t.at(d, 20, 0, 0))
		t.spoil(d)
	}),
	10: func(t *track) { // a single message
		t.silence(t.at(-1, 0, 0, 0), t.at(4, 12, 0, 0))
		t.silence(t.at(4, 12, 0, 0), t.at(t.days+1, 0, 0, 0))
	},
	11: func(t *track) { // nothing on one day, from midnight to midnight
		t.silence(t.at(t.days-4, 0, 0, 0).Add(-time.Minute), t.at(t.days-3, 0, 0, 0).Add(time.Minute))
	},
	12: func(t *track) { // never heard of before the last days
		t.silence(t.at(-1, 0, 0, 0), t.at(t.days-4, 3, 0, 0))
	},
	13: everyDay(func(t *track, d int) { // parts of a second, down to the last microsecond of a day
		t.silence(t.at(d, 16, 0, 0).Add(999_999*time.Microsecond), t.at(d+1, 0, 0, 0).Add(-time.Microsecond))
	}),
	14: func(t *track) { // crosses the antimeridian
		for _, m := range t.messages {
			m.Lon = ptr(degrees(wrap(micro(*m.Lon) + 180_000_000 - t.home.lon)))
		}
	},
	15: everyDay(func(t *track, d int) { // a segment that is short and overlaps another one: some pipelines leave it out
		t.segment(t.at(d, 6, 0, 0), t.at(d, 13, 0, 0), "short")
	}),
	16: func(t *track) { t.silenceRandomly(12) }, // silent often
	17: func(t *track) { t.silenceRandomly(12) },
	18: func(t *track) { t.silenceRandomly(4) },
	19: func(t *track) { t.silenceRandomly(4) },
}

func everyDay(edit func(t *track, day int)) func(*track) {
	return func(t *track) {
		for d := range t.days {
			edit(t, d)
		}
	}
}
