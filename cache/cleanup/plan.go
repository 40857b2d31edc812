package cleanup

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
)

// object is a table, view or dataset as it was found.
type object struct {
	kind              Kind
	table             bq.Table // without a name for a dataset
	labels            map[string]string
	created, modified time.Time
	expires           bool
	etag              string
	// pin says that it is a snapshot which sources are read from.
	pin bool
	// begun says that it would be one, had whoever made it come to label it.
	begun bool
}

// name is that of the table or the dataset.
func (o object) name() string {
	if o.kind == DataSet {
		return o.table.Project + "." + o.table.Dataset
	}
	return o.table.String()
}

// facts are what a clean-up decides on, all found at about the same time: objects and jobs first, then rows, then leases, so that
// what began meanwhile is not taken for abandoned.
type facts struct {
	now             time.Time
	grace, callTime time.Duration
	objects         []object
	jobs            []runners.Job
	rows            []cache.Row
	leases          []cache.Standing
}

// plan chooses what nobody needs. It is a function of the facts alone.
func (f facts) plan() (items []Item) {
	l, byRun, naming := f.ledger(), map[string][]cache.Row{}, map[bq.Table][]cache.Row{}
	for _, r := range f.rows {
		byRun[r.RunID] = append(byRun[r.RunID], r)
		for _, t := range r.Tables() {
			naming[t] = append(naming[t], r)
		}
		if l.dead[r.ID] && r.Status == cache.Running {
			items = append(items, Item{Kind: AbandonedRun, Name: r.RunID + " (" + r.Run + ")", RunID: r.RunID, row: r, Reason: abandoned})
		}
	}
	runs := func(run string) bool {
		return slices.ContainsFunc(byRun[run], func(r cache.Row) bool {
			return (r.Status == cache.Running || r.Status == cache.Detached) && l.living(r)
		})
	}
	for _, job := range f.jobs {
		// A job of a run that this registry does not know is another registry's.
		if !job.Ended() && len(byRun[job.RunID]) > 0 && !runs(job.RunID) {
			items = append(items, Item{Kind: DataflowJob, Name: job.ID, RunID: job.RunID, job: job, etag: job.Region,
				Reason: fmt.Sprintf("%s in region %s is %s, and its run is not", job.Name, job.Region, strings.TrimPrefix(job.State, "JOB_STATE_"))})
		}
	}
	users := l.users()
	for _, o := range f.objects {
		run := o.labels[runners.RunLabel]
		j := judge{l, f.grace, f.callTime, o, run, byRun[run], naming[o.table]}
		reason := ""
		switch {
		case o.kind == DataSet:
			reason = j.dataset()
		case len(users[o.table]) == 0 && !cache.Owns(o.table.Name):
			reason = j.table()
		}
		if reason != "" {
			items = append(items, Item{Kind: o.kind, Name: o.name(), RunID: run, Reason: reason, table: o.table, etag: o.etag})
		}
	}
	return items
}

// abandoned is what is said of a run whose process stopped without a word.
const abandoned = "its process stopped without a word, and its lease ran out"

// ledger knows which running rows are dead: those that hold no lease that lives.
func (f facts) ledger() ledger {
	dead := map[cache.ID]bool{}
	for _, r := range f.rows {
		if r.Status == cache.Running && !slices.ContainsFunc(f.leases, func(s cache.Standing) bool { return s.Live && s.ID == r.ID }) {
			dead[r.ID] = true // a call may have another row of the run, that ended
		}
	}
	return newLedger(f.now, f.rows, dead, f.callTime)
}
