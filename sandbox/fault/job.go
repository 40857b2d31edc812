package fault

import (
	"strings"
	"time"
)

// JobKind is what befalls a Dataflow job.
type JobKind string

const (
	// JobFails: the job fails when a step that JobFault.FailsAt tells begins, with an error that names it.
	JobFails JobKind = "fail"
	// JobHangs: the job makes no progress any more and stays in the state running until it is cancelled.
	JobHangs JobKind = "hang"
	// JobLosesWorker: the worker that runs the job disappears. What becomes of the job is what Dataflow
	// does: another worker does the work again.
	JobLosesWorker JobKind = "lose-worker"
	// JobCancelled: the job is cancelled by somebody who is not its client.
	JobCancelled JobKind = "cancel"
)

// JobFault is what is to befall one job.
type JobFault struct {
	// ID is that of the rule, for the message of the job's error.
	ID   string
	Kind JobKind
	// Step is the glob of a JobFails; see FailsAt.
	Step string
	// After is how long after the job has begun to run the fault comes, not before. For JobFails: a step
	// that begins earlier is let through.
	After time.Duration
}

// FailsAt tells whether the job is to fail at the step, which begins so long after the job has.
func (f JobFault) FailsAt(step string, since time.Duration) bool {
	return f.Kind == JobFails && since >= f.After && match(f.Step, step)
}

// Job returns what is to befall a Dataflow job, in the order of the rules; usually nothing. To be asked
// once for each job, when it is made: each call counts as a job of its own in the rules' gates.
func (r *Rules) Job(name string, labels map[string]string) []JobFault {
	var faults []JobFault
	for _, a := range *r.list.Load() {
		if a.isForJob(name, labels) && a.strikes() {
			faults = append(faults, JobFault{ID: a.id, Kind: a.jobKind(), Step: a.JobFail, After: a.JobAfter})
		}
	}
	return faults
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

func (r Rule) jobKind() JobKind {
	switch {
	case r.JobHang:
		return JobHangs
	case r.JobLoseWorker:
		return JobLosesWorker
	case r.JobCancel:
		return JobCancelled
	}
	return JobFails
}
