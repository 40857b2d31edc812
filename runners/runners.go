// Package runners says how one invocation of a pipeline is run. [Direct] runs the command in the container it is called in, with
// Beam's own local runner underneath; [Dataflow] has the command submit a job, and then goes by what the service says of it.
package runners

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Invocation is one process of a pipeline.
type Invocation struct {
	// Name marks its lines in the progress, such as "bfd 2/3".
	Name string
	// Args is the command line; the first item is looked up in PATH.
	Args []string
	// Env is added to the environment, as "NAME=value". Its values are never printed.
	Env []string
	// Dir is the working directory; empty for the current one.
	Dir string
	// LogFile receives everything the process prints, at its end. Its directory must exist.
	LogFile string
	// Job is what the process submits where a service runs it; nil for a process that submits nothing.
	Job *Submission
	// Leave says that jobs which the service does not tell about any more are to run on: somebody can take them up later, and what
	// they make is then of use. Any others are cancelled.
	Leave bool
}

// Submission is the job that an invocation submits.
type Submission struct {
	// Name is the job's, which no other job of the project has, see [JobName].
	Name string
	// Labels are on the job. [RunLabel] must be among them: by it a job is known to be ours.
	Labels map[string]string
	// Detached says that the process was told to end once the job is submitted. Any other does something when the job is done, and
	// is waited for as well.
	Detached bool
}

// Result is how an invocation ended.
type Result struct {
	// Problem says in words why it did not end well; empty when it did.
	Problem string `json:"problem,omitempty"`
	// Outside says that the problem is not the pipeline's: the service would not take its job.
	Outside bool `json:"outside,omitempty"`
	// ExitCode is the process's own, or 128 and the signal's number when a signal ended it.
	ExitCode int       `json:"exit_code"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	// LogTail holds the last [LogTailLines] lines it printed.
	LogTail []string `json:"log_tail,omitempty"`
	// Jobs are those it submitted, as they ended.
	Jobs []JobReport `json:"jobs,omitempty"`
}

// LogTailLines is how much of a log a [Result] keeps.
const LogTailLines = 40

// ErrNotStarted says that the command could not be run at all, which is not the same as a run that failed.
var ErrNotStarted = errors.New("could not be started")

// Runner runs invocations.
type Runner interface {
	// Kind names the runner in the run cache's key: "direct" or "dataflow".
	Kind() string
	// Arguments are what the command line needs besides, to be run in this way; they leave out what it says already.
	Arguments(in Invocation) []string
	// Submit starts the invocation, and returns when others can find what runs: at once, or when its job is known. What it prints
	// goes to progress line by line, until it has ended. A submission that fails is a handle whose result says so. When the
	// context ends before that, nothing is left running.
	Submit(ctx context.Context, in Invocation, progress io.Writer) (Handle, error)
}

// Handle is an invocation on its way. It goes on until it ends or is cancelled, whoever waits for it.
type Handle interface {
	// Jobs are those that were submitted, with their states at that time.
	Jobs() []Job
	// Wait returns when the invocation has ended. One that ends badly is a Result, not an error. Waiting may be given up, with the
	// context's error, and begun again.
	Wait(ctx context.Context) (Result, error)
	// Cancel ends the invocation, and returns when nothing of it runs any more. To cancel what has ended is no error.
	Cancel(ctx context.Context) error
}

// ErrDetached is for who notes the jobs to say that they are to be left running.
var ErrDetached = errors.New("left running")

// cancelTime is how long the end of what is cancelled is waited for.
const cancelTime = 45 * time.Second

// LeftRunning says that jobs could not be waited for any longer, and run on.
type LeftRunning struct {
	Jobs []Job
	Err  error
}

func (e *LeftRunning) Error() string {
	return fmt.Sprintf("Dataflow job %s in region %s could not be waited for, and runs on: %v", e.Jobs[0].ID, e.Jobs[0].Region, e.Err)
}

// Unwrap gives what kept from waiting.
func (e *LeftRunning) Unwrap() error { return e.Err }

// Run submits an invocation and waits for its end. It calls noted between the two, with the jobs. When that fails, or the context
// ends, the invocation is cancelled, and Run returns when it is gone, with that error or the context's cause. Of jobs that the
// service does not tell about any more, and that are to run on then, it is a [*LeftRunning]. With [ErrDetached] of noted jobs are
// left running as well.
func Run(ctx context.Context, r Runner, in Invocation, progress io.Writer, noted func([]Job) error) (Result, error) {
	h, err := r.Submit(ctx, in, progress)
	if err != nil {
		return Result{}, err
	}
	jobs := h.Jobs()
	if err = noted(jobs); errors.Is(err, ErrDetached) {
		return Result{}, err
	} else if err == nil {
		var result Result
		if result, err = h.Wait(ctx); err == nil {
			return result, nil
		}
		if ctx.Err() == nil && len(jobs) > 0 && in.Leave {
			return Result{}, &LeftRunning{jobs, err}
		}
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	ending, done := context.WithTimeout(context.WithoutCancel(ctx), cancelTime)
	defer done()
	if left := h.Cancel(ending); left != nil {
		err = errors.Join(err, left)
	}
	return Result{}, err
}
