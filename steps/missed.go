package steps

import (
	"context"
	"fmt"
	"io"
	"strings"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// missed refuses an outage in whose days no source has a row: nothing was missed then, and both histories are equal whatever the pipeline
// does. One source with rows is enough. A source without a time column is not asked, since nobody can tell its days.
func (s *Sources) missed(ctx context.Context, client *bigquery.Client, plan *workflows.Plan, progress io.Writer) error {
	if plan.Missed == nil {
		return nil
	}
	var looked []string
	for _, declared := range plan.Descriptor.Sources {
		if declared.TimeColumn == "" {
			continue
		}
		table := s.Tables[declared.Name].Table
		rows, err := count(ctx, client, table, declared, *plan.Missed)
		if err != nil {
			return fmt.Errorf("source %s: %w", declared.Name, err)
		}
		if rows > 0 {
			fmt.Fprintf(progress, "source %s: %d rows in the outage %s\n", declared.Name, rows, plan.Missed)
			return nil
		}
		looked = append(looked, fmt.Sprintf("%s (%s)", declared.Name, table))
	}
	return fmt.Errorf("%w: no rows in the outage %s in source %s: nothing was missed, so both histories would be the same whatever the pipeline does; "+
		"choose --outage-start and --outage-end over days that have rows, or a source that has them", ErrBadSource, plan.Missed, strings.Join(looked, ", "))
}
