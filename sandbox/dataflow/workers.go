package dataflow

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	api "google.golang.org/api/dataflow/v1b3"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// worker is a process that asks for jobs.
type worker struct {
	images []string
	heard  time.Time
}

// poll gives a worker the oldest job that waits for its image, as soon as there is one.
func (s *Service) poll(w http.ResponseWriter, r *http.Request) {
	var asked lease.Poll
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || asked.Worker == "" || len(asked.Images) == 0 {
		answer(w, nil, invalid("a poll names its worker and the images that it offers, as package lease says (%v)", err))
		return
	}
	deadline := time.NewTimer(lease.PollWait)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		s.hear(asked)
		found, err := s.next(asked)
		changed := s.changed
		s.mu.Unlock()
		if found != nil || err != nil || asked.Now {
			answer(w, lease.Answer{Job: found}, err)
			return
		}
		select {
		case <-changed:
			continue
		case <-r.Context().Done():
			return
		case <-deadline.C:
		case <-s.stop:
		}
		s.mu.Lock()
		s.hear(asked) // it has been there all the while
		s.mu.Unlock()
		answer(w, lease.Answer{}, nil)
		return
	}
}

// hear notes that a worker is there. The caller holds the lock.
func (s *Service) hear(asked lease.Poll) {
	s.workers[asked.Worker] = &worker{images: asked.Images, heard: time.Now()}
}

// next takes the oldest job for the worker, nil when there is none. The caller holds the lock.
func (s *Service) next(asked lease.Poll) (*lease.Job, error) {
	if asked.Free < 1 {
		return nil, nil
	}
	var oldest *record
	for _, r := range s.jobs {
		waits := !r.ended() && r.worker == "" && slices.Contains(asked.Images, image(r.Job))
		if waits && (oldest == nil || r.Created.Before(oldest.Created)) {
			oldest = r
		}
	}
	if oldest == nil {
		return nil, nil
	}
	now := time.Now()
	spec, err := clone(oldest.Job)
	if err != nil {
		return nil, err
	}
	oldest.worker, oldest.heard = asked.Worker, now
	oldest.say(now, messageDetailed, "Worker %s has taken the job.", asked.Worker)
	return &lease.Job{Spec: spec, Fault: oldest.Fault}, s.store.save(oldest)
}

// report takes in what a worker says of a job, and tells it whether to stop.
func (s *Service) report(w http.ResponseWriter, r *http.Request) {
	var said lease.Report
	if err := json.NewDecoder(r.Body).Decode(&said); err != nil || said.Worker == "" || said.Job == "" {
		answer(w, nil, invalid("a report names its worker and its job, as package lease says (%v)", err))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	job := s.jobs[said.Job]
	if job == nil || job.ended() || job.worker != said.Worker {
		answer(w, lease.Reply{Stop: true}, nil)
		return
	}
	now := time.Now()
	job.heard = now
	if err := s.take(job, said, now); err != nil {
		answer(w, nil, err)
		return
	}
	answer(w, lease.Reply{Stop: job.ended() || job.Job.CurrentState == stateCancelling}, nil)
}

// take writes a report into the record. The caller holds the lock.
func (s *Service) take(r *record, said lease.Report, now time.Time) error {
	for _, m := range said.Messages {
		r.add(m)
	}
	if said.Metrics != nil {
		r.Metrics, r.MetricTime = dated(r.Metrics, said.Metrics, stamp(now)), stamp(now)
	}
	cancelling := r.Job.CurrentState == stateCancelling
	state := said.State
	switch {
	case state == stateRunning && (cancelling || r.Job.CurrentState == stateRunning):
		state = ""
	case state == stateFailed && cancelling: // it was killed: that is what was asked for
		state = stateCancelled
	}
	if state != "" {
		r.enter(state, now)
	}
	if state == "" && len(said.Messages) == 0 && said.Metrics == nil {
		return nil // a sign of life is not worth a file
	}
	return s.store.save(r)
}

// dated gives each metric the time when its value last changed.
func dated(before, after []*api.MetricUpdate, now string) []*api.MetricUpdate {
	known := map[string]*api.MetricUpdate{}
	for _, m := range before {
		known[metricKey(m)] = m
	}
	for _, m := range after {
		m.UpdateTime = now
		if old := known[metricKey(m)]; old != nil {
			m.UpdateTime = old.UpdateTime
			if metricValue(old) != metricValue(m) {
				m.UpdateTime = now
			}
		}
	}
	return after
}

func metricKey(m *api.MetricUpdate) string {
	text, _ := json.Marshal(m.Name) // a struct of texts
	return string(text)
}

func metricValue(m *api.MetricUpdate) string {
	text, _ := json.Marshal([]any{m.Scalar, m.Distribution, m.Gauge, m.Set}) // values that came as JSON
	return string(text)
}
