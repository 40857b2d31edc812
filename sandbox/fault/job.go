package fault

import (
	"strings"
	"time"
)

// JobFault is what is to befall one Dataflow job; the zero value is nothing. It has the members, in the
// order, of the Dataflow service's own, so that one converts to the other and neither package needs the other.
type JobFault struct {
	// FailAtStep fails the job at this step: its full name, or its number among the steps at the top of
	// the pipeline, from 1.
	FailAtStep string
	// Hang stops all progress; the job stays in the state running until it is cancelled.
	Hang bool
	// LoseWorker loses the worker that runs the job. What becomes of the job is Dataflow's affair.
	LoseWorker bool
	// CancelFromOutside cancels the job as if somebody else had asked for it.
	CancelFromOutside bool
	// After is how long after the job has begun to run the fault comes.
	After time.Duration
}

// Job returns what is to befall a Dataflow job: the fault of the first rule that strikes it. To be asked
// once for each job, when it is made: each call counts as a job of its own in the rules' gates.
func (r *Rules) Job(name string, labels map[string]string) JobFault {
	for _, a := range *r.list.Load() {
		if a.isForJob(name, labels) && a.strikes() {
			return JobFault{a.JobFail, a.JobHang, a.JobLoseWorker, a.JobCancel, a.JobAfter}
		}
	}
	return JobFault{}
}

func (r Rule) isForJob(name string, labels map[string]string) bool {
	if !r.forJob() || !match(r.Job, name) {
		return false
	}
	if r.Label == "" {
		return true
	}
	key, glob, _ := strings.Cut(r.Label, ":")
	value, there := labels[key]
	return there && match(glob, value)
}
