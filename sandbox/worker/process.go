package worker

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
	"github.com/GlobalFishingWatch/dit/sandbox/tail"
)

// process is the process of one job, and the group of all processes below it.
type process struct {
	cmd    *exec.Cmd
	output *tail.Tail
	// reports are what it says; closed when it has ended.
	reports chan lease.Report
	gone    chan struct{}
	stopped sync.Once
	done    chan struct{}
	err     error
}

// start starts the process of a job in a group of its own. When this worker ends, however that comes, the
// kernel tells it by SIGTERM, and it kills its group.
func (w *pool) start(job *lease.Job, dir string) (*process, error) {
	content, err := order(job)
	if err != nil {
		return nil, err
	}
	args := append(append([]string{}, w.Command[1:]...), "--dir", dir, "--python", w.Python, "--storage", w.Storage)
	p := &process{
		cmd: exec.Command(w.Command[0], args...), reports: make(chan lease.Report),
		output: tail.New(&lines{prefix: "[" + job.Spec.Name + "] ", to: w.Log}), gone: make(chan struct{}), done: make(chan struct{}),
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start job %s: %w", job.Spec.Id, err)
	}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = bytes.NewReader(content), write, p.output
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	// Programs that the user's code has started may hold the output open: they are killed with the group.
	p.cmd.WaitDelay = 1
	started := make(chan error)
	go func() {
		// The kernel kills the child when the thread that started it ends, so this goroutine keeps its thread.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		write.Close()
		started <- err
		if err != nil {
			return
		}
		p.err = p.cmd.Wait()
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // whatever it left behind
		close(p.done)
	}()
	if err := <-started; err != nil {
		read.Close()
		return nil, fmt.Errorf("start job %s: %w", job.Spec.Id, err)
	}
	go p.listen(read)
	return p, nil
}

// listen reads reports until the process closes its end.
func (p *process) listen(from io.ReadCloser) {
	defer from.Close()
	defer close(p.reports)
	for decoder := json.NewDecoder(from); ; {
		var said lease.Report
		if decoder.Decode(&said) != nil {
			return
		}
		select {
		case p.reports <- said:
		case <-p.gone:
			return
		}
	}
}

// kill ends the whole group, and returns when the process has gone.
func (p *process) kill() {
	p.stopped.Do(func() { close(p.gone) })
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.done
}

// death says how a process ended that had not reported the end of its job.
func (p *process) death() error {
	<-p.done
	return fmt.Errorf("the job's runner ended: %v; its last words:\n%s", p.err, p.output)
}
