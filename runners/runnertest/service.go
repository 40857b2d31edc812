package runnertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	dataflow "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/runners"
)

// Service answers, over HTTP, the requests of v1b3 that package runners makes, for jobs that do nothing. Its jobs do what they are
// told to do by Next; what is to go wrong is set in the other fields. Project is "p".
type Service struct {
	t  testing.TB
	mu sync.Mutex
	// Jobs of each region, in the order of the list.
	Jobs map[string][]*dataflow.Job
	// Next are the states that a job takes one by one, each time that it is looked at, by its id or its name.
	Next map[string][]string
	// Messages and Metrics of the jobs, by id.
	Messages map[string][]*dataflow.JobMessage
	Metrics  map[string][]*dataflow.MetricUpdate
	// Bare lists leave out labels. Failing answers once with each of its codes first. Refused jobs cannot be cancelled.
	Bare    bool
	Failing []int
	Refused map[string]bool
	// Broken are codes that requests for "messages" and "metrics" are answered with.
	Broken map[string]int
	// Silent is a region that a list says did not answer. Late jobs are in no list until it was asked that often.
	Silent string
	Late   int
	// Most is how many jobs a page has at most; 0 for as many as are asked for.
	Most int
	// Asked are the requests, as "METHOD path".
	Asked []string
}

// Serve starts the service until the test ends, and gives its address and a client of it, whose pauses are a millisecond.
func (s *Service) Serve(t testing.TB) (string, *runners.Jobs) {
	s.t = t
	if s.Jobs == nil {
		s.Jobs = map[string][]*dataflow.Job{}
	}
	if s.Next == nil {
		s.Next = map[string][]string{}
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server.URL, Client(server.URL)
}

// Client is a client of the service at that address.
func Client(address string) *runners.Jobs {
	j := runners.NewJobs("p", option.WithEndpoint(address), option.WithoutAuthentication())
	j.Pause = time.Millisecond
	return j
}

// Job makes a job that has the label of the run, if that is not empty.
func Job(id, run, state string) *dataflow.Job {
	job := &dataflow.Job{Id: id, Name: "dit-" + id, CurrentState: state}
	if run != "" {
		job.Labels = map[string]string{runners.RunLabel: run, "other": "x"}
	}
	return job
}

// Do changes the service while it serves.
func (s *Service) Do(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// Running counts the jobs that have not ended.
func (s *Service) Running() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, jobs := range s.Jobs {
		for _, job := range jobs {
			if !(runners.Job{State: job.CurrentState}).Ended() {
				n++
			}
		}
	}
	return n
}

// ServeHTTP implements [http.Handler].
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Asked = append(s.Asked, r.Method+" "+r.URL.Path)
	if len(s.Failing) > 0 {
		code := s.Failing[0]
		s.Failing = s.Failing[1:]
		s.fail(w, code)
		return
	}
	path := strings.Split(strings.TrimPrefix(r.URL.Path, "/v1b3/projects/p/locations/"), "/")
	if len(path) < 2 || path[1] != "jobs" {
		s.fail(w, http.StatusNotFound)
		return
	}
	if len(path) == 2 && r.Method == http.MethodPost {
		s.create(w, r, path[0])
		return
	} else if len(path) == 2 {
		s.list(w, r, path[0])
		return
	}
	for _, job := range s.Jobs[path[0]] {
		if job.Id == path[2] {
			s.one(w, r, job, strings.Join(path[3:], "/"))
			return
		}
	}
	s.fail(w, http.StatusNotFound)
}

// create refuses a name that a job has which has not ended.
func (s *Service) create(w http.ResponseWriter, r *http.Request, region string) {
	var job dataflow.Job
	if err := json.NewDecoder(r.Body).Decode(&job); err != nil {
		s.t.Error(err)
	}
	for _, other := range s.Jobs[region] {
		if other.Name == job.Name && !(runners.Job{State: other.CurrentState}).Ended() {
			s.fail(w, http.StatusConflict)
			return
		}
	}
	job.Id = fmt.Sprintf("job-%d", len(s.Jobs[region]))
	job.CurrentState, job.CreateTime = "JOB_STATE_PENDING", time.Now().UTC().Format(time.RFC3339Nano)
	s.Jobs[region] = append(s.Jobs[region], &job)
	s.answer(w, job)
}

// list gives two jobs a page, or as many as are asked for.
func (s *Service) list(w http.ResponseWriter, r *http.Request, region string) {
	var from int
	fmt.Sscan(r.FormValue("pageToken"), &from)
	size := 2
	fmt.Sscan(r.FormValue("pageSize"), &size)
	if s.Most > 0 {
		size = min(size, s.Most)
	}
	var page dataflow.ListJobsResponse
	var all []*dataflow.Job
	for _, job := range s.Jobs[region] {
		ended := (runners.Job{State: job.CurrentState}).Ended()
		if (r.FormValue("filter") != "ACTIVE" || !ended) && (r.FormValue("filter") != "TERMINATED" || ended) && (r.FormValue("name") == "" || r.FormValue("name") == job.Name) {
			all = append(all, job)
		}
	}
	if s.Late > 0 {
		s.Late--
		all = nil
	}
	for _, job := range all[min(from, len(all)):min(from+size, len(all))] {
		if r.FormValue("filter") == "ACTIVE" {
			s.move(job)
		}
		shown := *job
		if s.Bare {
			shown.Labels = nil
		}
		page.Jobs = append(page.Jobs, &shown)
	}
	if from+size < len(all) {
		page.NextPageToken = fmt.Sprint(from + size)
	}
	if s.Silent != "" {
		page.FailedLocation = []*dataflow.FailedLocation{{Name: s.Silent}}
	}
	s.answer(w, page)
}

// move lets the job take its next state.
func (s *Service) move(job *dataflow.Job) {
	for _, of := range []string{job.Id, job.Name} {
		if states := s.Next[of]; len(states) > 0 {
			job.CurrentState, s.Next[of] = states[0], states[1:]
			job.CurrentStateTime = time.Now().UTC().Format(time.RFC3339Nano)
			return
		}
	}
}

func (s *Service) one(w http.ResponseWriter, r *http.Request, job *dataflow.Job, of string) {
	switch {
	case s.Broken[of] != 0:
		s.fail(w, s.Broken[of])
		return
	case of == "messages":
		said := slices.DeleteFunc(slices.Clone(s.Messages[job.Id]), func(m *dataflow.JobMessage) bool {
			return m.Time < r.FormValue("startTime") || r.FormValue("minimumImportance") == "JOB_MESSAGE_ERROR" && m.MessageImportance != "JOB_MESSAGE_ERROR"
		})
		s.answer(w, dataflow.ListJobMessagesResponse{JobMessages: said})
		return
	case of == "metrics":
		s.answer(w, dataflow.JobMetrics{Metrics: s.Metrics[job.Id]})
		return
	case r.Method == http.MethodGet:
		s.move(job)
	case s.Refused[job.Id]:
		s.fail(w, http.StatusBadRequest)
		return
	default:
		var asked dataflow.Job
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.RequestedState != "JOB_STATE_CANCELLED" {
			s.t.Errorf("update of %s: %+v, %v", job.Id, asked, err)
		}
		if !(runners.Job{State: job.CurrentState}).Ended() {
			job.CurrentState, s.Next[job.Id], s.Next[job.Name] = "JOB_STATE_CANCELLING", []string{"JOB_STATE_CANCELLING", "JOB_STATE_CANCELLED"}, nil
		}
	}
	s.answer(w, job)
}

func (s *Service) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.t.Error(err)
	}
}

func (s *Service) fail(w http.ResponseWriter, code int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"error":{"code":%d,"message":"the service says %d"}}`, code, code)
}
