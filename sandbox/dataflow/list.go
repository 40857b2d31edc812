package dataflow

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"

	api "google.golang.org/api/dataflow/v1b3"
)

// defaultPage is how many entries a page has when the client does not say, maxPage how many it has at most.
const (
	defaultPage = 100
	maxPage     = 1000
)

// list answers jobs.list: the jobs of one region, newest first.
func (s *Service) list(c call) (any, error) {
	region, err := c.home()
	if err != nil {
		return nil, err
	}
	return s.listed(c, func(job *api.Job) bool { return job.Location == region })
}

// aggregated answers jobs.aggregated: the jobs of all regions.
func (s *Service) aggregated(c call) (any, error) {
	return s.listed(c, func(*api.Job) bool { return true })
}

func (s *Service) listed(c call, in func(*api.Job) bool) (any, error) {
	query := c.URL.Query()
	want, err := stateFilter(query.Get("filter"))
	if err != nil {
		return nil, err
	}
	name := query.Get("name")
	var jobs []*api.Job
	s.mu.Lock()
	for _, r := range s.jobs {
		if job := r.Job; job.ProjectId == c.project && in(job) && want(job.CurrentState) && (name == "" || job.Name == name) {
			jobs = append(jobs, summary(job))
		}
	}
	s.mu.Unlock()
	slices.SortFunc(jobs, func(a, b *api.Job) int { return cmp.Compare(position(b), position(a)) })
	jobs, next, err := page(query, jobs, position, func(at, token string) bool { return at < token })
	return &api.ListJobsResponse{Jobs: jobs, NextPageToken: next}, err
}

// position orders jobs: by their creation, which never changes, so that no page repeats or skips a job.
func position(job *api.Job) string { return job.CreateTime + job.Id }

func stateFilter(filter string) (func(state string) bool, error) {
	switch filter {
	case "", "UNKNOWN", "ALL":
		return func(string) bool { return true }, nil
	case "ACTIVE":
		return func(state string) bool { return !ended(state) }, nil
	case "TERMINATED":
		return ended, nil
	}
	return nil, invalid("Invalid value at 'filter': %q is none of ALL, ACTIVE, TERMINATED", filter)
}

// page cuts out the entries behind the page token, which is the position of the last entry before.
func page[E any](query url.Values, all []E, position func(E) string, behind func(position, token string) bool) ([]E, string, error) {
	size := defaultPage
	if text := query.Get("pageSize"); text != "" {
		asked, err := strconv.Atoi(text)
		if err != nil || asked < 0 {
			return nil, "", invalid("Invalid value at 'pageSize': %q is not a number of entries", text)
		}
		if asked > 0 {
			size = min(asked, maxPage)
		}
	}
	if text := query.Get("pageToken"); text != "" {
		token, err := base64.URLEncoding.DecodeString(text)
		if err != nil {
			return nil, "", invalid("Invalid value at 'pageToken': %q is not a token that this service gave", text)
		}
		all = slices.DeleteFunc(all, func(e E) bool { return !behind(position(e), string(token)) })
	}
	if len(all) <= size {
		return all, "", nil
	}
	return all[:size], base64.URLEncoding.EncodeToString([]byte(position(all[size-1]))), nil
}
