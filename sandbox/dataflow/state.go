package dataflow

import (
	"slices"
	"time"
)

// The states of a job that the sandbox knows.
const (
	statePending    = "JOB_STATE_PENDING"
	stateQueued     = "JOB_STATE_QUEUED"
	stateRunning    = "JOB_STATE_RUNNING"
	stateDone       = "JOB_STATE_DONE"
	stateFailed     = "JOB_STATE_FAILED"
	stateCancelling = "JOB_STATE_CANCELLING"
	stateCancelled  = "JOB_STATE_CANCELLED"
)

// ended reports whether a job never leaves this state.
func ended(state string) bool {
	return slices.Contains([]string{stateDone, stateFailed, stateCancelled}, state)
}

// Importance of messages, least first.
const (
	messageDebug    = "JOB_MESSAGE_DEBUG"
	messageDetailed = "JOB_MESSAGE_DETAILED"
	messageBasic    = "JOB_MESSAGE_BASIC"
	messageWarning  = "JOB_MESSAGE_WARNING"
	messageError    = "JOB_MESSAGE_ERROR"
)

var importances = []string{messageDebug, messageDetailed, messageBasic, messageWarning, messageError}

// timeFormat has always the same length: clients compare times of messages as text.
const timeFormat = "2006-01-02T15:04:05.000000000Z"

func stamp(t time.Time) string { return t.UTC().Format(timeFormat) }
