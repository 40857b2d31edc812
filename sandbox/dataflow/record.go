package dataflow

import (
	"fmt"
	"time"

	api "google.golang.org/api/dataflow/v1b3"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// record is all that is known of a job, and what its file holds.
type record struct {
	Job      *api.Job            `json:"job"`
	Messages []*api.JobMessage   `json:"messages"`
	Metrics  []*api.MetricUpdate `json:"metrics,omitempty"`
	// MetricTime is when the metrics were last reported.
	MetricTime string   `json:"metricTime,omitempty"`
	Fault      JobFault `json:"fault,omitzero"`
	// Created and Running are the times behind the job's own, for the clock's arithmetic.
	Created time.Time `json:"created"`
	Running time.Time `json:"running,omitzero"`

	// worker has the job since the last poll that was answered with it, and was last heard of at heard.
	worker string
	heard  time.Time
}

func (r *record) ended() bool { return ended(r.Job.CurrentState) }

// enter changes the state.
func (r *record) enter(state string, now time.Time) {
	r.Job.CurrentState, r.Job.CurrentStateTime = state, stamp(now)
	switch {
	case state == stateRunning:
		r.Running = now
		r.Job.StartTime = stamp(now)
	case ended(state):
		r.worker = ""
	case state == stateCancelling:
		r.Job.RequestedState = stateCancelled
	}
}

// say adds a message.
func (r *record) say(now time.Time, importance, format string, args ...any) {
	r.add(lease.Message{Time: now, Importance: importance, Text: fmt.Sprintf(format, args...)})
}

// add adds a message. Times only grow: the pages of a list go by them.
func (r *record) add(m lease.Message) {
	at := stamp(m.Time)
	if n := len(r.Messages); n > 0 && at < r.Messages[n-1].Time {
		at = r.Messages[n-1].Time
	}
	r.Messages = append(r.Messages, &api.JobMessage{
		Id:                fmt.Sprintf("%06d", len(r.Messages)+1),
		Time:              at,
		MessageImportance: m.Importance,
		MessageText:       m.Text,
	})
}

// fail ends the job with an error, in the words of the service.
func (r *record) fail(now time.Time, format string, args ...any) {
	r.say(now, messageError, "Workflow failed. Causes: "+format, args...)
	r.enter(stateFailed, now)
}
