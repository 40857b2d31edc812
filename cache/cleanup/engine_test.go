//go:build sandbox

package cleanup_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cleanup"
	"github.com/GlobalFishingWatch/dit/runners"
)

const runA, runB, runC = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"

// place is a dataset of its own, with a registry, and a client whose requests can be refused.
type place struct {
	t       *testing.T
	client  *bigquery.Client
	dataset string
	reg     cache.BigQuery
	jobs    *jobs
	// refuse gives requests an answer of the test's own.
	refuse func(*http.Request) bool
}

func (p *place) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.refuse != nil && p.refuse(r) {
		body := `{"error":{"code":403,"message":"you may not","errors":[{"reason":"accessDenied","message":"you may not"}]}}`
		return &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{"Content-Type": {"application/json"}}, Body: readCloser{strings.NewReader(body)}, Request: r}, nil
	}
	return http.DefaultTransport.RoundTrip(r)
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func somewhere(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, dataset: fmt.Sprintf("cleanup_%d", time.Now().UnixNano()), jobs: &jobs{}}
	client, err := bq.Open(t.Context(), "dit-sandbox", "US", bqtest.Endpoint(t), option.WithHTTPClient(&http.Client{Transport: p}))
	if err != nil {
		t.Fatal(err)
	}
	p.client, p.reg = client, cache.BigQuery{Client: client, Dataset: p.dataset}
	t.Cleanup(func() {
		p.refuse = nil
		client.Dataset(p.dataset).DeleteWithContents(context.Background())
		client.Close()
	})
	if err := p.reg.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *place) canceller() cleanup.Canceller {
	return cleanup.Canceller{Client: p.client, Registry: p.reg, Where: p.dataset, Jobs: p.jobs, Stop: 10 * time.Millisecond, JobTime: time.Minute}
}

func (p *place) cleaner() cleanup.Cleaner {
	return cleanup.Cleaner{Client: p.client, Registry: p.reg, Dataset: p.dataset, Jobs: p.jobs}
}

func (p *place) name(name string) bq.Table {
	return bq.Table{Project: "dit-sandbox", Dataset: p.dataset, Name: name}
}

// create makes a table as a run leaves it, or one without labels when no run is given; a view where there is a query.
func (p *place) create(name, run, view string) bq.Table {
	p.t.Helper()
	meta := &bigquery.TableMetadata{ViewQuery: view}
	if view == "" {
		meta.Schema = bigquery.Schema{{Name: "a", Type: bigquery.IntegerFieldType}}
	}
	if run != "" {
		meta.Labels = map[string]string{"dit_run_id": run, "dit_experiment_id": "e", "dit_pipeline": "p", "dit_commit_sha": "c"}
	}
	if err := p.name(name).Of(p.client).Create(p.t.Context(), meta); err != nil {
		p.t.Fatal(err)
	}
	return p.name(name)
}

// row registers a run that succeeded an hour ago with the tables.
func (p *place) row(run string, change func(*cache.Row), tables ...bq.Table) cache.Row {
	p.t.Helper()
	key := cache.Key{Schema: cache.KeySchema, Pipeline: "p", Commit: run}
	now := time.Now().UTC().Truncate(time.Millisecond)
	r := cache.Row{ID: cache.ID{RunID: run, Run: "bf"}, Key: key, CacheKey: key.Digest(), Workflow: "w", ExperimentID: "exp", Status: cache.Succeeded,
		Outputs: map[string]cache.Output{}, StartedAt: now.Add(-time.Hour), FinishedAt: now, ExpiresAt: now.Add(time.Hour)}
	for i, t := range tables {
		r.Outputs[fmt.Sprint("o", i)] = cache.Output{Table: t}
	}
	if change != nil {
		change(&r)
	}
	if r.Status != cache.Running {
		if err := p.reg.Insert(p.t.Context(), r); err != nil {
			p.t.Fatal(err)
		}
	}
	return r
}

// running claims the row for so long.
func (p *place) running(row cache.Row, lease time.Duration) cache.Lease {
	p.t.Helper()
	c, err := p.reg.Claim(p.t.Context(), row, lease)
	if err != nil || !c.Granted {
		p.t.Fatalf("%+v, %v", c, err)
	}
	return c.Lease
}

// there are the tables and views of the dataset that are not the registry's.
func (p *place) there() string {
	p.t.Helper()
	var names []string
	for it := p.client.Dataset(p.dataset).Tables(p.t.Context()); ; {
		t, err := it.Next()
		if err != nil {
			break
		}
		if !strings.HasPrefix(t.TableID, "dit_") {
			names = append(names, t.TableID)
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func (p *place) expect(want string) {
	p.t.Helper()
	if got := p.there(); got != want {
		p.t.Errorf("there are %q, want %q", got, want)
	}
}

// jobs are Dataflow jobs that end when they are told to, but for the stubborn.
type jobs struct {
	all      []*runners.Job
	stubborn string
	calls    []string
}

func (j *jobs) List(_ context.Context, region, run string) (found []runners.Job, err error) {
	j.calls = append(j.calls, "list "+region)
	for _, job := range j.all {
		if job.Region == region && (run == "" || job.RunID == run) {
			found = append(found, *job)
		}
	}
	return found, nil
}

func (j *jobs) Cancel(_ context.Context, job runners.Job) error {
	j.calls = append(j.calls, "cancel "+job.ID)
	if job.ID == j.stubborn {
		return errors.New("job " + job.ID + " does not listen")
	}
	for _, known := range j.all {
		if known.ID == job.ID {
			known.State = "JOB_STATE_CANCELLED"
		}
	}
	return nil
}

func (j *jobs) Wait(_ context.Context, job runners.Job) (runners.Job, error) {
	j.calls = append(j.calls, "wait "+job.ID)
	job.State = "JOB_STATE_CANCELLED"
	return job, nil
}
