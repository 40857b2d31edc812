package job

import (
	"errors"
	"regexp"
	"strings"
)

// whileRunning is how Beam's Python SDK names the step at the end of a traceback.
var whileRunning = regexp.MustCompile(`\[while running '([^']+)'\]`)

// stepSuffix is what the SDK adds to the name of a step.
var stepSuffix = regexp.MustCompile(`-ptransform-\d+$`)

const commonErrors = "For more information, see https://cloud.google.com/dataflow/docs/guides/common-errors."

// messages are the error messages for a failure, in Dataflow's words and order: first what the worker said, then what became of the job.
func messages(err error) []string {
	text := err.Error()
	var lost *lostWorker
	if errors.As(err, &lost) {
		return []string{text, "Workflow failed. Causes: The job failed because a work item has failed. The worker lost contact with the service. " + commonErrors}
	}
	_, traceback, found := strings.Cut(text, "Traceback (most recent call last):")
	if !found {
		return []string{"Workflow failed. Causes: " + text}
	}
	what := "The job failed because a work item has failed."
	if m := whileRunning.FindStringSubmatch(traceback); m != nil {
		what = stepSuffix.ReplaceAllString(m[1], "") + " failed., " + what
	}
	return []string{
		"Error message from worker: Traceback (most recent call last):" + traceback,
		"Workflow failed. Causes: " + what + " Look in previous log entries for the cause. " + commonErrors,
	}
}
