package dataflow

import (
	"net/url"
	"slices"
	"time"

	api "google.golang.org/api/dataflow/v1b3"
)

// messages answers messages.list, oldest first.
func (s *Service) messages(c call) (any, error) {
	r, err := s.find(c)
	if err != nil {
		return nil, err
	}
	query := c.URL.Query()
	least := 0
	if minimum := query.Get("minimumImportance"); minimum != "" && minimum != "JOB_MESSAGE_IMPORTANCE_UNKNOWN" {
		if least = slices.Index(importances, minimum); least < 0 {
			return nil, invalid("Invalid value at 'minimumImportance': %q is not an importance", minimum)
		}
	}
	start, err := timeParameter(query, "startTime")
	if err != nil {
		return nil, err
	}
	end, err := timeParameter(query, "endTime")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	var found []*api.JobMessage
	for _, m := range r.Messages { // messages are never changed: they can be read without the lock
		if slices.Index(importances, m.MessageImportance) >= least && m.Time >= start && (end == "" || m.Time < end) {
			found = append(found, m)
		}
	}
	s.mu.Unlock()
	found, next, err := page(query, found, func(m *api.JobMessage) string { return m.Id }, func(id, token string) bool { return id > token })
	return &api.ListJobMessagesResponse{JobMessages: found, NextPageToken: next}, err
}

// timeParameter is a time in the form of the messages, or "" when it is not given.
func timeParameter(query url.Values, name string) (string, error) {
	text := query.Get(name)
	if text == "" {
		return "", nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return "", invalid("Invalid value at '%s': %q is not a time such as %s", name, text, timeFormat)
	}
	return stamp(at), nil
}

// metrics answers jobs.getMetrics. With a startTime it gives the metrics that changed since then.
func (s *Service) metrics(c call) (any, error) {
	r, err := s.find(c)
	if err != nil {
		return nil, err
	}
	since, err := timeParameter(c.URL.Query(), "startTime")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := r.MetricTime
	if at == "" {
		at = r.Job.CurrentStateTime
	}
	found := &api.JobMetrics{MetricTime: at}
	for _, m := range r.Metrics { // as with messages: replaced, never changed
		if m.UpdateTime >= since {
			found.Metrics = append(found.Metrics, m)
		}
	}
	return found, nil
}
