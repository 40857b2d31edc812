// Package runners says how one invocation of a pipeline is run. [Direct] runs the command in the container it is called in,
// with Beam's own local runner underneath.
package runners

import (
	"context"
	"errors"
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
	// LogFile receives everything the process prints. Its directory must exist.
	LogFile string
}

// Result is how an invocation ended.
type Result struct {
	// ExitCode is the process's own, or 128 and the signal's number when a signal ended it.
	ExitCode int `json:"exit_code"`
	// Signal names the signal that ended it, in words; empty when it exited by itself.
	Signal   string    `json:"signal,omitempty"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	// LogTail holds the last [LogTailLines] lines it printed.
	LogTail []string `json:"log_tail,omitempty"`
}

// LogTailLines is how much of a log a [Result] keeps.
const LogTailLines = 40

// ErrNotStarted says that the command could not be run at all, which is not the same as a run that failed.
var ErrNotStarted = errors.New("could not be started")

// Runner runs invocations.
type Runner interface {
	// Kind names the runner in the run cache's key: "direct".
	Kind() string
	// Run runs one invocation to its end and reports progress line by line. A process that ends badly is a Result, not an
	// error. When the context ends, the process and its children are told to stop, then made to; Run returns when they are
	// gone, with the context's error.
	Run(ctx context.Context, in Invocation, progress io.Writer) (Result, error)
}
