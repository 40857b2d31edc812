package fault

import (
	"strings"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// Job returns what is to befall a Dataflow job: the fault of the first rule that strikes it. To be asked
// once for each job, when it is made: each call counts as a job of its own in the rules' gates.
func (r *Rules) Job(name string, labels map[string]string) lease.Fault {
	for _, a := range *r.list.Load() {
		if a.isForJob(name, labels) && a.strikes() {
			return lease.Fault{FailAtStep: a.JobFail, Hang: a.JobHang, LoseWorker: a.JobLoseWorker, CancelFromOutside: a.JobCancel, After: a.JobAfter}
		}
	}
	return lease.Fault{}
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
