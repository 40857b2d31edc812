package steps

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// refusals are what BigQuery says of a snapshot that it does not take, and the ways out.
var refusals = []struct {
	says *regexp.Regexp
	way  string
}{
	{regexp.MustCompile(`(?i)organi[sz]ation`),
		"a snapshot must be in the organisation of its table: give --project and --dest-dataset in that organisation, or a copy of the table in this one with --source"},
	{regexp.MustCompile(`(?i)invalid (snapshot time|time travel)|cannot read before`), "BigQuery does not remember the table at that instant: give a later one"},
	{regexp.MustCompile(`(?i)not allowed for this operation because it is currently`), "only tables can be pinned: give one with --source, or leave --pin-source-at out"},
	{regexp.MustCompile(`(?i)more than \d+ active clones and snapshots`), "drop those that nobody needs, or take the instant of one that there is"},
	{regexp.MustCompile(`(?i)\b(location|region)s?\b`), "a snapshot must be in the location of its table: give a --dest-dataset there, or a copy of the table with --source"},
}

// refused is an error of taking a snapshot: that of a source which cannot be pinned, or else of the service.
func refused(s workflows.Source, p bq.Past, err error) error {
	final := errors.Is(err, bq.ErrInvalid) || errors.Is(err, bq.ErrConflict) || errors.Is(err, bq.ErrNotFound)
	for i, r := range refusals {
		// A border between organisations may be told as a right that is missing.
		if (final || i == 0 && errors.Is(err, bq.ErrPermission)) && r.says.MatchString(err.Error()) {
			return fmt.Errorf("%w: source %s cannot be pinned: %w; %s", ErrBadSource, s.Name, err, r.way)
		}
	}
	if final {
		return fmt.Errorf("%w: source %s cannot be pinned: %w", ErrBadSource, s.Name, err)
	}
	return fmt.Errorf("source %s: pinning %s: %w", s.Name, p, err)
}
