package runners_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	dataflow "google.golang.org/api/dataflow/v1b3"

	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/runners/runnertest"
)

// watched makes n jobs of the service that take the states one by one.
func watched(s *runnertest.Service, n int, states ...string) (jobs []runners.Job) {
	s.Jobs, s.Next = map[string][]*dataflow.Job{}, map[string][]string{}
	for i := range n {
		id := fmt.Sprint("w", i)
		job := runnertest.Job(id, "run1", "JOB_STATE_PENDING")
		job.CreateTime = time.Now().Add(-time.Minute).UTC().Format(time.RFC3339Nano)
		s.Jobs["r1"] = append(s.Jobs["r1"], job)
		s.Next[id] = append([]string(nil), states...)
		jobs = append(jobs, runners.Job{ID: id, Name: job.Name, Region: "r1", RunID: "run1", State: "JOB_STATE_PENDING"})
	}
	return jobs
}

func TestWatchTellsAllThatAJobDid(t *testing.T) {
	s := &runnertest.Service{}
	jobs := watched(s, 1, "JOB_STATE_RUNNING", "JOB_STATE_RUNNING", "JOB_STATE_FAILED")
	said := func(at, importance, text string) *dataflow.JobMessage {
		return &dataflow.JobMessage{Time: at, MessageImportance: importance, MessageText: text}
	}
	s.Messages = map[string][]*dataflow.JobMessage{"w0": {
		said("2024-01-01T00:00:00.1Z", "JOB_MESSAGE_BASIC", "Starting workers"),
		said("2024-01-01T00:00:00.2Z", "JOB_MESSAGE_ERROR", "Traceback"),
		said("2024-01-01T00:00:00.3Z", "JOB_MESSAGE_ERROR", "Workflow failed"),
	}}
	scalar := func(name, origin string, value float64, of ...string) *dataflow.MetricUpdate {
		m := &dataflow.MetricUpdate{Name: &dataflow.MetricStructuredName{Name: name, Origin: origin, Context: map[string]string{}}, Scalar: value}
		for i := 0; i < len(of); i += 2 {
			m.Name.Context[of[i]] = of[i+1]
		}
		return m
	}
	s.Metrics = map[string][]*dataflow.MetricUpdate{"w0": {
		scalar("ElementCount", "dataflow/v1b3", 17, "output_user_name", "Read-out0"),
		scalar("ElementCount", "dataflow/v1b3", 99, "output_user_name", "Read-out0", "tentative", "true"),
		scalar("opened", "user", 3, "namespace", "gaps", "step", "Gaps"),
		scalar("TotalVcpuTime", "dataflow/v1b3", 3600), scalar("TotalMemoryUsage", "dataflow/v1b3", 3600*1000*2), scalar("TotalPdUsage", "dataflow/v1b3", 3600*25),
		scalar("TotalShuffleDataProcessed", "dataflow/v1b3", 10), scalar("TotalStreamingDataProcessed", "dataflow/v1b3", 99),
		{Name: &dataflow.MetricStructuredName{Name: "dist", Origin: "user"}, Distribution: map[string]any{"count": 1}}, {},
	}}
	var progress bytes.Buffer
	reports, err := runners.Watch{Jobs: serve(t, s), Progress: &progress, Prefix: "[x] ", Soonest: time.Millisecond}.Until(t.Context(), jobs)
	if err != nil {
		t.Fatal(err)
	}
	want := []runners.JobReport{{ID: "w0", Name: "dit-w0", Region: "r1", State: "FAILED", Seconds: reports[0].Seconds, Errors: []string{"Traceback", "Workflow failed"},
		Usage: runners.Usage{Elements: map[string]int64{"Read-out0": 17}, Counters: map[string]int64{"Gaps/opened": 3}, VCPUSeconds: 3600, MemoryGBSeconds: 7200,
			DiskGBSeconds: 90000, ShuffleGB: 10, CostBasis: "list prices of us-central1, 2025-01", CostUSD: 0.056 + 2*0.003557 + 25*0.000054 + 10*0.011}}}
	if diff := cmp.Diff(want, reports, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); diff != "" {
		t.Errorf("report (-want +got)\n%s", diff)
	}
	if reports[0].Seconds < 60 || reports[0].Seconds > 100 {
		t.Errorf("it took %v s", reports[0].Seconds)
	}
	text := progress.String()
	for _, want := range []string{"[x] job w0 is RUNNING\n", "[x] job w0 Starting workers\n", "[x] job w0 is FAILED\n"} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%q is said %d times in\n%s", want, strings.Count(text, want), text)
		}
	}
}

// Many jobs are watched by lists: the number of requests grows with the pages and the ends, not with the jobs and the looks.
func TestWatchOfManyAsksLittle(t *testing.T) {
	const n, looks = 200, 20
	s := &runnertest.Service{}
	var states []string
	for range looks {
		states = append(states, "JOB_STATE_RUNNING")
	}
	jobs := watched(s, n, append(states, "JOB_STATE_DONE")...)
	reports, err := runners.Watch{Jobs: serve(t, s), Soonest: time.Millisecond}.Until(t.Context(), jobs)
	if err != nil || len(reports) != n || reports[n-1].ID != jobs[n-1].ID || reports[n-1].State != "DONE" {
		t.Fatalf("%d reports, %v", len(reports), err)
	}
	if most := looks + 2 + 4*n; len(s.Asked) > most { // of each its last state, errors and metrics
		t.Errorf("%d requests for %d jobs and %d looks, want at most %d", len(s.Asked), n, looks, most)
	}
}

func TestWatchEndsWhatTakesTooLongOrIsStuck(t *testing.T) {
	for name, c := range map[string]struct {
		watch runners.Watch
		want  string
		state string
		next  []string
	}{
		"too long":              {watch: runners.Watch{Timeout: time.Second}, want: "it took longer than 1s", state: "CANCELLED"},
		"stuck":                 {watch: runners.Watch{Stuck: 30 * time.Millisecond, CancelStuck: true}, want: "it made no progress for", state: "CANCELLED"},
		"stuck, and left alone": {watch: runners.Watch{Stuck: 30 * time.Millisecond}, state: "DONE", next: append(slow(80), "JOB_STATE_DONE")},
		"no limits":             {state: "DONE", next: append(slow(50), "JOB_STATE_DONE")},
	} {
		t.Run(name, func(t *testing.T) {
			s := &runnertest.Service{}
			jobs := watched(s, 1, c.next...)
			var progress bytes.Buffer
			w := c.watch
			w.Jobs, w.Progress, w.Soonest = serve(t, s), &progress, time.Millisecond
			reports, err := w.Until(t.Context(), jobs)
			if err != nil || reports[0].State != c.state || !strings.Contains(strings.Join(reports[0].Errors, "\n"), c.want) {
				t.Errorf("%+v, %v", reports, err)
			}
			if stuck := c.watch.Stuck > 0; strings.Contains(progress.String(), "has made no progress for") != stuck {
				t.Errorf("progress %s", progress.String())
			}
		})
	}
}

func slow(n int) (states []string) {
	for range n {
		states = append(states, "JOB_STATE_RUNNING")
	}
	return states
}

// A service that is overloaded for a while is asked again; one that refuses is an error, and the job goes on.
func TestWatchOfAServiceThatFails(t *testing.T) {
	s := &runnertest.Service{Failing: []int{503, 429, 500}}
	jobs := watched(s, 1, "JOB_STATE_DONE")
	if reports, err := (runners.Watch{Jobs: serve(t, s), Soonest: time.Millisecond}).Until(t.Context(), jobs); err != nil || reports[0].State != "DONE" {
		t.Errorf("%+v, %v", reports, err)
	}
	s = &runnertest.Service{Failing: []int{401}}
	jobs = watched(s, 1)
	if _, err := (runners.Watch{Jobs: serve(t, s), Soonest: time.Millisecond}).Until(t.Context(), jobs); err == nil || s.Running() != 1 {
		t.Errorf("%v, %d jobs run", err, s.Running())
	}
	s = &runnertest.Service{}
	jobs = watched(s, 6)
	short, done := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer done()
	if _, err := (runners.Watch{Jobs: serve(t, s), Soonest: time.Millisecond}).Until(short, jobs); !errors.Is(err, context.DeadlineExceeded) || s.Running() != 6 {
		t.Errorf("%v, %d jobs run", err, s.Running())
	}
}

// What tells more of a job is no trouble with the job, and is said once; and a job is not stuck because nobody can see it move.
func TestWatchOfAServiceThatTellsLittle(t *testing.T) {
	s := &runnertest.Service{Broken: map[string]int{"messages": 403, "metrics": 403}}
	jobs := watched(s, 1, append(slow(60), "JOB_STATE_DONE")...)
	var progress bytes.Buffer
	reports, err := runners.Watch{Jobs: serve(t, s), Progress: &progress, Soonest: time.Millisecond, Stuck: 15 * time.Millisecond, CancelStuck: true}.Until(t.Context(), jobs)
	if err != nil || reports[0].State != "DONE" {
		t.Errorf("%+v, %v", reports, err)
	}
	for _, what := range []string{"messages", "metrics"} {
		if n := strings.Count(progress.String(), "its "+what+" are not known"); n != 1 {
			t.Errorf("it is said %d times that its %s are not known", n, what)
		}
	}
}

// A job that is stuck and whose end is refused is asked to end again.
func TestWatchDoesNotGiveUpOnTheEndOfAJob(t *testing.T) {
	s := &runnertest.Service{Refused: map[string]bool{"w0": true}}
	jobs := watched(s, 1)
	time.AfterFunc(100*time.Millisecond, func() { s.Do(func() { s.Refused = nil }) })
	reports, err := runners.Watch{Jobs: serve(t, s), Soonest: time.Millisecond, Stuck: 20 * time.Millisecond, CancelStuck: true}.Until(t.Context(), jobs)
	if err != nil || reports[0].State != "CANCELLED" {
		t.Errorf("%+v, %v", reports, err)
	}
}
