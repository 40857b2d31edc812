package workflows

import (
	"fmt"

	"cloud.google.com/go/civil"
)

// Range is a half-open range of days, [Start, End).
type Range struct {
	Start civil.Date `json:"start"`
	End   civil.Date `json:"end"`
}

// Days is the number of days in the range; zero or negative when it is empty.
func (r Range) Days() int { return r.End.DaysSince(r.Start) }

// String writes the range as [2024-01-01, 2024-01-08).
func (r Range) String() string { return fmt.Sprintf("[%s, %s)", r.Start, r.End) }

// forPipeline gives the two texts that the pipeline's command line wants for this range: the one place where dit leaves
// half-open dates.
func (r Range) forPipeline(c DateConvention) (start, end string) {
	if c == Inclusive {
		return r.Start.String(), r.End.AddDays(-1).String()
	}
	return r.Start.String(), r.End.String()
}
