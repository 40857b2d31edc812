package workflows

import (
	"fmt"
	"regexp"
	"time"
)

// pinLayout writes an instant as plans have it: in UTC, with milliseconds where there are any.
const pinLayout = "2006-01-02T15:04:05.999Z07:00"

var zoneless = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$`)

// ParsePinAt reads the instant at which sources are pinned: RFC 3339 with a zone, in whole milliseconds, not after now. It is
// given back in UTC.
func ParsePinAt(text string, now time.Time) (time.Time, error) {
	at, err := parsePin(text)
	if err == nil && at.After(now) {
		err = fmt.Errorf("--pin-source-at %s is in the future (it is %s): give an instant that has passed", text, now.UTC().Format(pinLayout))
	}
	return at, err
}

// parsePin reads it as ParsePinAt does, whatever the time is.
func parsePin(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	switch at = at.UTC(); {
	case err != nil && zoneless.MatchString(text):
		return at, fmt.Errorf("--pin-source-at %q does not say in which zone: write it as 2024-01-31T12:00:00Z (UTC) or 2024-01-31T12:00:00+02:00", text)
	case err != nil:
		return at, fmt.Errorf("--pin-source-at %q is not an instant: write it as 2024-01-31T12:00:00Z or 2024-01-31T12:00:00+02:00", text)
	case at.Nanosecond()%int(time.Millisecond) != 0:
		return at, fmt.Errorf("--pin-source-at %s is finer than BigQuery's milliseconds: write %s", text, at.Truncate(time.Millisecond).Format(pinLayout))
	case at.Year() < 1970:
		return at, fmt.Errorf("--pin-source-at %s is before BigQuery's time: give an instant of the last days", text)
	}
	return at, nil
}

// readKey is what steps' keys have of the tables to be read.
func (r *Request) readKey() any {
	if r.PinAt == "" && len(r.Mutations) == 0 {
		return r.Sources
	}
	return []any{r.Sources, r.PinAt, r.Mutations}
}
