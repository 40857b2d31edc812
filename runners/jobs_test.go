package runners

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	dataflow "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/option"
)

// service speaks the part of Dataflow's v1b3 that Jobs uses, over HTTP.
type service struct {
	t  *testing.T
	mu sync.Mutex
	// jobs of each region, in the order of the list.
	jobs map[string][]*dataflow.Job
	// next are the states that a job takes one by one, each time it is looked at.
	next map[string][]string
	// bare lists leave out labels; failing answers once with each of its codes first; refused jobs cannot be cancelled.
	bare    bool
	failing []int
	refused map[string]bool
	// silent is a region that a list says did not answer.
	silent string
	asked  []string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method+" "+r.URL.Path)
	if len(s.failing) > 0 {
		code := s.failing[0]
		s.failing = s.failing[1:]
		s.fail(w, code)
		return
	}
	path := strings.Split(strings.TrimPrefix(r.URL.Path, "/v1b3/projects/p/locations/"), "/")
	if len(path) < 2 || path[1] != "jobs" {
		s.fail(w, http.StatusNotFound)
		return
	}
	if len(path) == 2 {
		s.list(w, r, path[0])
		return
	}
	for _, job := range s.jobs[path[0]] {
		if job.Id == path[2] {
			s.one(w, r, job)
			return
		}
	}
	s.fail(w, http.StatusNotFound)
}

// list gives two jobs a page.
func (s *service) list(w http.ResponseWriter, r *http.Request, region string) {
	var from int
	fmt.Sscan(r.FormValue("pageToken"), &from)
	all := s.jobs[region]
	var page dataflow.ListJobsResponse
	for _, job := range all[from:min(from+2, len(all))] {
		shown := *job
		if s.bare {
			shown.Labels = nil
		}
		page.Jobs = append(page.Jobs, &shown)
	}
	if from+2 < len(all) {
		page.NextPageToken = fmt.Sprint(from + 2)
	}
	if s.silent != "" {
		page.FailedLocation = []*dataflow.FailedLocation{{Name: s.silent}}
	}
	s.answer(w, page)
}

func (s *service) one(w http.ResponseWriter, r *http.Request, job *dataflow.Job) {
	switch {
	case r.Method == http.MethodGet:
		if states := s.next[job.Id]; len(states) > 0 {
			job.CurrentState, s.next[job.Id] = states[0], states[1:]
		}
	case s.refused[job.Id]:
		s.fail(w, http.StatusBadRequest)
		return
	default:
		var asked dataflow.Job
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.RequestedState != "JOB_STATE_CANCELLED" {
			s.t.Errorf("update of %s: %+v, %v", job.Id, asked, err)
		}
		job.CurrentState, s.next[job.Id] = "JOB_STATE_CANCELLING", []string{"JOB_STATE_CANCELLING", "JOB_STATE_CANCELLED"}
	}
	s.answer(w, job)
}

func (s *service) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.t.Error(err)
	}
}

func (s *service) fail(w http.ResponseWriter, code int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"error":{"code":%d,"message":"the service says %d"}}`, code, code)
}

// serve starts the service and gives a client of it.
func serve(t *testing.T, s *service) *Jobs {
	s.t = t
	if s.next == nil {
		s.next = map[string][]string{}
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	j := NewJobs("p", option.WithEndpoint(server.URL), option.WithoutAuthentication())
	j.Pause = time.Millisecond
	return j
}

func dataflowJob(id, run, state string) *dataflow.Job {
	job := &dataflow.Job{Id: id, Name: "dit-" + id, CurrentState: state}
	if run != "" {
		job.Labels = map[string]string{RunLabel: run, "other": "x"}
	}
	return job
}

func ids(jobs []Job) (out []string) {
	for _, j := range jobs {
		out = append(out, j.Region+" "+j.ID+" "+j.RunID+" "+strings.TrimPrefix(j.State, "JOB_STATE_"))
	}
	return out
}

func TestJobsAreListed(t *testing.T) {
	regions := func() map[string][]*dataflow.Job {
		return map[string][]*dataflow.Job{
			"r1": {dataflowJob("a", "run1", "JOB_STATE_RUNNING"), dataflowJob("b", "run2", "JOB_STATE_QUEUED"), dataflowJob("c", "", "JOB_STATE_RUNNING"),
				dataflowJob("d", "run1", "JOB_STATE_NEW_ONE"), dataflowJob("e", "run1", "JOB_STATE_DONE")},
			"r2": {dataflowJob("f", "run1", "JOB_STATE_RUNNING")},
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
			found, err := serve(t, &service{jobs: regions(), bare: c.bare}).List(t.Context(), c.region, c.run)
			if diff := cmp.Diff(c.want, ids(found)); diff != "" || err != nil {
				t.Errorf("(-want +got): %v\n%s", err, diff)
			}
		})
	}
	s := &service{jobs: regions(), silent: "r1-b"}
	if _, err := serve(t, s).List(t.Context(), "r1", ""); err == nil || !strings.Contains(err.Error(), "r1-b") {
		t.Errorf("a region that did not answer gives %v", err)
	}
}

func TestJobsAreCancelledAndWaitedFor(t *testing.T) {
	running, done, stubborn := dataflowJob("a", "run1", "JOB_STATE_RUNNING"), dataflowJob("b", "run1", "JOB_STATE_RUNNING"), dataflowJob("c", "run1", "JOB_STATE_RUNNING")
	s := &service{jobs: map[string][]*dataflow.Job{"r1": {running, done, stubborn}}, refused: map[string]bool{"b": true, "c": true},
		next: map[string][]string{"b": {"JOB_STATE_DONE"}}}
	j := serve(t, s)
	a := Job{ID: "a", Name: "dit-a", Region: "r1", RunID: "run1"}
	if err := j.Cancel(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if now, err := j.Wait(t.Context(), a); err != nil || now.State != "JOB_STATE_CANCELLED" {
		t.Errorf("waiting gives %+v, %v", now, err)
	}
	if err := j.Cancel(t.Context(), Job{ID: "b", Region: "r1"}); err != nil {
		t.Errorf("a job that ended by itself: %v", err)
	}
	err := j.Cancel(t.Context(), Job{ID: "c", Name: "dit-c", Region: "r1"})
	if err == nil || !strings.Contains(err.Error(), "dit-c") || !strings.Contains(err.Error(), "the service says 400") {
		t.Errorf("a job that is not cancelled: %v", err)
	}
	gone := Job{ID: "gone", Region: "r1"}
	if now, err := j.Wait(t.Context(), gone); err != nil || !now.Ended() {
		t.Errorf("a job that is gone: %+v, %v", now, err)
	}
	short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if now, err := j.Wait(short, Job{ID: "c", Name: "dit-c", Region: "r1"}); !errors.Is(err, context.DeadlineExceeded) || now.Ended() {
		t.Errorf("a job that goes on: %+v, %v", now, err)
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
		{failing: []int{400}, fails: "the service says 400", asked: 1},
		{failing: []int{404}, fails: "the service says 404", asked: 1},
	} {
		s := &service{jobs: map[string][]*dataflow.Job{"r1": {dataflowJob("a", "run1", "JOB_STATE_RUNNING")}}, failing: c.failing}
		found, err := serve(t, s).List(t.Context(), "r1", "run1")
		if c.fails == "" && (err != nil || len(found) != 1) {
			t.Errorf("after %v: %v, %v", c.failing, found, err)
		}
		if c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails) || !strings.Contains(err.Error(), "project p in region r1")) {
			t.Errorf("%v gives %v", c.failing, err)
		}
		if len(s.asked) != c.asked {
			t.Errorf("after %v it was asked %d times: %v", c.failing, len(s.asked), s.asked)
		}
	}
	s := &service{jobs: map[string][]*dataflow.Job{"r1": {dataflowJob("a", "run1", "JOB_STATE_RUNNING")}}, failing: []int{503}}
	if err := serve(t, s).Cancel(t.Context(), Job{ID: "a", Region: "r1"}); err != nil || len(s.asked) != 2 {
		t.Errorf("a cancel is not asked again: %v, %v", err, s.asked)
	}
}
