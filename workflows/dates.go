package workflows

import (
	"fmt"

	"cloud.google.com/go/civil"
)

// parseDay reads a day that an argument of that name gives.
func parseDay(name, text string) (civil.Date, error) {
	day, err := civil.ParseDate(text)
	if err != nil {
		return day, fmt.Errorf("%s %q is not a date; write it as 2024-01-31", name, text)
	}
	return day, nil
}

// Range is a half-open range of days, [Start, End).
type Range struct {
	Start civil.Date `json:"start"`
	End   civil.Date `json:"end"`
}

// Days is the number of days in the range; zero or negative when it is empty.
func (r Range) Days() int { return r.End.DaysSince(r.Start) }

// String writes the range as [2024-01-01, 2024-01-08).
func (r Range) String() string { return fmt.Sprintf("[%s, %s)", r.Start, r.End) }

// ordered refuses a range without a day. The texts are what was given for its ends, by arguments of which the prefix begins the names; of
// one that was not given, beside one that was, it says that it is the default.
func (r Range) ordered(prefix, start, end string) error {
	if r.Days() > 0 {
		return nil
	}
	note := func(own, other string) string {
		if own == "" && other != "" {
			return " (the descriptor's default)"
		}
		return ""
	}
	return fmt.Errorf("%[1]sstart %[2]s%[3]s is not before %[1]send %[4]s%[5]s; ranges are half-open, [%[1]sstart, %[1]send)",
		prefix, r.Start, note(start, end), r.End, note(end, start))
}

// forPipeline gives the two texts that the pipeline's command line wants for this range: the one place where dit leaves
// half-open dates.
func (r Range) forPipeline(c DateConvention) (start, end string) {
	if c == Inclusive {
		return r.Start.String(), r.End.AddDays(-1).String()
	}
	return r.Start.String(), r.End.String()
}
