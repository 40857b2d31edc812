package audit

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// Lineage returns the OpenLineage events of the call: of each run a START, a RUNNING for each phase that ended, and unless it still
// runs a COMPLETE, FAIL or ABORT; of each comparison a START and a COMPLETE, or a FAIL where it could not be done.
func (c *Call) Lineage() (events []Event) {
	for _, r := range c.Rows {
		events = append(events, c.runEvents(r)...)
	}
	for _, v := range c.Verdicts {
		events = append(events, c.verdictEvents(v)...)
	}
	return events
}

func (c *Call) runEvents(r cache.Row) []Event {
	l := c.lineage(r.Workflow, r.Key.Pipeline, r.Run, r.DitCommit)
	l.base.Job.Facets.Source = l.source(r.Key)
	for _, name := range slices.Sorted(maps.Keys(r.Key.Sources)) {
		table, version, _ := strings.Cut(r.Key.Sources[name], ", ")
		if strings.HasPrefix(version, "contents unknown") { // of a view
			version = ""
		}
		l.base.Inputs = append(l.base.Inputs, l.table(table, version))
	}
	l.base.Outputs = l.written(r, nil)
	whole := cache.Phase{}
	for _, p := range r.Key.Phases {
		if whole.Start == "" || p.Start < whole.Start {
			whole.Start = p.Start
		}
		whole.End = max(whole.End, p.End)
	}
	l.base.Run.Facets.NominalTime = l.days(whole)
	events, now, last := []Event{l.at(Start, r.StartedAt)}, r.StartedAt, r.FinishedAt
	if last.Before(now) { // it still runs, or two clocks do not agree
		last = now
	}
	for _, p := range r.Phases {
		if p.ReusedRunID == "" { // the others took their time in another run
			now = now.Add(time.Duration(p.Seconds * float64(time.Second)))
		}
		if !r.FinishedAt.IsZero() && now.After(last) {
			now = last
		}
		e := l.at(Running, now)
		e.Run.Facets.NominalTime, e.Outputs = l.days(p.Phase), l.written(r, p.Outputs)
		events = append(events, e)
	}
	kind, ended := map[cache.Status]string{cache.Succeeded: Complete, cache.Failed: Fail, cache.Cancelled: Abort}[r.Status]
	if !ended {
		return events
	}
	end := l.at(kind, last)
	versions := map[string]bq.Version{}
	for name, o := range r.Outputs {
		versions[name] = o.Version
	}
	end.Outputs = l.written(r, versions)
	if r.Status == cache.Failed {
		end.Run.Facets.Error = l.failed(strings.Trim(string(r.Failure)+": "+r.Error, ": "))
	}
	return append(events, end)
}
