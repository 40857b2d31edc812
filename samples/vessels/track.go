package vessels

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"time"
)

// track is one vessel's data while it is made: its messages by time, edited by a kind.
type track struct {
	rng
	ssvid    string
	start    time.Time
	days     int
	home     struct{ lat, lon int64 } // micro-degrees
	messages []*Message
	late     []time.Time
	made     int
}

const (
	terrestrial = "terrestrial"
	satellite   = "satellite"
)

// newTrack is an ordinary track: a message every 10 to 70 minutes from the first day to the last.
func newTrack(o Options, vessel int) *track {
	t := &track{rng: newRNG(o.Seed, vessel), ssvid: fmt.Sprint(200_000_000 + vessel*1_117), start: o.Start.In(time.UTC), days: o.Days}
	t.home.lat, t.home.lon = t.between(-60_000_000, 60_000_000), t.between(-179_000_000, 179_000_000)
	for at := t.start.Add(t.seconds(0, 3600)); at.Before(t.at(t.days, 0, 0, 0)); at = at.Add(t.seconds(600, 4200)) {
		t.add(at)
	}
	kinds[vessel%len(kinds)](t)
	return t
}

func (t *track) seconds(low, high int64) time.Duration {
	return time.Duration(t.between(low, high)) * time.Second
}

// at is an instant of the data's day d, which may lie outside of the data.
func (t *track) at(d, hour, minute, second int) time.Time {
	return t.start.AddDate(0, 0, d).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second)
}

// add puts a new message in at an instant; outside of the data nothing happens.
func (t *track) add(at time.Time) *Message {
	m := &Message{}
	if at.Before(t.start) || !at.Before(t.at(t.days, 0, 0, 0)) {
		return m
	}
	t.made++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %d", t.ssvid, t.home.lat, t.made))
	id := hex.EncodeToString(sum[:16])
	// A slow drift away from home that comes back, plus some noise.
	along := int64(at.Sub(t.start)/time.Second) * 7
	swing := along % 4_000_000
	if swing > 2_000_000 {
		swing = 4_000_000 - swing
	}
	lat := t.home.lat + swing + t.between(-5_000, 5_000)
	lon := wrap(t.home.lon + swing*2 + t.between(-5_000, 5_000))
	receiver := terrestrial
	if t.chance(30) {
		receiver = satellite
	}
	shore := t.between(0, 300_000_000)
	*m = Message{
		MsgID: ptr(fmt.Sprintf("%s-%s-%s-%s-%s", id[:8], id[8:12], id[12:16], id[16:20], id[20:])), SSVID: ptr(t.ssvid),
		SegID: ptr(fmt.Sprintf("%s-%02d", t.ssvid, int(at.Sub(t.start)/(96*time.Hour)))), Timestamp: ptr(at),
		Lat: ptr(degrees(lat)), Lon: ptr(degrees(lon)), Type: ptr([]string{"AIS.1", "AIS.3", "AIS.18", "AIS.19"}[t.between(0, 4)]),
		ReceiverType: ptr(receiver), DistanceFromShoreM: ptr(float64(shore) / 1e3), DistanceFromPortM: ptr(float64(shore+t.between(0, 50_000_000)) / 1e3),
	}
	t.messages = append(t.messages, m)
	return m
}

// find gives the last message made for an instant.
func (t *track) find(at time.Time) *Message {
	for _, m := range slices.Backward(t.messages) {
		if m.Timestamp != nil && m.Timestamp.Equal(at) {
			return m
		}
	}
	return &Message{}
}

// silence takes out what lies in [from, to] and puts one message at from and one at to.
func (t *track) silence(from, to time.Time) {
	t.messages = slices.DeleteFunc(t.messages, func(m *Message) bool {
		return m.Timestamp != nil && !m.Timestamp.Before(from) && !m.Timestamp.After(to)
	})
	t.add(from)
	t.add(to)
}

// silenceRandomly lets each message be followed by a long silence in percent of 100 cases.
func (t *track) silenceRandomly(percent int64) {
	var until time.Time
	t.messages = slices.DeleteFunc(t.messages, func(m *Message) bool {
		if m.Timestamp.Before(until) {
			return true
		}
		if t.chance(percent) {
			until = m.Timestamp.Add(t.seconds(5*3600, 50*3600))
		}
		return false
	})
}

func wrap(lon int64) int64 {
	switch {
	case lon > 180_000_000:
		return lon - 360_000_000
	case lon < -180_000_000:
		return lon + 360_000_000
	}
	return lon
}

func degrees(micro int64) float64 { return float64(micro) / 1e6 }

func micro(degrees float64) int64 { return int64(math.Round(degrees * 1e6)) }

func ptr[T any](v T) *T { return &v }
