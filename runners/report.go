package runners

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	dataflow "google.golang.org/api/dataflow/v1b3"
)

// JobReport is what is kept of a job: how it ended, and what it took.
type JobReport struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Region string `json:"region"`
	// State is Dataflow's word without its prefix, such as DONE.
	State string `json:"state"`
	// Seconds from its creation to its last state.
	Seconds float64 `json:"seconds"`
	// Errors are its last messages of that importance, the last [errorsKept] of them.
	Errors []string `json:"errors,omitempty"`
	Usage
}

// Usage is what a job used, as Dataflow counts it.
type Usage struct {
	// Elements are those that came out of each step, by the name it has in the pipeline.
	Elements map[string]int64 `json:"elements,omitempty"`
	// Counters are the pipeline's own, as "step/name".
	Counters map[string]int64 `json:"counters,omitempty"`
	// VCPUSeconds, MemoryGBSeconds, DiskGBSeconds and ShuffleGB are what Google charges for; 0 where the service did not count.
	VCPUSeconds     float64 `json:"vcpu_seconds,omitempty"`
	MemoryGBSeconds float64 `json:"memory_gb_seconds,omitempty"`
	DiskGBSeconds   float64 `json:"disk_gb_seconds,omitempty"`
	ShuffleGB       float64 `json:"shuffle_gb,omitempty"`
	// CostUSD is an estimate from the list prices of [PricesOf], in US dollars; CostBasis says of where and when those are.
	CostUSD   float64 `json:"cost_usd,omitempty"`
	CostBasis string  `json:"cost_basis,omitempty"`
}

// Problem says in words why the job did not end well; empty when it did.
func (r JobReport) Problem() string {
	if r.State == "DONE" {
		return ""
	}
	text := fmt.Sprintf("Dataflow job %s (%s) in region %s ended as %s", r.ID, r.Name, r.Region, r.State)
	if len(r.Errors) > 0 {
		text += ": " + r.Errors[len(r.Errors)-1]
	}
	return text
}

// errorsKept is how many error messages of a job are kept.
const errorsKept = 5

// report asks for what is kept of a job that has ended. Trouble with it is no trouble with the job: what is lacking is left out, and
// the error says so.
func (j *Jobs) report(ctx context.Context, job Job) (JobReport, error) {
	r := JobReport{ID: job.ID, Name: job.Name, Region: job.Region, State: job.Said()}
	if !job.Created.IsZero() && !job.Changed.IsZero() {
		r.Seconds = job.Changed.Sub(job.Created).Seconds()
	}
	if r.State == "DONE" { // its errors explain nothing
		j = j.aside()
	}
	said, err := j.messages(ctx, job, "JOB_MESSAGE_ERROR", time.Time{})
	for _, m := range said {
		r.Errors = append(r.Errors, m.text)
	}
	r.Errors = r.Errors[max(0, len(r.Errors)-errorsKept):]
	metrics, unknown := j.metrics(ctx, job)
	if unknown == nil {
		r.Usage = usage(metrics, job.Streaming)
	}
	return r, errors.Join(err, unknown)
}

// message is one of a job's.
type message struct {
	at   time.Time
	text string
}

// messages are those of at least that importance that are younger than since, the oldest first.
func (j *Jobs) messages(ctx context.Context, job Job, importance string, since time.Time) (all []message, err error) {
	for token := ""; ; {
		page, err := ask(ctx, j, func(ctx context.Context, s *dataflow.Service) (*dataflow.ListJobMessagesResponse, error) {
			call := s.Projects.Locations.Jobs.Messages.List(j.Project, job.Region, job.ID).MinimumImportance(importance).PageToken(token)
			if !since.IsZero() {
				call.StartTime(since.UTC().Format(time.RFC3339Nano))
			}
			return call.Context(ctx).Do()
		})
		if err != nil {
			return all, fmt.Errorf("read the messages of Dataflow job %s: %w", job.ID, err)
		}
		for _, m := range page.JobMessages {
			if at := parseTime(m.Time); at.After(since) { // the service gives those of that moment again
				all = append(all, message{at, m.MessageText})
			}
		}
		if token = page.NextPageToken; token == "" {
			slices.SortStableFunc(all, func(a, b message) int { return a.at.Compare(b.at) })
			return all, nil
		}
	}
}

func (j *Jobs) metrics(ctx context.Context, job Job) ([]*dataflow.MetricUpdate, error) {
	answer, err := ask(ctx, j, func(ctx context.Context, s *dataflow.Service) (*dataflow.JobMetrics, error) {
		return s.Projects.Locations.Jobs.GetMetrics(j.Project, job.Region, job.ID).Context(ctx).Do()
	})
	if err != nil {
		return nil, fmt.Errorf("read the metrics of Dataflow job %s: %w", job.ID, err)
	}
	return answer.Metrics, nil
}

// usage reads metrics. Of the two values that Dataflow gives of each, the tentative one is what work in progress would make of it.
func usage(metrics []*dataflow.MetricUpdate, streaming bool) (u Usage) {
	u.Elements, u.Counters = map[string]int64{}, map[string]int64{}
	for _, m := range metrics {
		value, number := m.Scalar.(float64)
		if m.Name == nil || !number || m.Name.Context["tentative"] != "" {
			continue
		}
		switch name := m.Name.Name; {
		case m.Name.Origin == "user":
			u.Counters[strings.TrimPrefix(m.Name.Context["step"]+"/"+name, "/")] = int64(value)
		case name == "ElementCount":
			if of := m.Name.Context["output_user_name"]; of != "" {
				u.Elements[of] = int64(value)
			}
		case name == "TotalVcpuTime":
			u.VCPUSeconds = value
		case name == "TotalMemoryUsage": // MB seconds
			u.MemoryGBSeconds = value / 1000
		case name == "TotalPdUsage" || name == "TotalSsdUsage":
			u.DiskGBSeconds += value
		case name == "TotalShuffleDataProcessed" && !streaming || name == "TotalStreamingDataProcessed" && streaming:
			u.ShuffleGB = value
		}
	}
	prices := PricesOf(streaming)
	if u.CostUSD = prices.cost(u); u.CostUSD > 0 {
		u.CostBasis = "list prices of " + prices.Region + ", " + prices.Date
	}
	return u
}

func parseTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
