package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// cleanUp is how long a call that was interrupted may take to stop its jobs, drop its tables and say so in the registry.
const cleanUp = 2 * time.Minute

// interrupted is the cause of a context that a signal ended.
type interrupted struct{ signal syscall.Signal }

func (i interrupted) Error() string { return "interrupted by " + i.signal.String() }

func (i interrupted) code() int { return 128 + int(i.signal) }

// finish is the command that finishes what this process might leave behind; nil while there is nothing.
var finish atomic.Pointer[string]

// untilSignal gives a context that SIGINT or SIGTERM ends, so that the command cleans up after itself. A second signal, or the
// deadline, ends the process at once; so does the first one when DIT_NO_CANCEL_ON_SIGTERM is set, and leaves all as it is.
func untilSignal(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		first := interrupted{(<-signals).(syscall.Signal)}
		if os.Getenv("DIT_NO_CANCEL_ON_SIGTERM") != "" {
			abandon(first, "DIT_NO_CANCEL_ON_SIGTERM is set, so nothing is cancelled: the same call takes up again what was done")
		}
		fmt.Fprintf(os.Stderr, "dit: %v: stopping what runs and dropping its tables; a second signal ends this at once\n", first)
		cancel(first)
		select {
		case <-signals:
			abandon(first, "stopped before everything was cleaned up")
		case <-time.After(cleanUp):
			abandon(first, fmt.Sprintf("cleaning up took longer than %v", cleanUp))
		}
	}()
	return ctx
}

// abandon ends the process, and says what finishes its work.
func abandon(by interrupted, why string) {
	fmt.Fprintf(os.Stderr, "dit: %v: %s\n", by, why)
	if command := finish.Load(); command != nil {
		fmt.Fprintf(os.Stderr, "to stop its jobs and drop its tables: %s\n", *command)
	}
	os.Exit(by.code())
}
