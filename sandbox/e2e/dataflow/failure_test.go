//go:build beam

package dataflow

import (
	"strings"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow"
)

func TestAnExceptionFailsTheJobWithItsTraceback(t *testing.T) {
	s := start(t, nil)
	p := s.submit("failing", "failing.py")
	out := p.wait()
	want(t, out, "DataflowRuntimeException", "Dataflow pipeline failed. State: FAILED", "no good number: 3", "in check")
	text := s.errors(p.job("JOB_STATE_FAILED").Id)
	want(t, text, "Error message from worker: Traceback", "ValueError: no good number: 3", "Workflow failed. Causes: Check failed.")
}

func TestAnImageThatNobodyOffersFailsTheJob(t *testing.T) {
	s := start(t, nil, "--image", "default", "--image", "example.com/pipe:1")
	p := s.submit("no-image", "failing.py", "--sdk_container_image=example.com/pipe:2")
	want(t, p.wait(), "Unable to pull container image example.com/pipe:2", "example.com/pipe:1")
	other := s.submit("image", "session.py", "--sdk_container_image=example.com/pipe:1", "--output=gs://"+project+"/image")
	other.wait()
	other.job("JOB_STATE_DONE")
}

func TestANameIsTakenOnce(t *testing.T) {
	s := start(t, nil)
	first := s.submit("twice", "forever.py")
	job := first.job("JOB_STATE_RUNNING")
	want(t, s.submit("twice", "forever.py").wait(), "409", "There is already an active job named twice", job.Id)
	s.cancel(job)
	first.job("JOB_STATE_CANCELLED")
}

// A worker that is killed takes all of its jobs' processes with it, and the service notices.
func TestALostWorkerFailsItsJobs(t *testing.T) {
	s := start(t, nil)
	p := s.submit("lost", "forever.py")
	id := p.job("JOB_STATE_RUNNING").Id
	s.beats(id)
	if err := s.worker.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	if left := s.processes(); left != "" {
		t.Errorf("processes outlive the worker:\n%s", left)
	}
	p.job("JOB_STATE_FAILED")
	want(t, s.errors(id), "The job lost its worker")
}

// rules gives every job the same fault.
type rule dataflow.JobFault

func (r rule) Job(string, map[string]string) dataflow.JobFault { return dataflow.JobFault(r) }

func TestFaultsAreReal(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault rule
		state string
		want  []string
	}{
		{"step-by-name", rule{FailAtStep: "Sum"}, "JOB_STATE_FAILED", []string{"a fault was injected here", "Sum failed."}},
		{"step-by-number", rule{FailAtStep: "2"}, "JOB_STATE_FAILED", []string{"Slowly failed."}},
		{"step-of-the-runner", rule{FailAtStep: "Group"}, "JOB_STATE_FAILED", []string{"Group failed."}},
		{"no-such-step", rule{FailAtStep: "Nowhere"}, "JOB_STATE_FAILED", []string{"does not have", "Numbers, Slowly, Group, Sum"}},
		{"lose-worker", rule{LoseWorker: true, After: time.Second}, "JOB_STATE_FAILED", []string{"SDK harness sdk-0-0 disconnected", "signal: killed", "lost contact"}},
		{"cancel-from-outside", rule{CancelFromOutside: true, After: 2 * time.Second}, "JOB_STATE_CANCELLED", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, tt.fault)
			p := s.submit(tt.name, "slow.py")
			want(t, s.errors(p.job(tt.state).Id), tt.want...)
		})
	}
	t.Run("hang", func(t *testing.T) {
		s := start(t, rule{Hang: true})
		p := s.submit("hang", "slow.py")
		id := p.job("JOB_STATE_RUNNING").Id
		for deadline := time.Now().Add(60 * time.Second); !strings.Contains(s.processes(), "sdk_worker_main"); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the user's code does not start")
			}
		}
		time.Sleep(20 * time.Second) // without the fault the job takes half of that
		job := p.job("JOB_STATE_RUNNING")
		s.cancel(job)
		begin := time.Now()
		p.job("JOB_STATE_CANCELLED")
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("the cancellation of %s took %s", id, took)
		}
	})
}
