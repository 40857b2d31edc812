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
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
	"github.com/GlobalFishingWatch/dit/sandbox/tail"
)

// drain is how long output may still come when a process has ended.
const drain = time.Second

// process is the process of one job, and the group of all processes below it.
type process struct {
	cmd    *exec.Cmd
	output *tail.Tail
	// done is closed when the process has ended, logged and heard when all has been read that it logged and reported.
	done, logged, heard chan struct{}
	err                 error
	// news is told when there is something to take.
	news chan struct{}

	mu   sync.Mutex
	said lease.Report
}

// start starts the process of a job in a group of its own. When this worker ends, however that comes, the
// kernel tells it by SIGTERM, and it kills its group.
func (w *pool) start(job *lease.Job, dir string) (*process, error) {
	content, err := order(job)
	if err != nil {
		return nil, err
	}
	// Pipes of our own, so that Wait returns when the process ends, even if one that it has started holds them open.
	reports, reportsTo, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start job %s: %w", job.Spec.Id, err)
	}
	log, logTo, err := os.Pipe()
	if err != nil {
		reports.Close()
		reportsTo.Close()
		return nil, fmt.Errorf("start job %s: %w", job.Spec.Id, err)
	}
	args := append(append([]string{}, w.Command[1:]...), "--dir", dir, "--python", w.Python, "--storage", w.Storage)
	p := &process{
		cmd: exec.Command(w.Command[0], args...), output: tail.New(&lines{prefix: "[" + job.Spec.Name + "] ", to: w.Log}),
		done: make(chan struct{}), logged: make(chan struct{}), heard: make(chan struct{}), news: make(chan struct{}, 1),
	}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = bytes.NewReader(content), reportsTo, logTo
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	p.cmd.WaitDelay = drain // for the input, which the process may not have read
	started := make(chan error)
	go func() {
		// The kernel tells the child when the thread that started it ends, so this goroutine keeps its thread.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		reportsTo.Close()
		logTo.Close()
		started <- err
		if err != nil {
			return
		}
		p.err = p.cmd.Wait()
		_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) // whatever it left behind
		close(p.done)
	}()
	if err := <-started; err != nil {
		reports.Close()
		log.Close()
		return nil, fmt.Errorf("start job %s: %w", job.Spec.Id, err)
	}
	go p.listen(reports)
	go p.keep(log)
	go func() {
		<-p.done
		late := time.AfterFunc(drain, func() { // a process that has left the group holds them open
			reports.Close()
			log.Close()
		})
		<-p.heard
		<-p.logged
		late.Stop()
	}()
	return p, nil
}

// listen reads what the process reports, and never keeps it waiting.
func (p *process) listen(from io.ReadCloser) {
	defer close(p.heard)
	defer from.Close()
	for decoder := json.NewDecoder(from); ; {
		var said lease.Report
		if decoder.Decode(&said) != nil {
			return
		}
		p.mu.Lock()
		add(&p.said, said)
		p.mu.Unlock()
		select {
		case p.news <- struct{}{}:
		default:
		}
	}
}

// keep passes on what the process logs.
func (p *process) keep(from io.ReadCloser) {
	defer close(p.logged)
	defer from.Close()
	_, _ = io.Copy(p.output, from) // to the end of the process
}

// take adds what the process has reported since the last time.
func (p *process) take(to *lease.Report) {
	p.mu.Lock()
	defer p.mu.Unlock()
	add(to, p.said)
	p.said = lease.Report{}
}

// kill ends the whole group, and returns when the process has gone.
func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.done
}

// death says how a process ended that had not reported the end of its job.
func (p *process) death() error {
	<-p.done
	<-p.logged
	return fmt.Errorf("the job's runner ended: %v; its last words:\n%s", p.err, p.output)
}
