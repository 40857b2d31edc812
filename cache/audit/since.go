package audit

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseSince reads the beginning of a list: a day in UTC, a moment, or how long before now.
func ParseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	var ago time.Duration
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err == nil {
			ago = time.Duration(n) * 24 * time.Hour
		}
	} else if d, err := time.ParseDuration(text); err == nil {
		ago = d
	}
	if ago <= 0 {
		return time.Time{}, fmt.Errorf("since %q: want a day such as 2024-01-31, a time such as 2024-01-31T12:00:00Z, or how long ago, such as 7d or 36h", text)
	}
	return now.Add(-ago), nil
}
