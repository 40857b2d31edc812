package dataflow

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	api "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/googleapi"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

func (s *served) cancel(id string) error {
	s.t.Helper()
	_, err := s.jobs.Update("p", region, id, &api.Job{RequestedState: stateCancelled}).Do()
	return err
}

func TestCancel(t *testing.T) {
	s := serve(t, Config{}, patient)
	waiting := s.create(example("waiting")).Id
	if err := s.cancel(waiting); err != nil || s.get(waiting).CurrentState != stateCancelled {
		t.Errorf("a job that nobody has: %s, %v", s.get(waiting).CurrentState, err)
	}
	refused(t, s.cancel(waiting), 400, "FAILED_PRECONDITION", "terminated in state CANCELLED")

	running := s.create(example("running")).Id
	s.poll("w", lease.DefaultImage)
	if s.report(lease.Report{Worker: "w", Job: running, State: stateRunning}) {
		t.Error("told to stop before anybody asked")
	}
	for range 2 { // asking again changes nothing
		if err := s.cancel(running); err != nil || s.get(running).CurrentState != stateCancelling {
			t.Errorf("a job that runs: %s, %v", s.get(running).CurrentState, err)
		}
	}
	if !s.report(lease.Report{Worker: "w", Job: running}) {
		t.Error("the worker is not told to stop")
	}
	s.report(lease.Report{Worker: "w", Job: running, State: stateFailed})
	if got := s.get(running); got.CurrentState != stateCancelled || got.RequestedState != stateCancelled {
		t.Errorf("cancelled: %+v", got)
	}
	other := s.create(example("other")).Id
	for state, text := range map[string]string{"JOB_STATE_DRAINED": "cannot drain", "JOB_STATE_DRAINING": "cannot drain"} {
		_, err := s.jobs.Update("p", region, other, &api.Job{RequestedState: state}).Do()
		refused(t, err, 400, "FAILED_PRECONDITION", text)
	}
	for state, text := range map[string]string{"JOB_STATE_DONE": "cannot be requested", "": "no requestedState"} {
		_, err := s.jobs.Update("p", region, other, &api.Job{RequestedState: state}).Do()
		refused(t, err, 400, "INVALID_ARGUMENT", text)
	}
	_, err := s.jobs.Update("p", region, "absent", &api.Job{RequestedState: stateCancelled}).Do()
	refused(t, err, 404, "NOT_FOUND", "absent")
}

// A poll that waits gets a job as soon as it is created, not when its time is over.
func TestAPollWaitsForAJob(t *testing.T) {
	s := serve(t, Config{}, patient)
	got := make(chan *lease.Job, 1)
	go func() {
		got <- ask[lease.Answer](s, lease.PollPath, lease.Poll{Worker: "w", Images: []string{"default"}, Free: 1}).Job
	}()
	time.Sleep(50 * time.Millisecond)
	begin := time.Now()
	id := s.create(example("words")).Id
	if job := <-got; job == nil || job.Spec.Id != id || time.Since(begin) > 2*time.Second {
		t.Errorf("got %+v after %s", job, time.Since(begin))
	}
}

func TestAWorkerWithoutRoomGetsNothing(t *testing.T) {
	s := serve(t, Config{}, patient)
	id := s.create(example("words")).Id
	full := lease.Poll{Worker: "w", Images: []string{"default"}, Now: true}
	if job := ask[lease.Answer](s, lease.PollPath, full).Job; job != nil {
		t.Errorf("a full worker got %+v", job)
	}
	s.state(id, stateQueued) // it waits for room
	if s.poll("w", lease.DefaultImage) == nil {
		t.Error("a queued job is not given out")
	}
}

func TestMalformedWorkersAreRefused(t *testing.T) {
	s := serve(t, Config{}, patient)
	for _, path := range []string{lease.PollPath, lease.ReportPath} {
		answer, err := http.Post(s.url+path, "application/json", strings.NewReader(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != 400 {
			t.Errorf("%s: %s", path, answer.Status)
		}
	}
}

func TestAnImageThatNobodyOffers(t *testing.T) {
	s := serve(t, Config{}, limits{image: 100 * time.Millisecond, report: time.Hour, watch: 5 * time.Millisecond})
	job := example("words")
	job.Environment.WorkerPools[0].WorkerHarnessContainerImage = "example.com/pipe:2"
	s.poll("w", "example.com/pipe:1")
	id := s.create(job).Id
	s.state(id, stateFailed)
	if text := s.errors(id); !strings.Contains(text, "pull container image example.com/pipe:2") || !strings.Contains(text, "example.com/pipe:1") {
		t.Errorf("error %q", text)
	}
}

func TestALostWorker(t *testing.T) {
	s := serve(t, Config{}, limits{image: time.Hour, report: 100 * time.Millisecond, watch: 5 * time.Millisecond})
	lost, cancelled := s.create(example("lost")).Id, ""
	s.poll("w", lease.DefaultImage)
	s.report(lease.Report{Worker: "w", Job: lost, State: stateRunning})
	s.state(lost, stateFailed)
	if text := s.errors(lost); !strings.Contains(text, "lost its worker") {
		t.Errorf("error %q", text)
	}
	cancelled = s.create(example("cancelled")).Id
	s.poll("w", lease.DefaultImage)
	if err := s.cancel(cancelled); err != nil {
		t.Fatal(err)
	}
	s.state(cancelled, stateCancelled)
	if !s.report(lease.Report{Worker: "w", Job: lost, State: stateDone}) || s.get(lost).CurrentState != stateFailed {
		t.Error("a worker that came back changed the end of a job")
	}
}

// faultsFor gives one job a fault.
type faultsFor map[string]JobFault

func (f faultsFor) Job(name string, labels map[string]string) JobFault { return f[name+labels["step"]] }

func TestFaultsReachTheJob(t *testing.T) {
	s := serve(t, Config{Faults: faultsFor{
		"words-sum": {FailAtStep: "Sum", After: time.Second},
		"outside":   {CancelFromOutside: true},
	}}, patient)
	job := example("words")
	job.Labels = map[string]string{"step": "-sum"}
	s.create(job)
	if taken := s.poll("w", lease.DefaultImage); taken == nil || taken.Fault.FailAtStep != "Sum" || taken.Fault.After != time.Second {
		t.Errorf("leased %+v", taken)
	}
	id := s.create(example("outside")).Id
	s.poll("w", lease.DefaultImage)
	s.report(lease.Report{Worker: "w", Job: id, State: stateRunning})
	s.state(id, stateCancelling)
}

func TestRestart(t *testing.T) {
	dir := t.TempDir()
	before := serve(t, Config{Dir: dir}, patient)
	running := before.create(example("running")).Id
	before.poll("w", lease.DefaultImage)
	before.report(lease.Report{Worker: "w", Job: running, State: stateRunning})
	waiting := before.create(example("waiting")).Id
	done := before.create(example("done")).Id
	before.poll("w", lease.DefaultImage)
	before.poll("w", lease.DefaultImage)
	before.report(lease.Report{Worker: "w", Job: done, State: stateDone, Metrics: []*api.MetricUpdate{{Name: &api.MetricStructuredName{Name: "a"}, Scalar: 1}}})

	after := serve(t, Config{Dir: dir}, patient)
	for _, id := range []string{running, waiting} {
		if got := after.get(id); got.CurrentState != stateFailed {
			t.Errorf("%s is %s after a restart", got.Name, got.CurrentState)
		}
		if text := after.errors(id); !strings.Contains(text, "service was restarted") {
			t.Errorf("error %q", text)
		}
	}
	if got := after.get(done); got.CurrentState != stateDone {
		t.Errorf("a job that was done is %s after a restart", got.CurrentState)
	}
	if metrics, err := after.jobs.GetMetrics("p", region, done).Do(); err != nil || len(metrics.Metrics) != 1 {
		t.Errorf("metrics after a restart: %+v, %v", metrics, err)
	}
	if !after.report(lease.Report{Worker: "w", Job: running}) {
		t.Error("the worker of a lost job is not told to stop")
	}
	if err := os.WriteFile(filepath.Join(dir, "broken.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), "broken.json") {
		t.Errorf("a broken file: %v", err)
	}
}

func TestImage(t *testing.T) {
	for _, tt := range []struct {
		options, pool, harness, want string
	}{
		{"", "", "", lease.DefaultImage},
		{"", "gcr.io/cloud-dataflow/v1beta3/beam_python3.11_sdk:2.71.0", "gcr.io/cloud-dataflow/v1beta3/beam_python3.11_sdk:2.71.0", lease.DefaultImage},
		{"", "apache/beam_python3.12_sdk:2.71.0", "", lease.DefaultImage},
		{"", "docker.io/apache/beam_python3.12_sdk:2.71.0", "", lease.DefaultImage},
		{"", "example.com/apache/beam_python3.12_sdk:mine", "", "example.com/apache/beam_python3.12_sdk:mine"},
		{"", "example.com/p:1", "", "example.com/p:1"},
		{"", "", "example.com/p:2", "example.com/p:2"},
		{`"sdk_container_image":"apache/beam_python3.12_sdk:2.71.0"`, "apache/beam_python3.12_sdk:2.71.0", "", "apache/beam_python3.12_sdk:2.71.0"},
		{`"sdkContainerImage":"example.com/p:3"`, "", "", "example.com/p:3"},
	} {
		job := example("words")
		job.Environment.SdkPipelineOptions = googleapi.RawMessage(`{"options":{` + tt.options + `}}`)
		job.Environment.WorkerPools = []*api.WorkerPool{{WorkerHarnessContainerImage: tt.pool,
			SdkHarnessContainerImages: []*api.SdkHarnessContainerImage{{ContainerImage: tt.harness}}}}
		if got := image(job); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}
