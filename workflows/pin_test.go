package workflows

import (
	"strings"
	"testing"
	"time"
)

func TestParsePinAt(t *testing.T) {
	now := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2024-01-31T12:00:00Z":          "2024-01-31T12:00:00Z",
		"2024-01-31T12:00:00+02:00":     "2024-01-31T10:00:00Z",
		"2024-01-31T23:59:59.120-05:30": "", // 05:29:59.12 of the next day
		"2024-01-31T12:00:00.123Z":      "2024-01-31T12:00:00.123Z",
		"2024-01-31T12:00:00.123000Z":   "2024-01-31T12:00:00.123Z",
		"2024-02-01T00:00:00Z":          "2024-02-01T00:00:00Z",
		"2024-02-01T01:00:00+01:00":     "2024-02-01T00:00:00Z",
	} {
		at, err := ParsePinAt(text, now)
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "in the future (it is 2024-02-01T00:00:00Z)") {
				t.Errorf("%s: %v, %v", text, at, err)
			}
			continue
		}
		if got := at.Format(pinLayout); err != nil || got != want || at.Location() != time.UTC {
			t.Errorf("%s: %s, %v, want %s", text, got, err, want)
		}
		if again, err := ParsePinAt(at.Format(pinLayout), now); err != nil || !again.Equal(at) {
			t.Errorf("%s, as a plan has it: %v, %v", text, again, err)
		}
	}
	for text, want := range map[string]string{
		"":                           "not an instant",
		"yesterday":                  "not an instant",
		"1706702400":                 "not an instant",
		"2024-01-31":                 "which zone",
		"2024-01-31T12:00:00":        "which zone",
		"2024-01-31 12:00":           "which zone",
		"2024-01-31T12:00:00.5":      "which zone",
		"2024-01-31T12:00Z":          "not an instant",
		"2024-01-31 12:00:00Z":       "not an instant",
		"2024-02-30T12:00:00Z":       "not an instant",
		"2024-01-31T24:00:00Z":       "not an instant",
		"2024-01-31T12:00:60Z":       "not an instant",
		"2024-01-31T12:00:00+25:00":  "not an instant",
		"2024-01-31T12:00:00 CET":    "not an instant",
		"2024-01-31T12:00:00.1234Z":  "write 2024-01-31T12:00:00.123Z",
		"2024-02-01T00:00:00.001Z":   "in the future",
		"2024-02-01T00:00:00-00:01":  "in the future",
		"0001-01-01T00:00:00Z":       "before BigQuery's time",
		"2024-01-31T12:00:00Z\n":     "not an instant",
		"２024-01-31T12:00:00Z":       "not an instant",
		"2024-01-31T12:00:00.123,5Z": "not an instant",
	} {
		if at, err := ParsePinAt(text, now); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--pin-source-at") {
			t.Errorf("%q: %v, %v, want %q", text, at, err, want)
		}
	}
}

func FuzzParsePinAt(f *testing.F) {
	f.Add("2024-01-31T12:00:00.123+02:00")
	now := time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		at, err := ParsePinAt(text, now)
		if err != nil {
			return
		}
		again, err := ParsePinAt(at.Format(pinLayout), now)
		if err != nil || !again.Equal(at) || at.After(now) || at.Nanosecond()%1e6 != 0 {
			t.Errorf("%q is %v, then %v, %v", text, at, again, err)
		}
	})
}

func TestPlanPinned(t *testing.T) {
	plan := func(at string) *Plan {
		a := arguments()
		a.PinSourceAt = at
		r, err := a.Check(sample(t))
		if err != nil {
			t.Fatal(err)
		}
		return ModeEquivalence(r.At(commit), "repo")
	}
	free, early, same, late := plan(""), plan("2024-01-31T12:00:00Z"), plan("2024-01-31T14:00:00.000+02:00"), plan("2024-01-31T12:00:00.001Z")
	for i, s := range early.Steps {
		reads := s.Kind != InstallStep
		if (s.Key != free.Steps[i].Key) != reads || (s.Key != late.Steps[i].Key) != reads || s.Key != same.Steps[i].Key {
			t.Errorf("%s: the key does not say what is read, and nothing else", s.ID)
		}
	}
	if text := early.String(); early.PinAt != "2024-01-31T12:00:00Z" || !strings.Contains(text, "pinned at 2024-01-31T12:00:00Z") || strings.Contains(free.String(), "pinned") {
		t.Errorf("pinned at %q:\n%s", early.PinAt, text)
	}
}
