// Package fault lets the sandbox have a bad day on demand: answers that are errors, late or cut off,
// tables that disappear, loads that lose rows, jobs that fail. Each fault is a Rule: which requests
// or Dataflow jobs it is for, one effect, and how often. Without rules nothing is changed.
package fault

import "time"

// Rule is one fault as Parse reads it: a matcher, exactly one effect, and gates. The zero value of a
// member means that the rule's text does not have the word, but for Rate, which is then 1.
//
// A glob is matched against the whole text; * stands for any text, slashes and dots included.
type Rule struct {
	// Service is one of bigquery (REST), bigquerystorage (gRPC), storage, dataflow, token.
	Service string
	// Method is an HTTP method. gRPC calls are POST.
	Method string
	// Path is a glob over the path of the URL. gRPC's is /package.Service/Method.
	Path string
	// Table is a glob over the tables that a request names, as dataset.table or project.dataset.table:
	// in its path, in the configuration of its job, in its SQL after FROM, JOIN, INTO and the like.
	Table string
	// Internal rules are for the requests of the engine to the sandbox's own storage, and for them
	// alone. All others are for those of clients.
	Internal bool
	// Job is a glob over the names of Dataflow jobs.
	Job string
	// Label is KEY:GLOB, over one label of Dataflow jobs.
	Label string

	// Status is the HTTP status of an error in the place of an answer. gRPC calls get the code for it.
	Status int
	// Reason is the word by which clients decide whether to try again. Default: what Google sends
	// with the status.
	Reason string
	// Delay is how long the answer is held back. The request is carried out at once.
	Delay time.Duration
	// Cut says when the connection is cut.
	Cut Cut
	// DropTable drops the tables that match Table and that the request names, before the request.
	DropTable bool
	// ShortLoad is how many rows a load of newline-delimited JSON from Cloud Storage loses. The job
	// succeeds.
	ShortLoad int
	// JobFail is the step at which the job fails: its full name, or its number among the steps at the top
	// of the pipeline, from 1.
	JobFail string
	// JobHang, JobLoseWorker and JobCancel make the job stand still, lose the worker that runs it, or
	// be cancelled by somebody else.
	JobHang, JobLoseWorker, JobCancel bool

	// After is how many matching requests or jobs are let through first.
	After int
	// JobAfter is how long after a job has begun to run its fault comes.
	JobAfter time.Duration
	// Rate is the share of the matching requests or jobs that are struck, 0 to 1. Which ones, counted
	// from the first, follows from Seed.
	Rate float64
	Seed uint64
	// Count is how many are struck at most; 0: no limit.
	Count int
}

// Cut is a point of a request at which its connection is cut.
type Cut string

const (
	// CutBefore: the service never has the request.
	CutBefore Cut = "before"
	// CutAfter: the request is carried out; nothing of the answer is sent.
	CutAfter Cut = "after"
	// CutBody: the answer ends in the middle.
	CutBody Cut = "body"
)

// forJob tells whether the effect is on a Dataflow job, not on a request.
func (r Rule) forJob() bool {
	return r.JobFail != "" || r.JobHang || r.JobLoseWorker || r.JobCancel
}
