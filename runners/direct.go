package runners

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Direct runs the command as a child process, in a process group of its own. The child does not outlive the process that
// started it, however that ends; children of its own may, until the container ends.
type Direct struct {
	// Grace is how long a process may take to end after SIGTERM before it is killed; 0 means ten seconds.
	Grace time.Duration
}

// Kind implements [Runner].
func (Direct) Kind() string { return "direct" }

// Run implements [Runner].
func (d Direct) Run(ctx context.Context, in Invocation, progress io.Writer) (Result, error) {
	result := Result{Started: time.Now().UTC()}
	if len(in.Args) == 0 {
		return result, fmt.Errorf("%s: %w: the command line is empty", in.Name, ErrNotStarted)
	}
	log, err := os.Create(in.LogFile)
	if err != nil {
		return result, fmt.Errorf("%s: %w: its log: %w", in.Name, ErrNotStarted, err)
	}
	defer log.Close()
	lines := &lineWriter{prefix: "[" + in.Name + "] ", to: progress, keep: LogTailLines}

	cmd := exec.CommandContext(ctx, in.Args[0], in.Args[1:]...)
	cmd.Dir, cmd.Env = in.Dir, append(os.Environ(), in.Env...)
	// The kernel kills the child when the thread that started it ends, so this goroutine keeps its thread as long as the child lives.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	// The whole group is told to end: a pipeline's workers are children of its own.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = d.Grace
	if cmd.WaitDelay == 0 {
		cmd.WaitDelay = 10 * time.Second
	}
	// A pipe of our own, so that Wait returns when the process ends, even if a child of its lives on and holds the output open.
	read, write, err := os.Pipe()
	if err != nil {
		return result, fmt.Errorf("%s: %w: %w", in.Name, ErrNotStarted, err)
	}
	defer read.Close()
	cmd.Stdout, cmd.Stderr = write, write
	err = cmd.Start()
	write.Close()
	if err != nil {
		return result, fmt.Errorf("%s: %w: %w", in.Name, ErrNotStarted, err)
	}
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		_, _ = io.Copy(lines, io.TeeReader(read, forgiving{log}))
	}()
	err = cmd.Wait()
	// Whatever the group left behind ends with it; that there is nothing left is the usual case.
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	select {
	case <-copied:
	case <-time.After(time.Second): // a child that left the group holds the output open
		read.Close()
		<-copied
	}
	lines.flush()
	result.Finished, result.LogTail = time.Now().UTC(), lines.tail()
	if ctx.Err() != nil && !cmd.ProcessState.Success() {
		return result, fmt.Errorf("%s: stopped: %w", in.Name, context.Cause(ctx))
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && ctx.Err() == nil {
		return result, fmt.Errorf("%s: %w", in.Name, err)
	}
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	result.ExitCode = status.ExitStatus()
	if status.Signaled() {
		result.ExitCode = 128 + int(status.Signal())
		result.Signal = status.Signal().String()
		if status.Signal() == syscall.SIGKILL {
			result.Signal += ", perhaps out of memory"
		}
	}
	return result, nil
}

// forgiving is a log on a disk that may be full: the run goes on, and its last lines are kept all the same.
type forgiving struct{ to io.Writer }

func (f forgiving) Write(p []byte) (int, error) {
	_, _ = f.to.Write(p)
	return len(p), nil
}
