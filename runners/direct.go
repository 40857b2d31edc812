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

var _ Runner = Direct{}

// Kind implements [Runner].
func (Direct) Kind() string { return "direct" }

// Arguments implements [Runner]: Beam runs a pipeline in the process itself unless it is told otherwise.
func (Direct) Arguments(Invocation) []string { return nil }

// Submit implements [Runner].
func (d Direct) Submit(ctx context.Context, in Invocation, progress io.Writer) (Handle, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", in.Name, err)
	}
	return d.start(in, progress)
}

// start starts the process, whatever becomes of the context meanwhile.
func (d Direct) start(in Invocation, progress io.Writer) (*process, error) {
	if len(in.Args) == 0 {
		return nil, fmt.Errorf("%s: %w: the command line is empty", in.Name, ErrNotStarted)
	}
	log, err := os.OpenFile(in.LogFile, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: its log: %w", in.Name, ErrNotStarted, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	p := &process{name: in.Name, stop: stop, ended: make(chan struct{}), result: Result{Started: time.Now().UTC()}}
	p.lines = &lineWriter{prefix: "[" + in.Name + "] ", to: progress, keep: LogTailLines}
	cmd := exec.CommandContext(ctx, in.Args[0], in.Args[1:]...)
	cmd.Dir, cmd.Env = in.Dir, append(os.Environ(), in.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	// The whole group is told to end: a pipeline's workers are children of its own.
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	if cmd.WaitDelay = d.Grace; d.Grace == 0 {
		cmd.WaitDelay = 10 * time.Second
	}
	started := make(chan error, 1)
	go p.run(cmd, log, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("%s: %w: %w", in.Name, ErrNotStarted, err)
	}
	return p, nil
}

// process is a child process on its way.
type process struct {
	name   string
	lines  *lineWriter
	stop   context.CancelFunc
	result Result // once it has ended, with err
	err    error
	ended  chan struct{}
}

// run starts the process and follows it to its end.
func (p *process) run(cmd *exec.Cmd, log io.WriteCloser, started chan<- error) {
	defer close(p.ended)
	defer log.Close()
	defer p.stop()
	// The kernel kills the child when the thread that started it ends, so this goroutine keeps its thread as long as the child lives.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// A pipe of our own, so that Wait returns when the process ends, even if a child of its lives on and holds the output open.
	read, write, err := os.Pipe()
	if err != nil {
		started <- err
		return
	}
	defer read.Close()
	cmd.Stdout, cmd.Stderr = write, write
	err = cmd.Start()
	write.Close()
	started <- err
	if err != nil {
		return
	}
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		_, _ = io.Copy(p.lines, io.TeeReader(read, forgiving{log}))
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
	p.lines.flush()
	p.result.Finished, p.result.LogTail = time.Now().UTC(), p.lines.tail()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, context.Canceled) {
		p.err = fmt.Errorf("%s: %w", p.name, err)
	}
	p.result.exited(cmd.ProcessState.Sys().(syscall.WaitStatus))
}

// exited notes how the process ended.
func (r *Result) exited(status syscall.WaitStatus) {
	r.ExitCode = status.ExitStatus()
	signal := ""
	if status.Signaled() {
		r.ExitCode = 128 + int(status.Signal())
		signal = " (" + status.Signal().String() + ")"
		if status.Signal() == syscall.SIGKILL {
			signal = " (killed, perhaps out of memory)"
		}
	}
	if r.ExitCode != 0 {
		r.Problem = fmt.Sprintf("ended with exit code %d%s", r.ExitCode, signal)
	}
}

// Jobs implements [Handle]: there are none.
func (p *process) Jobs() []Job { return nil }

// Wait implements [Handle].
func (p *process) Wait(ctx context.Context) (Result, error) {
	select {
	case <-p.ended:
		return p.result, p.err
	case <-ctx.Done():
		return Result{}, fmt.Errorf("%s: stopped waiting: %w", p.name, context.Cause(ctx))
	}
}

// Cancel implements [Handle]: the process and its children are told to end, and made to after the grace.
func (p *process) Cancel(ctx context.Context) error {
	p.stop()
	select {
	case <-p.ended:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s: its process has not ended: %w", p.name, context.Cause(ctx))
	}
}

// has reports whether the process has ended.
func (p *process) has() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// forgiving is a log on a disk that may be full: the run goes on, and its last lines are kept all the same.
type forgiving struct{ to io.Writer }

func (f forgiving) Write(p []byte) (int, error) {
	_, _ = f.to.Write(p)
	return len(p), nil
}
