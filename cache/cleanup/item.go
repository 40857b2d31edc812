package cleanup

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
)

// Kind of an [Item].
type Kind string

// An abandoned run is ended in the registry, a Dataflow job is cancelled, the others are dropped.
const (
	AbandonedRun Kind = "run"
	DataflowJob  Kind = "job"
	DataTable    Kind = "table"
	DataView     Kind = "view"
	DataSet      Kind = "dataset"
)

// Outcome of an [Item].
type Outcome string

// What became of an item; empty while it is only planned. It is kept when by then somebody needs it, or another changed it.
const (
	Removed   Outcome = "removed"
	KeptAfter Outcome = "kept"
	Undone    Outcome = "failed"
)

// Item is one thing that nobody needs any more.
type Item struct {
	Kind Kind `json:"kind"`
	// Name of the table, view or dataset, id of the job, or the run with the name it has in its plan.
	Name string `json:"name"`
	// RunID is the run that left it.
	RunID string `json:"run_id"`
	// Reason says why nobody needs it.
	Reason string `json:"reason"`
	// Outcome and Detail say what became of it, once it was tried.
	Outcome Outcome `json:"outcome,omitempty"`
	Detail  string  `json:"detail,omitempty"`

	table bq.Table
	etag  string
	job   runners.Job
	row   cache.Row
}

// same reports whether both are the same thing in the same state.
func (i Item) same(other Item) bool {
	return i.Kind == other.Kind && i.Name == other.Name && i.etag == other.etag
}

// became notes what became of the item.
func (i *Item) became(o Outcome, detail string) { i.Outcome, i.Detail = o, detail }

// WriteItems writes what was planned or done for people.
func WriteItems(w io.Writer, items []Item) error {
	if len(items) == 0 {
		_, err := fmt.Fprintln(w, "nothing to clean up")
		return err
	}
	planned := 0
	for _, i := range items {
		what := string(i.Outcome)
		if i.Outcome == "" {
			what, planned = "would go", planned+1
		}
		line := fmt.Sprintf("%-8s  %-7s  %s: %s", what, i.Kind, i.Name, i.Reason)
		if i.Detail != "" {
			line += "; " + string(i.Outcome) + ": " + i.Detail
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	if planned > 0 {
		_, err := fmt.Fprintf(w, "%d to clean up; nothing was changed: --apply does it\n", planned)
		return err
	}
	return nil
}

// WriteItemsJSON writes the same as a JSON list.
func WriteItemsJSON(w io.Writer, items []Item) error {
	if items == nil {
		items = []Item{}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(items)
}
