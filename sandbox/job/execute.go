package job

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	jobpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/jobmanagement_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	dataflow "google.golang.org/api/dataflow/v1b3"
)

// metricsEvery is how often the metrics of a running job are read.
const metricsEvery = 500 * time.Millisecond

// deathWait is how long the news of a dead worker may take after Prism has missed it.
const deathWait = 2 * time.Second

// execute runs the pipeline on a Prism of its own, on a port that the kernel chooses.
func (r *run) execute(ctx context.Context, pipeline *pipepb.Pipeline, pool *pool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runner, err := prism.CreateJobServer(ctx, prism.Options{})
	if err != nil {
		return fmt.Errorf("start the runner: %w", err)
	}
	options, err := r.forRunner()
	if err != nil {
		return err
	}
	prepared, err := runner.Prepare(ctx, &jobpb.PrepareJobRequest{Pipeline: pipeline, PipelineOptions: options, JobName: r.job.Spec.Name})
	if err != nil {
		return fmt.Errorf("the pipeline cannot be run here: %w", err)
	}
	started, err := runner.Run(ctx, &jobpb.RunJobRequest{PreparationId: prepared.GetPreparationId()})
	if err != nil {
		return fmt.Errorf("start the pipeline: %w", err)
	}
	meter := &meter{run: r, runner: runner, id: started.GetJobId(), names: namesOf(pipeline)}
	ended := make(chan error, 1)
	go func() { ended <- r.follow(ctx, runner, started.GetJobId()) }()
	ticker := time.NewTicker(metricsEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			meter.read(ctx)
		case err := <-pool.died:
			meter.read(ctx)
			return err
		case err := <-ended:
			meter.read(ctx)
			return cause(err, pool)
		}
	}
}

// cause prefers the death of a worker to what Prism makes of it.
func cause(err error, pool *pool) error {
	if err == nil || !strings.Contains(err.Error(), "SDK worker disconnected") {
		return err
	}
	select {
	case died := <-pool.died:
		return died
	case died := <-pool.late:
		return died
	case <-time.After(deathWait):
		return err
	}
}

// follow passes the runner's messages on until the job has ended.
func (r *run) follow(ctx context.Context, runner jobpb.JobServiceClient, id string) error {
	stream, err := runner.GetMessageStream(ctx, &jobpb.JobMessagesRequest{JobId: id})
	if err != nil {
		return fmt.Errorf("follow the pipeline: %w", err)
	}
	failed := ""
	for {
		said, err := stream.Recv()
		if err != nil {
			return fmt.Errorf("follow the pipeline: %w", err)
		}
		if m := said.GetMessageResponse(); m.GetImportance() >= jobpb.JobMessage_JOB_MESSAGE_ERROR {
			return errors.New(m.GetMessageText()) // after the state: why it failed
		} else if m != nil {
			r.out.say("JOB_MESSAGE_DETAILED", "%s", m.GetMessageText())
		}
		switch state := said.GetStateResponse().GetState(); state {
		case jobpb.JobState_DONE:
			return nil
		case jobpb.JobState_FAILED:
			failed = state.String()
		case jobpb.JobState_CANCELLED:
			return fmt.Errorf("the runner stopped the pipeline: %s %s", state, failed)
		}
	}
}

// meter reads the runner's metrics and reports them when they have changed.
type meter struct {
	run    *run
	runner jobpb.JobServiceClient
	id     string
	names  names
	last   []*dataflow.MetricUpdate
}

// read is for show: a job does not fail by its metrics.
func (m *meter) read(ctx context.Context) {
	answer, err := m.runner.GetJobMetrics(ctx, &jobpb.GetJobMetricsRequest{JobId: m.id})
	if err != nil {
		return
	}
	now := updates(answer.GetMetrics(), m.names)
	if len(now) > 0 && !reflect.DeepEqual(now, m.last) {
		m.last = now
		m.run.out.metrics(now)
	}
}
