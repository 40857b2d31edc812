// Package lease is what the Dataflow service and its workers say to each other: plain JSON
// over HTTP, asked by the worker, so that workers need no address of their own.
//
// A worker asks for jobs under [PollPath] all the time, which also tells the service that it
// is there and which images it offers; for each job that it has been given it reports under
// [ReportPath] at least every second, and learns in the answer whether to stop.
package lease

import (
	"time"

	dataflow "google.golang.org/api/dataflow/v1b3"
)

// Where the service is asked, on the host of the Dataflow API.
const (
	Path       = "/sandbox/dataflow/"
	PollPath   = Path + "lease"
	ReportPath = Path + "report"
)

// DefaultImage stands for the image of a job that names none of its own: Beam's.
const DefaultImage = "default"

// PollWait is how long the service holds a poll that it has no job for.
const PollWait = 5 * time.Second

// ReportEvery is the longest time between two reports of one job.
const ReportEvery = time.Second

// Poll asks for a job.
type Poll struct {
	// Worker names the process that asks; it is new with every start.
	Worker string `json:"worker"`
	// Images are the container images whose jobs it can run.
	Images []string `json:"images"`
	// Free is how many more jobs it takes. With 0 the poll only tells that the worker is there.
	Free int `json:"free"`
	// Now asks for an answer at once, job or none: the first poll, which registers.
	Now bool `json:"now,omitempty"`
}

// Answer is the answer to a [Poll]. Job is nil when there is none.
type Answer struct {
	Job *Job `json:"job,omitempty"`
}

// Job is a job to run.
type Job struct {
	// Spec is the job as it was created, with its id.
	Spec *dataflow.Job `json:"spec"`
	// Fault is what the worker is to do to it.
	Fault Fault `json:"fault"`
}

// Fault is a fault to inject into a job. The zero value is none.
type Fault struct {
	// FailAtStep fails the job where data reaches this step: its full name, or its number
	// among the steps at the top of the pipeline, from 1.
	FailAtStep string `json:"failAtStep,omitempty"`
	// Hang stops all progress, while the job stays in JOB_STATE_RUNNING, until it is cancelled.
	Hang bool `json:"hang,omitempty"`
	// LoseWorker kills the process that runs the user's code.
	LoseWorker bool `json:"loseWorker,omitempty"`
	// CancelFromOutside cancels the job as if somebody else had asked for it.
	CancelFromOutside bool `json:"cancelFromOutside,omitempty"`
	// After is how long the user's code has been running when the fault comes; FailAtStep comes
	// with the first data after it.
	After time.Duration `json:"after,omitempty"`
}

// Report says how far a job has come.
type Report struct {
	Worker string `json:"worker"`
	Job    string `json:"job"`
	// State is one of JOB_STATE_RUNNING, _DONE, _FAILED and _CANCELLED, or empty while the
	// job is being prepared.
	State string `json:"state,omitempty"`
	// Up says that the user's code can run. The service does nothing with it: the worker starts the next job.
	Up bool `json:"up,omitempty"`
	// Messages are those since the last report, oldest first.
	Messages []Message `json:"messages,omitempty"`
	// Metrics are all metrics; nil when they are as they were.
	Metrics []*dataflow.MetricUpdate `json:"metrics,omitempty"`
}

// Message is one message of a job. Importance is one of Dataflow's JOB_MESSAGE_ words.
type Message struct {
	Time       time.Time `json:"time"`
	Importance string    `json:"importance"`
	Text       string    `json:"text"`
}

// Reply is the answer to a [Report].
type Reply struct {
	// Stop says that the job is to end now: it was cancelled, or is not this worker's any more.
	Stop bool `json:"stop"`
}
