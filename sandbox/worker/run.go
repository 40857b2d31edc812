package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// lastReport is how long the end of a job is reported again and again when the service does not answer.
const lastReport = 30 * time.Second

// farewell is how long a worker that was told to stop tries to say what becomes of its jobs.
const farewell = 2 * time.Second

// run runs one job to its end, reports on it, and leaves nothing of it behind.
func (w *pool) run(ctx context.Context, job *lease.Job) {
	id := job.Spec.Id
	w.log.Printf("job %s (%s) begins", id, job.Spec.Name)
	state := w.supervise(ctx, job)
	w.log.Printf("job %s (%s) ended: %s", id, job.Spec.Name, state)
}

// supervise passes on what the job's process reports, and kills it when the service says so. It returns the state it left the job in.
func (w *pool) supervise(ctx context.Context, job *lease.Job) string {
	pending := lease.Report{Worker: w.name, Job: job.Spec.Id}
	dir, err := os.MkdirTemp("", "dataflow-job-")
	if err != nil {
		return w.end(ctx, pending, fmt.Errorf("make a directory for the job: %w", err))
	}
	defer os.RemoveAll(dir)
	started := sync.OnceFunc(w.started)
	defer started()
	process, err := w.start(job, dir)
	if err != nil {
		return w.end(ctx, pending, err)
	}
	defer process.kill()
	ticker := time.NewTicker(lease.ReportEvery)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			process.kill()
			return w.farewell(ctx, pending)
		case <-process.heard: // the process has closed its output: it has ended
			process.take(&pending)
			if ended(pending.State) {
				process.kill() // before the job is said to be over: nothing outlives it
				return w.end(ctx, pending, nil)
			}
			return w.end(ctx, pending, process.death())
		case <-process.news:
			process.take(&pending)
			if pending.Up {
				started()
			}
			if pending.State == "" || ended(pending.State) {
				continue // the rest waits for its time, or for the end of the process
			}
		case <-ticker.C:
		}
		now := pending
		if ended(now.State) {
			now.State = "" // the end is told when nothing of the job is left
		}
		reply, err := w.client.report(ctx, now)
		if err != nil {
			w.log.Printf("report on job %s, silent for %s: %v", job.Spec.Id, time.Since(last).Round(time.Second), err)
			continue // what could not be said is said with the next report
		}
		last = time.Now()
		pending.Messages, pending.Metrics = nil, nil
		if !ended(pending.State) {
			pending.State = ""
		}
		if reply.Stop {
			process.kill()
			pending.State = "JOB_STATE_CANCELLED"
			return w.end(ctx, pending, nil)
		}
	}
}

// add adds what a job's process says to what is to be reported.
func add(pending *lease.Report, said lease.Report) {
	if said.State != "" {
		pending.State = said.State
	}
	pending.Messages = append(pending.Messages, said.Messages...)
	pending.Up = pending.Up || said.Up
	if said.Metrics != nil {
		pending.Metrics = said.Metrics
	}
}

func ended(state string) bool { return state != "" && state != "JOB_STATE_RUNNING" }

// end reports the end of a job, for as long as it takes to be heard.
func (w *pool) end(ctx context.Context, final lease.Report, err error) string {
	if err != nil {
		final.State = "JOB_STATE_FAILED"
		final.Messages = append(final.Messages, lease.Message{Time: time.Now(), Importance: "JOB_MESSAGE_ERROR", Text: "Workflow failed. Causes: " + err.Error()})
	}
	for begin := time.Now(); time.Since(begin) < lastReport; {
		_, err := w.client.report(ctx, final)
		if err == nil {
			break
		}
		w.log.Printf("report the end of job %s: %v", final.Job, err)
		if !pause(ctx, retryEvery) {
			break
		}
	}
	return strings.TrimPrefix(final.State, "JOB_STATE_")
}

// farewell reports that the worker was told to stop.
func (w *pool) farewell(ctx context.Context, last lease.Report) string {
	final, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	return w.end(final, last, errors.New("the job lost its worker, which was told to stop"))
}

// order is what a job's process reads.
func order(job *lease.Job) ([]byte, error) {
	content, err := json.Marshal(job)
	if err != nil {
		return nil, fmt.Errorf("write the order for job %s: %w", job.Spec.Id, err)
	}
	return content, nil
}
