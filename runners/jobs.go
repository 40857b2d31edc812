package runners

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	dataflow "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
)

// RunLabel is the label with the run id on everything that a run makes: tables, views, queries and Dataflow jobs.
const RunLabel = "dit_run_id"

// Job is a Dataflow job.
type Job struct {
	ID, Name, Region string
	// RunID is its label [RunLabel], one of Labels.
	RunID  string
	Labels map[string]string
	// State is Dataflow's word for it, such as JOB_STATE_RUNNING.
	State string
	// Streaming is what a job is that reads without end.
	Streaming bool
	// Created is when it was, Changed when it took its state.
	Created, Changed time.Time
}

// Said is the state as people read it, such as RUNNING.
func (j Job) Said() string { return strings.TrimPrefix(j.State, "JOB_STATE_") }

// ended are the states that no job leaves. Every other, also one that is not known yet, may still cost and write.
var ended = []string{"JOB_STATE_DONE", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_UPDATED", "JOB_STATE_DRAINED"}

// Ended reports whether the job has come to its end, good or bad.
func (j Job) Ended() bool { return slices.Contains(ended, j.State) }

// has reports whether the job has all the labels.
func (j Job) has(labels map[string]string) bool {
	for name, value := range labels {
		if j.Labels[name] != value {
			return false
		}
	}
	return true
}

// Jobs are the Dataflow jobs of a project. It connects at the first call, so that who has no jobs needs no right to see any.
type Jobs struct {
	Project string
	// Pause is the first one before a request is repeated or a state is looked at again; later ones are longer. 0 for a second.
	Pause time.Duration

	service func() (*dataflow.Service, error)
	// patience is how long a request is repeated.
	patience time.Duration
}

// How long a request is repeated, and one that only tells more of a job; and how long one answer is waited for: a connection may be
// dead without anyone noticing.
const (
	patience   = 2 * time.Minute
	aside      = 10 * time.Second
	answerTime = 30 * time.Second
)

// aside are the same jobs, for requests that are better given up than waited for.
func (j *Jobs) aside() *Jobs {
	brief := *j
	brief.patience = aside
	return &brief
}

// NewJobs gives the jobs of the project.
func NewJobs(project string, opts ...option.ClientOption) *Jobs {
	return &Jobs{Project: project, patience: patience, service: sync.OnceValues(func() (*dataflow.Service, error) {
		service, err := dataflow.NewService(context.Background(), opts...)
		if err != nil {
			return nil, fmt.Errorf("connect to Dataflow: %w", err)
		}
		return service, nil
	})}
}

// List returns the jobs of a region that are labelled with the run's id; with an empty id those of all runs. The service cannot
// choose by label, so all jobs it still knows are read. A region that it does not know has none: one run that was given such a region
// must not keep others from being cleaned up.
func (j *Jobs) List(ctx context.Context, region, runID string) (jobs []Job, err error) {
	all, err := j.list(ctx, region, func(c *dataflow.ProjectsLocationsJobsListCall) { c.Filter("ALL") })
	if errors.Is(bq.Classify(err), bq.ErrInvalid) {
		return nil, nil
	}
	for _, job := range all {
		found, err := j.labelled(ctx, region, job)
		if err != nil {
			return nil, err
		}
		if found.RunID != "" && (runID == "" || found.RunID == runID) {
			jobs = append(jobs, found)
		}
	}
	return jobs, err
}

// Named returns the jobs of a region that have or had the name, the youngest first.
func (j *Jobs) Named(ctx context.Context, region, name string) (jobs []Job, err error) {
	all, err := j.list(ctx, region, func(c *dataflow.ProjectsLocationsJobsListCall) { c.Filter("ALL").Name(name) })
	slices.SortStableFunc(all, func(a, b *dataflow.Job) int { return strings.Compare(b.CreateTime, a.CreateTime) })
	for _, job := range all {
		if job.Name != name {
			continue
		}
		found := described(region, job)
		if found.RunID == "" { // a list promises no labels
			if found, err = j.look(ctx, found); err != nil {
				return nil, err
			}
		}
		jobs = append(jobs, found)
	}
	return jobs, err
}

// labelledAs returns the jobs of a region that have all the labels: those that run, and those that have ended since the instant.
func (j *Jobs) labelledAs(ctx context.Context, region string, labels map[string]string, since time.Time) (jobs []Job, err error) {
	all, err := j.running(ctx, region)
	if err != nil {
		return nil, err
	}
	ended, err := j.ended(ctx, region, since) // asked for after those that run: what ends meanwhile is in both lists, and not in none
	if err != nil {
		return nil, err
	}
	for _, job := range append(all, ended...) {
		found := described(region, job)
		if len(job.Labels) == 0 && strings.HasPrefix(job.Name, "dit-") { // a list promises none
			if found, err = j.look(ctx, found); err != nil {
				return nil, err
			}
		}
		if found.has(labels) && !slices.ContainsFunc(jobs, func(k Job) bool { return k.ID == found.ID }) {
			jobs = append(jobs, found)
		}
	}
	return jobs, nil
}

// Look asks for the region's jobs, and gives the error that whoever submits one there would get.
func (j *Jobs) Look(ctx context.Context, region string) error {
	_, err := ask(ctx, j, func(ctx context.Context, s *dataflow.Service) (*dataflow.ListJobsResponse, error) {
		return s.Projects.Locations.Jobs.List(j.Project, region).Filter("ACTIVE").PageSize(1).Context(ctx).Do()
	})
	if err != nil {
		return fmt.Errorf("ask for the Dataflow jobs of project %s in region %s: %w", j.Project, region, err)
	}
	return nil
}

// active are the jobs of a region that have not ended, by id.
func (j *Jobs) active(ctx context.Context, region string) (map[string]Job, error) {
	all, err := j.running(ctx, region)
	jobs := map[string]Job{}
	for _, job := range all {
		jobs[job.Id] = described(region, job)
	}
	return jobs, err
}

// running are the jobs of a region that have not ended, in as few pages as there can be.
func (j *Jobs) running(ctx context.Context, region string) ([]*dataflow.Job, error) {
	return j.list(ctx, region, func(c *dataflow.ProjectsLocationsJobsListCall) { c.Filter("ACTIVE").PageSize(1000) })
}

// ended are the jobs of a region that have ended since the instant. The service lists them by the time of their end, in a direction that
// is not documented: where a page falls and has gone past the instant, no further one is read.
func (j *Jobs) ended(ctx context.Context, region string, since time.Time) (jobs []*dataflow.Job, err error) {
	before := func(job *dataflow.Job) bool {
		at := parseTime(job.CurrentStateTime)
		return !at.IsZero() && at.Before(since)
	}
	younger := func(a, b *dataflow.Job) int {
		return parseTime(b.CurrentStateTime).Compare(parseTime(a.CurrentStateTime))
	}
	past := func(page []*dataflow.Job) bool {
		return len(page) > 1 && before(page[len(page)-1]) && slices.IsSortedFunc(page, younger) && younger(page[0], page[len(page)-1]) < 0
	}
	all, err := j.pages(ctx, region, func(c *dataflow.ProjectsLocationsJobsListCall) { c.Filter("TERMINATED").PageSize(1000) }, past)
	return slices.DeleteFunc(all, before), err
}

// list reads all pages of a list of jobs.
func (j *Jobs) list(ctx context.Context, region string, choose func(*dataflow.ProjectsLocationsJobsListCall)) (jobs []*dataflow.Job, err error) {
	return j.pages(ctx, region, choose, func([]*dataflow.Job) bool { return false })
}

// pages reads the pages of a list of jobs, up to one that is enough.
func (j *Jobs) pages(ctx context.Context, region string, choose func(*dataflow.ProjectsLocationsJobsListCall), enough func([]*dataflow.Job) bool) (jobs []*dataflow.Job, err error) {
	for token := ""; ; {
		page, err := ask(ctx, j, func(ctx context.Context, s *dataflow.Service) (*dataflow.ListJobsResponse, error) {
			call := s.Projects.Locations.Jobs.List(j.Project, region).PageToken(token)
			choose(call)
			return call.Context(ctx).Do()
		})
		if err == nil && len(page.FailedLocation) > 0 { // an answer with a hole is none
			err = fmt.Errorf("%s did not answer", page.FailedLocation[0].Name)
		}
		if err != nil {
			return nil, fmt.Errorf("list the Dataflow jobs of project %s in region %s: %w", j.Project, region, err)
		}
		jobs = append(jobs, page.Jobs...)
		if token = page.NextPageToken; token == "" || enough(page.Jobs) {
			return jobs, nil
		}
	}
}

// described is a job as an answer has it.
func described(region string, job *dataflow.Job) Job {
	return Job{ID: job.Id, Name: job.Name, Region: region, RunID: job.Labels[RunLabel], Labels: job.Labels, State: job.CurrentState, Streaming: job.Type == "JOB_TYPE_STREAMING",
		Created: parseTime(job.CreateTime), Changed: parseTime(job.CurrentStateTime)}
}

// labelled is the job with its label. A list promises a summary and no labels: a job that came without any, still runs and is
// named like one of dit's is asked for them.
func (j *Jobs) labelled(ctx context.Context, region string, job *dataflow.Job) (Job, error) {
	found := described(region, job)
	if len(job.Labels) > 0 || found.Ended() || !strings.HasPrefix(job.Name, "dit-") {
		return found, nil
	}
	return j.look(ctx, found)
}

// look asks for the job as it is now. One that is gone has ended.
func (j *Jobs) look(ctx context.Context, job Job) (Job, error) {
	now, err := ask(ctx, j, func(ctx context.Context, s *dataflow.Service) (*dataflow.Job, error) {
		return s.Projects.Locations.Jobs.Get(j.Project, job.Region, job.ID).View("JOB_VIEW_DESCRIPTION").Context(ctx).Do()
	})
	var answer *googleapi.Error
	switch {
	case errors.As(err, &answer) && answer.Code == 404:
		job.State = "JOB_STATE_CANCELLED"
	case err != nil:
		return job, fmt.Errorf("look at Dataflow job %s (%s) in region %s: %w", job.ID, job.Name, job.Region, err)
	default:
		job = described(job.Region, now)
	}
	return job, nil
}

// Cancel asks for the end of the job, and does not wait for it. A job that has ended by itself is no error.
func (j *Jobs) Cancel(ctx context.Context, job Job) error {
	_, err := ask(ctx, j, func(ctx context.Context, s *dataflow.Service) (*dataflow.Job, error) {
		return s.Projects.Locations.Jobs.Update(j.Project, job.Region, job.ID, &dataflow.Job{RequestedState: "JOB_STATE_CANCELLED"}).Context(ctx).Do()
	})
	if err == nil {
		return nil
	}
	if now, looked := j.look(ctx, job); looked == nil && now.Ended() {
		return nil
	}
	return fmt.Errorf("cancel Dataflow job %s (%s) in region %s: %w", job.ID, job.Name, job.Region, err)
}

// Wait returns when the job has ended, with its last state.
func (j *Jobs) Wait(ctx context.Context, job Job) (Job, error) {
	for pauses := j.pauses(30 * time.Second); ; {
		now, err := j.look(ctx, job)
		if err != nil || now.Ended() {
			return now, err
		}
		select {
		case <-ctx.Done():
			return now, fmt.Errorf("waiting for Dataflow job %s (%s): in region %s it is still %s: %w", job.ID, job.Name, job.Region, now.State, ctx.Err())
		case <-time.After(pauses.NextBackOff()):
		}
	}
}

func (j *Jobs) pauses(longest time.Duration) *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = time.Second, longest
	if j.Pause > 0 {
		b.InitialInterval = j.Pause
	}
	return b
}

// ask makes a request, and makes it again while the service is overloaded, out of reach or silent.
func ask[T any](ctx context.Context, j *Jobs, request func(context.Context, *dataflow.Service) (T, error)) (T, error) {
	service, err := j.service()
	if err != nil {
		return *new(T), err
	}
	return backoff.Retry(ctx, func() (T, error) {
		inTime, done := context.WithTimeout(ctx, min(answerTime, j.patience))
		defer done()
		answer, err := request(inTime, service)
		if err != nil && inTime.Err() != nil && ctx.Err() == nil {
			err = &bq.Error{Kind: bq.ErrUnavailable, Err: fmt.Errorf("no answer in %s: %w", min(answerTime, j.patience), err)}
		}
		kind := bq.Classify(err)
		switch {
		case errors.Is(kind, bq.ErrPermission):
			err = backoff.Permanent(fmt.Errorf("%w; give credentials whose account has the role roles/dataflow.developer on project %s", err, j.Project))
		case err != nil && !errors.Is(kind, bq.ErrUnavailable) && !errors.Is(kind, bq.ErrQuota):
			err = backoff.Permanent(err)
		}
		return answer, err
	}, backoff.WithBackOff(j.pauses(15*time.Second)), backoff.WithMaxElapsedTime(j.patience))
}
