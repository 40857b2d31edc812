package job

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/tail"
)

// sdkGrace is how long a worker may take to end after it was asked to.
const sdkGrace = time.Second

// maxVariable is the longest variable of the environment that the kernel takes, with room for its name.
const maxVariable = 128<<10 - 64

// sdk is one process of Beam's Python SDK that runs the user's code.
type sdk struct {
	cmd      *exec.Cmd
	output   *tail.Tail
	stopping atomic.Bool
	killed   atomic.Bool // by us
	done     chan struct{}
	err      error
}

// startSDK starts a worker. It stays in the process group of the job and is killed by the kernel when the job's process ends.
func (r *run) startSDK(env *environment, id, control, logging string) (*sdk, error) {
	options, err := r.forSDK()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(env.dir, "pipeline_options.json")
	if err := os.WriteFile(file, []byte(options), 0o644); err != nil {
		return nil, fmt.Errorf("write the pipeline options: %w", err)
	}
	if len(options) > maxVariable {
		return nil, fmt.Errorf("the pipeline options are %d bytes of JSON, and the SDK's worker takes at most %d", len(options), maxVariable)
	}
	w := &sdk{cmd: exec.Command(env.python, "-m", "apache_beam.runners.worker.sdk_worker_main"), output: tail.New(r.Log), done: make(chan struct{})}
	// Not the pipeline's own directory: what lies there is not on Dataflow's workers either.
	w.cmd.Dir, w.cmd.Stdout, w.cmd.Stderr = env.dir, w.output, w.output
	w.cmd.Env = append(os.Environ(),
		"WORKER_ID="+id,
		fmt.Sprintf("CONTROL_API_SERVICE_DESCRIPTOR=url: %q", control),
		fmt.Sprintf("LOGGING_API_SERVICE_DESCRIPTOR=url: %q", logging),
		"PIPELINE_OPTIONS="+options,
		"PIPELINE_OPTIONS_FILE="+file,
		"SEMI_PERSISTENT_DIRECTORY="+env.dir,
		"RUNNER_CAPABILITIES=beam:protocol:monitoring_info_short_ids:v1",
		"JOB_ID="+r.job.Spec.Id,
		"JOB_NAME="+r.job.Spec.Name,
	)
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		// The kernel kills the child when the thread that started it ends, so this goroutine keeps its thread.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := w.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		w.err = w.cmd.Wait()
		close(w.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the SDK's worker %s: %w", env.python, err)
	}
	return w, nil
}

// wait waits for the end, and says what was wrong with it: nothing when it came without an error, or was our doing.
func (w *sdk) wait() error {
	<-w.done
	if w.err == nil || w.killed.Load() {
		return nil
	}
	return &lostWorker{how: w.err, tail: w.output.String()}
}

// stop ends the worker: by itself it does when Prism closes its connection.
func (w *sdk) stop() {
	if w.stopping.Swap(true) {
		<-w.done
		return
	}
	select {
	case <-w.done:
	case <-time.After(sdkGrace):
		w.killed.Store(true)
		_ = w.cmd.Process.Kill()
		<-w.done
	}
}

// lostWorker says that the SDK's worker died.
type lostWorker struct {
	how  error
	tail string
}

func (e *lostWorker) Error() string {
	return fmt.Sprintf("SDK harness sdk-0-0 disconnected: %v; its last words:\n%s", e.how, e.tail)
}
