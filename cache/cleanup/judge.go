package cleanup

import (
	"fmt"
	"strings"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
)

// judge says why one object is nobody's, or nothing when it must stay.
type judge struct {
	ledger
	grace, callTime time.Duration
	object
	// run is the id in its label, own are the rows of that run, naming those that name the object.
	run         string
	own, naming []cache.Row
}

// diffsLabel is on tables of rows that differ, see package compare.
const diffsLabel = "dit_diffs"

// table judges a table or view that no living row names.
func (j judge) table() string {
	switch {
	case j.labels[diffsLabel] != "" && j.expires: // BigQuery drops it in time
		return ""
	case j.begun && !j.recent(j.created, max(j.grace, j.callTime)):
		return "a snapshot of a source that nobody saw through"
	case j.pin: // of all calls with that instant, those to come too; BigQuery drops it in time
		return ""
	case j.labels[cache.GoldenLabel] != "": // it is kept until its recording is replaced or retired, also when the run it came from is gone
		return ""
	case j.run == "":
		return j.unmarked()
	case !j.ours():
		return ""
	case j.awaited():
		return ""
	case len(j.naming) > 0:
		return ended(j.naming[0], j.now)
	case !strings.Contains(j.object.table.Name, j.run): // dit puts the run id into every name; this is a copy, or renamed
		return ""
	case len(j.own) == 0:
		if j.recent(j.created, j.quiet()) || j.recent(j.modified, j.quiet()) {
			return ""
		}
		return "no row of the registry is of run " + j.run
	case j.busy():
		return ""
	}
	return "no row names it, also none of run " + j.run
}

// unmarked judges a table without label. Only a run that was stopped before it could mark what it made leaves those.
func (j judge) unmarked() string {
	for _, r := range j.naming {
		if j.created.After(r.StartedAt) {
			return ended(r, j.now) + ", before it could label it"
		}
	}
	return ""
}

// dataset judges a dataset with the label of a run. One of a run that this registry does not know is another registry's.
func (j judge) dataset() string {
	if len(j.own) == 0 || j.busy() || j.labels["created_by"] != "dit" || !strings.Contains(j.object.table.Dataset, j.run) { // a person's, who noted the run
		return ""
	}
	for _, r := range j.own {
		if j.living(r) {
			return ""
		}
	}
	for _, r := range j.rows {
		for _, t := range r.Tables() {
			if j.living(r) && t.Project == j.object.table.Project && t.Dataset == j.object.table.Dataset {
				return ""
			}
		}
	}
	return ended(j.own[0], j.now)
}

// ours reports whether the label of a run is dit's: it knows the run, or finds what it labels things with besides.
func (j judge) ours() bool {
	return len(j.own) > 0 || j.labels["dit_experiment_id"] != "" && j.labels["dit_pipeline"] != ""
}

// quiet is how long a thing whose run has no row is left alone: the run may be about to begin. What was made for a whole call, and not for
// one of its runs, is what a mutated run reads, which may wait for its turn a long time.
func (j judge) quiet() time.Duration {
	if j.kind == DataView || j.labels["dit_mode"] == "" {
		return max(j.grace, j.callTime)
	}
	return j.grace
}

// awaited reports whether the object was made for a whole call that may be going on: the rows that name it are of those runs that have begun, or of
// one of another call that this call took up, and the next may be about to read it.
func (j judge) awaited() bool {
	return j.labels["dit_mode"] == "" && (j.busy() || len(j.own) == 0 && j.recent(j.created, j.callTime))
}

// busy reports whether the object's run may yet come to need it: one of its rows is running, or began so lately that the call
// may be going on.
func (j judge) busy() bool {
	for _, r := range j.own {
		if (r.Status == cache.Running || r.Status == cache.Detached) && j.living(r) || j.recent(r.StartedAt, j.callTime) {
			return true
		}
	}
	return false
}

func (j judge) recent(t time.Time, within time.Duration) bool { return t.Add(within).After(j.now) }

// ended says in words how a row that does not live any more came to its end.
func ended(r cache.Row, now time.Time) string {
	what := fmt.Sprintf("run %s (%s) ", r.RunID, r.Run)
	switch {
	case r.Status == cache.Cancelled:
		return what + "was cancelled"
	case r.Status == cache.Running:
		return what + "stopped without a word"
	case !r.ExpiresAt.After(now):
		return what + "expired " + r.ExpiresAt.UTC().Format("2006-01-02 15:04")
	case resumable(r):
		return what + "failed, and was done again since"
	}
	return what + "failed, with nothing to resume from"
}
