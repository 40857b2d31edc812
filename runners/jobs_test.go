package runners_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	dataflow "google.golang.org/api/dataflow/v1b3"

	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/runners/runnertest"
)

// serve starts the service and gives a client of it.
func serve(t *testing.T, s *runnertest.Service) *runners.Jobs {
	_, jobs := s.Serve(t)
	return jobs
}

func ids(jobs []runners.Job) (out []string) {
	for _, j := range jobs {
		out = append(out, j.Region+" "+j.ID+" "+j.RunID+" "+strings.TrimPrefix(j.State, "JOB_STATE_"))
	}
	return out
}

func TestJobsAreListed(t *testing.T) {
	regions := func() map[string][]*dataflow.Job {
		return map[string][]*dataflow.Job{
			"r1": {runnertest.Job("a", "run1", "JOB_STATE_RUNNING"), runnertest.Job("b", "run2", "JOB_STATE_QUEUED"), runnertest.Job("c", "", "JOB_STATE_RUNNING"),
				runnertest.Job("d", "run1", "JOB_STATE_NEW_ONE"), runnertest.Job("e", "run1", "JOB_STATE_DONE")},
			"r2": {runnertest.Job("f", "run1", "JOB_STATE_RUNNING")},
		}
	}
	for name, c := range map[string]struct {
		bare        bool
		region, run string
		want        []string
	}{
		"one run, over pages":   {region: "r1", run: "run1", want: []string{"r1 a run1 RUNNING", "r1 d run1 NEW_ONE", "r1 e run1 DONE"}},
		"all runs":              {region: "r1", want: []string{"r1 a run1 RUNNING", "r1 b run2 QUEUED", "r1 d run1 NEW_ONE", "r1 e run1 DONE"}},
		"another region":        {region: "r2", run: "run1", want: []string{"r2 f run1 RUNNING"}},
		"a list without labels": {bare: true, region: "r1", run: "run1", want: []string{"r1 a run1 RUNNING", "r1 d run1 NEW_ONE"}},
		"no job of that run":    {region: "r2", run: "run2"},
		"a region without jobs": {region: "r3"},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := serve(t, &runnertest.Service{Jobs: regions(), Bare: c.bare}).List(t.Context(), c.region, c.run)
			if diff := cmp.Diff(c.want, ids(found)); diff != "" || err != nil {
				t.Errorf("(-want +got): %v\n%s", err, diff)
			}
		})
	}
	s := &runnertest.Service{Jobs: regions(), Silent: "r1-b"}
	if _, err := serve(t, s).List(t.Context(), "r1", ""); err == nil || !strings.Contains(err.Error(), "r1-b") {
		t.Errorf("a region that did not answer gives %v", err)
	}
}

func TestJobsAreCancelledAndWaitedFor(t *testing.T) {
	running, done, stubborn := runnertest.Job("a", "run1", "JOB_STATE_RUNNING"), runnertest.Job("b", "run1", "JOB_STATE_RUNNING"), runnertest.Job("c", "run1", "JOB_STATE_RUNNING")
	s := &runnertest.Service{Jobs: map[string][]*dataflow.Job{"r1": {running, done, stubborn}}, Refused: map[string]bool{"b": true, "c": true},
		Next: map[string][]string{"b": {"JOB_STATE_DONE"}}}
	j := serve(t, s)
	a := runners.Job{ID: "a", Name: "dit-a", Region: "r1", RunID: "run1"}
	if err := j.Cancel(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if now, err := j.Wait(t.Context(), a); err != nil || now.State != "JOB_STATE_CANCELLED" {
		t.Errorf("waiting gives %+v, %v", now, err)
	}
	if err := j.Cancel(t.Context(), runners.Job{ID: "b", Region: "r1"}); err != nil {
		t.Errorf("a job that ended by itself: %v", err)
	}
	err := j.Cancel(t.Context(), runners.Job{ID: "c", Name: "dit-c", Region: "r1"})
	if err == nil || !strings.Contains(err.Error(), "dit-c") || !strings.Contains(err.Error(), "the service says 400") {
		t.Errorf("a job that is not cancelled: %v", err)
	}
	gone := runners.Job{ID: "gone", Region: "r1"}
	if now, err := j.Wait(t.Context(), gone); err != nil || !now.Ended() {
		t.Errorf("a job that is gone: %+v, %v", now, err)
	}
	short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if now, err := j.Wait(short, runners.Job{ID: "c", Name: "dit-c", Region: "r1"}); !errors.Is(err, context.DeadlineExceeded) || now.Ended() {
		t.Errorf("a job that goes on: %+v, %v", now, err)
	}
}

// A region that does not exist is refused as invalid, and has no jobs.
func TestARegionThatDoesNotExistHasNoJobs(t *testing.T) {
	s := &runnertest.Service{Failing: []int{400, 400}}
	j := serve(t, s)
	if found, err := j.List(t.Context(), "r9", ""); err != nil || len(found) > 0 || len(s.Asked) != 1 {
		t.Errorf("%v, %v, asked %d times", found, err, len(s.Asked))
	}
	if _, err := j.Named(t.Context(), "r9", "dit-a"); err == nil || !strings.Contains(err.Error(), "in region r9") {
		t.Errorf("who is about to submit there is told %v", err)
	}
}

func TestOnlyWhatPassesIsAskedAgain(t *testing.T) {
	for _, c := range []struct {
		failing []int
		fails   string
		asked   int
	}{
		{failing: []int{503, 429, 500, 502}, asked: 5},
		{failing: []int{403}, fails: "roles/dataflow.developer", asked: 1},
		{failing: []int{404}, fails: "the service says 404", asked: 1},
	} {
		s := &runnertest.Service{Jobs: map[string][]*dataflow.Job{"r1": {runnertest.Job("a", "run1", "JOB_STATE_RUNNING")}}, Failing: c.failing}
		found, err := serve(t, s).List(t.Context(), "r1", "run1")
		if c.fails == "" && (err != nil || len(found) != 1) {
			t.Errorf("after %v: %v, %v", c.failing, found, err)
		}
		if c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails) || !strings.Contains(err.Error(), "project p in region r1")) {
			t.Errorf("%v gives %v", c.failing, err)
		}
		if len(s.Asked) != c.asked {
			t.Errorf("after %v it was asked %d times: %v", c.failing, len(s.Asked), s.Asked)
		}
	}
	s := &runnertest.Service{Jobs: map[string][]*dataflow.Job{"r1": {runnertest.Job("a", "run1", "JOB_STATE_RUNNING")}}, Failing: []int{503}}
	if err := serve(t, s).Cancel(t.Context(), runners.Job{ID: "a", Region: "r1"}); err != nil || len(s.Asked) != 2 {
		t.Errorf("a cancel is not asked again: %v, %v", err, s.Asked)
	}
}

// Of the jobs that have ended only as much is read as is needed, in whichever direction the service lists them.
func TestJobsThatHaveEnded(t *testing.T) {
	now := time.Now()
	for reason, c := range map[string]struct {
		ages  []time.Duration // since the end of each, in the order of the list
		pages int
		found int
	}{
		"the youngest first": {[]time.Duration{1, 2, 3, 20, 30, 40}, 1, 3},
		"the oldest first":   {[]time.Duration{40, 30, 20, 3, 2, 1}, 2, 3},
		"in no order":        {[]time.Duration{1, 20, 2, 30, 3, 40}, 2, 3},
		"all old":            {[]time.Duration{20, 30, 40, 50, 60, 70}, 1, 0},
		"of one moment":      {[]time.Duration{20, 20, 20, 20, 1, 1}, 2, 2},
	} {
		t.Run(reason, func(t *testing.T) {
			service := &runnertest.Service{Most: 4}
			_, jobs := service.Serve(t)
			for i, age := range c.ages {
				job := runnertest.Job(fmt.Sprint(i), "run1", "JOB_STATE_DONE")
				job.CurrentStateTime = now.Add(-age * time.Minute).UTC().Format(time.RFC3339Nano)
				service.Jobs["r1"] = append(service.Jobs["r1"], job)
			}
			found, err := runners.LabelledAs(jobs, t.Context(), "r1", map[string]string{runners.RunLabel: "run1"}, now.Add(-10*time.Minute))
			if asked := len(service.Asked) - 1; err != nil || len(found) != c.found || asked != c.pages { // one request is for those that run
				t.Errorf("%d found in %d pages, want %d in %d; %v", len(found), asked, c.found, c.pages, err)
			}
		})
	}
}
