// Package worker is the machine pool of the sandbox's Dataflow: a process in the pipeline's own
// container that leases jobs from the service and runs each in a process of its own (package job).
// The container's environment, with its Python, Beam and the pipeline's packages, stands for the job's container image.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// Config says what a worker offers and whom it asks.
type Config struct {
	// Dataflow is the address of the service, such as https://dataflow.googleapis.com.
	Dataflow string
	// Storage is the address of Cloud Storage, such as https://storage.googleapis.com.
	Storage string
	// Images are the container images that this container stands for.
	Images []string
	// Python runs the pipeline's code.
	Python string
	// Listen is the address that accepts connections once the service knows this worker. Nothing is served there: it
	// tells a health check that jobs can come. Empty means none.
	Listen string
	// Jobs is how many jobs run at once.
	Jobs int
	// Command is the program and its leading arguments that run a job: `sandbox job`.
	Command []string
	// Log receives what the worker and its jobs have to say.
	Log *os.File
}

// retryEvery is the pause after a poll that failed: the service may not have started yet.
const retryEvery = 500 * time.Millisecond

// Run asks for jobs until the context ends; then it kills those that run, and returns nil.
func Run(ctx context.Context, c Config) error {
	w := &pool{Config: c, name: name(), log: log.New(c.Log, "worker: ", 0), room: make(chan struct{}, 1)}
	w.client = &client{base: c.Dataflow}
	defer w.running.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// The first poll must not wait for a job: it registers.
	if err := w.register(ctx); err != nil {
		return err
	}
	if c.Listen != "" {
		listener, err := net.Listen("tcp", c.Listen)
		if err != nil {
			return fmt.Errorf("open the port that says the worker is ready: %w", err)
		}
		defer listener.Close()
		go accept(listener)
	}
	w.log.Printf("%s is ready for %d jobs of %v with %s", w.name, c.Jobs, c.Images, c.Python)
	w.loop(ctx)
	return nil
}

// pool is a worker that runs.
type pool struct {
	Config
	name    string
	client  *client
	log     *log.Logger
	running sync.WaitGroup

	mu sync.Mutex
	// busy is how many jobs there are, starting how many of them are not up yet.
	busy, starting int
	// room is told when one of them has become less.
	room chan struct{}
}

// name is new with every start: a worker that comes back does not have the jobs of the one before.
func name() string {
	host, err := os.Hostname()
	if err != nil {
		host = "worker"
	}
	return fmt.Sprintf("%s-%d-%x", host, os.Getpid(), time.Now().UnixNano()&0xffffff)
}

// register polls without taking a job until the service answers. A service that refuses is an error; one that is not there yet is not.
func (w *pool) register(ctx context.Context) error {
	said := false
	for {
		_, err := w.client.poll(ctx, lease.Poll{Worker: w.name, Images: w.Images, Free: 0, Now: true})
		var refused *refusal
		if err == nil || errors.As(err, &refused) && refused.status < 500 {
			return err
		}
		if !said {
			w.log.Printf("waiting for the service: %v", err)
			said = true
		}
		if !pause(ctx, retryEvery) {
			return nil // told to stop while it waits
		}
	}
}

// loop takes jobs.
func (w *pool) loop(ctx context.Context) {
	for ctx.Err() == nil {
		free := w.free()
		if free == 0 {
			w.waitForRoom(ctx)
			continue
		}
		answer, err := w.client.poll(ctx, lease.Poll{Worker: w.name, Images: w.Images, Free: free})
		if err != nil {
			if ctx.Err() == nil {
				w.log.Printf("ask for a job: %v", err)
			}
			pause(ctx, retryEvery)
			continue
		}
		if answer.Job == nil {
			continue
		}
		w.begun()
		w.running.Go(func() {
			defer w.ended()
			w.run(ctx, answer.Job)
		})
	}
}

// waitForRoom waits until another job may come, while the service goes on to hear of this worker.
func (w *pool) waitForRoom(ctx context.Context) {
	if _, err := w.client.poll(ctx, lease.Poll{Worker: w.name, Images: w.Images, Now: true}); err != nil && ctx.Err() == nil {
		w.log.Printf("tell the service that this worker is there: %v", err)
	}
	select {
	case <-w.room:
	case <-ctx.Done():
	case <-time.After(lease.PollWait):
	}
}

// startsAtOnce is how many jobs may be starting. Starting is what takes a processor (the SDK imports for seconds), and Prism gives
// up a worker that is not up within a minute: twenty jobs that all start at once on a small machine would fail.
var startsAtOnce = max(2, runtime.NumCPU())

// free is how many jobs may come now.
func (w *pool) free() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return max(0, min(w.Jobs-w.busy, startsAtOnce-w.starting))
}

func (w *pool) begun() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy++
	w.starting++
}

// started is called once for each job: when the user's code can run, or will not any more.
func (w *pool) started() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.starting--
	w.tellRoom()
}

func (w *pool) ended() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy--
	w.tellRoom()
}

func (w *pool) tellRoom() {
	select {
	case w.room <- struct{}{}:
	default:
	}
}

// accept closes what connects.
func accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return // closed
		}
		conn.Close()
	}
}

// pause waits, and reports whether it was not interrupted.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
