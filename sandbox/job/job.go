// Package job runs one Dataflow job to its end, in a process that exists for this job alone:
// Beam's Prism runner inside it, the SDK's worker processes below it. Prism panics as a whole
// when something goes wrong, and it cannot be told to forget a job: so the process is the job.
// Whoever started it kills its process group to cancel the job.
package job

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// Config is what a job needs from the container that it runs in.
type Config struct {
	// Python is the program that runs the SDK's workers: that of the pipeline's own environment.
	Python string
	// Storage is the address of Cloud Storage's JSON API, such as https://storage.googleapis.com.
	Storage string
	// Dir is an empty directory of the job's own. Its owner removes it when the job has ended.
	Dir string
	// Log receives what the runner and the SDK's workers log.
	Log io.Writer
}

// Run reads a [lease.Job] in JSON, runs it, and writes what becomes of it as lines of JSON, each a
// [lease.Report] without worker and job. A job that fails is no error: its last report says so. An error
// means that nothing could be reported.
func Run(ctx context.Context, order io.Reader, reports io.Writer, c Config) error {
	taken := new(lease.Job)
	if err := json.NewDecoder(order).Decode(taken); err != nil || taken.Spec == nil || taken.Spec.Environment == nil {
		return fmt.Errorf("read the job to run: it is not one (%v)", err)
	}
	out := &reporter{to: reports}
	out.state("JOB_STATE_RUNNING")
	out.say("JOB_MESSAGE_BASIC", "Starting 1 workers in %s...", taken.Spec.Location)
	r := &run{Config: c, job: taken, out: out, options: options(taken.Spec)}
	if err := r.run(ctx); err != nil {
		for _, text := range messages(err) {
			out.say("JOB_MESSAGE_ERROR", "%s", text)
		}
		out.state("JOB_STATE_FAILED")
	} else {
		out.say("JOB_MESSAGE_BASIC", "Stopping worker pool...")
		out.state("JOB_STATE_DONE")
	}
	return out.err
}

// run is one job under way.
type run struct {
	Config
	job     *lease.Job
	out     *reporter
	options map[string]any
}

// run fetches the pipeline and what was staged with it, and runs it.
func (r *run) run(ctx context.Context) error {
	pipeline, err := r.fetchPipeline(ctx)
	if err != nil {
		return err
	}
	environments, err := r.prepare(ctx, pipeline)
	if err != nil {
		return err
	}
	pool, err := newPool(r, environments)
	if err != nil {
		return err
	}
	defer pool.close()
	if err := pool.inject(r.job.Fault, pipeline); err != nil {
		return err
	}
	pool.replace(pipeline)
	return r.execute(ctx, pipeline, pool)
}

// folder makes a directory below the job's own.
func (r *run) folder(names ...string) (string, error) {
	dir := filepath.Join(append([]string{r.Dir}, names...)...)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make a directory of the job: %w", err)
	}
	return dir, nil
}
