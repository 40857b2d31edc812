package dataflow

import (
	"encoding/json"
	"fmt"

	api "google.golang.org/api/dataflow/v1b3"
)

// get answers jobs.get.
func (s *Service) get(c call) (any, error) {
	if _, err := s.find(c); err != nil {
		return nil, err
	}
	return s.view(c.PathValue("job"), c.URL.Query().Get("view"))
}

// find is the job of a call. A job exists in its own region only.
func (s *Service) find(c call) (*record, error) {
	region, err := c.home()
	if err != nil {
		return nil, err
	}
	id := c.PathValue("job")
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.jobs[id]
	if r == nil || r.Job.ProjectId != c.project || r.Job.Location != region {
		return nil, notFound("Information about job %s could not be found in our system. Please double check the id is correct and that the job is in region %s of project %s.",
			id, region, c.project)
	}
	return r, nil
}

// view is a copy of the job with as much in it as was asked for.
func (s *Service) view(id, view string) (*api.Job, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch job := s.jobs[id].Job; view {
	case "", "JOB_VIEW_UNKNOWN", "JOB_VIEW_ALL", "JOB_VIEW_DESCRIPTION":
		return clone(job)
	case "JOB_VIEW_SUMMARY":
		return summary(job), nil
	}
	return nil, invalid("Invalid value at 'view': %q is not a job view", view)
}

// clone copies a job for an answer that is written without the lock.
func clone(job *api.Job) (*api.Job, error) {
	content, err := json.Marshal(job)
	copied := new(api.Job)
	if err == nil {
		err = json.Unmarshal(content, copied)
	}
	if err != nil {
		return nil, fmt.Errorf("copy job %s: %w", job.Id, err)
	}
	return copied, nil
}

// summary is what lists show of a job.
func summary(job *api.Job) *api.Job {
	short := &api.Job{
		Id: job.Id, ProjectId: job.ProjectId, Name: job.Name, Type: job.Type, Location: job.Location,
		CurrentState: job.CurrentState, CurrentStateTime: job.CurrentStateTime, RequestedState: job.RequestedState,
		CreateTime: job.CreateTime, StartTime: job.StartTime, ClientRequestId: job.ClientRequestId, Labels: map[string]string{},
	}
	for key, value := range job.Labels {
		short.Labels[key] = value
	}
	return short
}
