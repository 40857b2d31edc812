package dataflow

import (
	"strings"
	"time"

	api "google.golang.org/api/dataflow/v1b3"
)

// update answers jobs.update, whose one use here is to cancel. Refusals are 400, not 501:
// Beam's client tries again for minutes after any answer from 500 on.
func (s *Service) update(c call) (any, error) {
	r, err := s.find(c)
	if err != nil {
		return nil, err
	}
	wanted := new(api.Job)
	if err := c.body(wanted); err != nil {
		return nil, err
	}
	switch wanted.RequestedState {
	case stateCancelled:
	case "JOB_STATE_DRAINED", "JOB_STATE_DRAINING":
		return nil, precondition("Workflow modification failed. Causes: The sandbox cannot drain jobs (%s): cancel job %s with JOB_STATE_CANCELLED.", wanted.RequestedState, r.Job.Id)
	case "":
		return nil, invalid("Workflow modification failed. Causes: The request for job %s has no requestedState; the sandbox changes nothing else of a job, such as its number of workers.", r.Job.Id)
	default:
		return nil, invalid("Workflow modification failed. Causes: %s cannot be requested of job %s: JOB_STATE_CANCELLED can.", wanted.RequestedState, r.Job.Id)
	}
	s.mu.Lock()
	err = s.cancel(r, "Cancel request is committed for workflow job: "+r.Job.Id+".")
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return s.view(r.Job.Id, "")
}

// cancel ends a job that no worker has, and tells the worker of one that has. Cancelling what
// is being cancelled is no error. The caller holds the lock.
func (s *Service) cancel(r *record, message string) error {
	if r.ended() {
		return precondition("Workflow modification failed. Causes: Operation cancel not allowed for job %s. Job has terminated in state %s.",
			r.Job.Id, strings.TrimPrefix(r.Job.CurrentState, "JOB_STATE_"))
	}
	if r.Job.CurrentState == stateCancelling {
		return nil
	}
	now := time.Now()
	had := r.worker != ""
	r.say(now, messageBasic, "%s", message)
	r.enter(stateCancelling, now)
	if !had {
		r.enter(stateCancelled, now)
	}
	return s.store.save(r)
}
