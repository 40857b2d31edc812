package cleanup

import (
	"fmt"
	"io"
	"strings"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Cancelled says what was done to cancel.
type Cancelled struct {
	// What was cancelled, in words: "run 0123456789ab".
	What string
	// Runs are the ids of its runs.
	Runs []string
	// Jobs are the Dataflow jobs that were ended, with their last states.
	Jobs []string
	// Marked is how many rows of the registry got the status cancelled.
	Marked int64
	// Dropped are the tables and views that are gone now, Kept those that another run needs.
	Dropped []bq.Table
	Kept    []KeptTable
	// Problems are what was tried and did not work.
	Problems []error
}

// KeptTable is a table that was not dropped.
type KeptTable struct {
	Table bq.Table
	// Why names the run that needs it.
	Why string
}

// IncompleteError says that not all could be done. The problems are those of the result.
type IncompleteError struct {
	What     string
	Problems []error
}

func (e *IncompleteError) Error() string {
	return fmt.Sprintf("cancel %s: %d of the steps failed, as listed; all others were done. Cancel it again to do the rest", e.What, len(e.Problems))
}

// Unwrap gives the problems.
func (e *IncompleteError) Unwrap() []error { return e.Problems }

func (c *Cancelled) problem(err error) {
	if err != nil {
		c.Problems = append(c.Problems, err)
	}
}

// Write writes the result for people.
func (c *Cancelled) Write(w io.Writer) error {
	var b strings.Builder
	switch {
	case len(c.Runs) == 0:
		fmt.Fprintf(&b, "%s: none of its runs is running or has succeeded, so there is nothing to cancel\n", c.What)
	case c.Marked == 0 && len(c.Jobs)+len(c.Dropped)+len(c.Kept)+len(c.Problems) == 0:
		fmt.Fprintf(&b, "%s was cancelled before, and nothing is left of it\n", c.What)
	case c.Marked == 0:
		fmt.Fprintf(&b, "%s was cancelled before\n", c.What)
	default:
		fmt.Fprintf(&b, "%s: cancelled (rows: %d, runs: %s)\n", c.What, c.Marked, strings.Join(c.Runs, ", "))
	}
	for _, j := range c.Jobs {
		fmt.Fprintf(&b, "  ended    Dataflow job %s\n", j)
	}
	for _, t := range c.Dropped {
		fmt.Fprintf(&b, "  dropped  %s\n", t)
	}
	for _, k := range c.Kept {
		fmt.Fprintf(&b, "  kept     %s: %s\n", k.Table, k.Why)
	}
	for _, p := range c.Problems {
		fmt.Fprintf(&b, "  problem  %v\n", p)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
