package dataflow

import (
	"fmt"
	"math/rand/v2"
	"time"

	api "google.golang.org/api/dataflow/v1b3"
)

// create answers jobs.create.
func (s *Service) create(c call) (any, error) {
	job := new(api.Job)
	if err := c.body(job); err != nil {
		return nil, err
	}
	if c.region == "" {
		c.region = job.Location
	}
	region, err := c.home()
	if err != nil {
		return nil, err
	}
	if err := s.start(job, c.project, region); err != nil {
		return nil, err
	}
	return s.view(job.Id, c.URL.Query().Get("view"))
}

// start takes a job in. A second one under a name that is active is refused, unless it is the
// same request sent again: then job becomes the one that is there.
func (s *Service) start(job *api.Job, project, region string) error {
	if err := check(job); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.jobs {
		if r.ended() || r.Job.Name != job.Name || r.Job.ProjectId != project || r.Job.Location != region {
			continue
		}
		if job.ClientRequestId != "" && job.ClientRequestId == r.Job.ClientRequestId {
			job.Id = r.Job.Id
			return nil
		}
		return alreadyExists("The workflow could not be created. Causes: There is already an active job named %s (id %s). "+
			"If you want to submit a second job, try again by setting a different name.", job.Name, r.Job.Id)
	}
	now := time.Now()
	job.Id, job.ProjectId, job.Location = s.newID(now), project, region
	job.CreateTime, job.StartTime = stamp(now), stamp(now)
	if job.Type == "" || job.Type == "JOB_TYPE_UNKNOWN" {
		job.Type = "JOB_TYPE_BATCH"
	}
	r := &record{Job: job, Created: now}
	if s.config.Faults != nil {
		r.Fault = s.config.Faults.Job(job.Name, job.Labels)
	}
	r.enter(statePending, now)
	r.say(now, messageBasic, "Job %s was created in %s; waiting for a worker that offers the container image %s.", job.Id, region, image(job))
	if err := s.store.save(r); err != nil {
		return err
	}
	s.jobs[job.Id] = r
	s.wake()
	return nil
}

// newID is an id in Dataflow's form: the time and a number. The caller holds the lock.
func (s *Service) newID(now time.Time) string {
	for {
		id := fmt.Sprintf("%s-%d", now.UTC().Format("2006-01-02_15_04_05"), 1e18+rand.Int64N(9e18-1e18))
		if s.jobs[id] == nil {
			return id
		}
	}
}
