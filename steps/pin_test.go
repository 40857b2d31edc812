package steps

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	rest "google.golang.org/api/bigquery/v2"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// cloud answers as BigQuery does, for one table, one dataset of outputs, and jobs that all end in one way.
type cloud struct {
	table    rest.Table
	location string // of the outputs
	failure  *rest.ErrorProto
	refusal  int // status of the answer to the job
	jobs     int
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	answer := func(status int, v any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(v)
	}
	fail := func(status int, e *rest.ErrorProto) {
		answer(status, map[string]any{"error": map[string]any{"code": status, "message": e.Message, "errors": []any{e}}})
	}
	reference := &rest.JobReference{ProjectId: "my-project", JobId: "j"}
	switch {
	case r.Method == http.MethodPost && strings.HasSuffix(path, "/jobs") && c.refusal != 0:
		c.jobs++
		fail(c.refusal, c.failure)
	case r.Method == http.MethodPost && strings.HasSuffix(path, "/jobs"), strings.Contains(path, "/jobs/"):
		c.jobs++
		answer(200, rest.Job{JobReference: reference, Configuration: &rest.JobConfiguration{Copy: &rest.JobConfigurationTableCopy{
			DestinationTable: &rest.TableReference{ProjectId: "my-project", DatasetId: "dit", TableId: "x"}}},
			Status: &rest.JobStatus{State: "DONE", ErrorResult: c.failure}})
	case strings.HasSuffix(path, "/datasets/dit"):
		answer(200, rest.Dataset{Location: c.location})
	case strings.HasSuffix(path, "/datasets/ais"):
		answer(200, rest.Dataset{Location: c.table.Location})
	case strings.HasSuffix(path, "/tables/messages"):
		answer(200, c.table)
	default:
		fail(404, &rest.ErrorProto{Reason: "notFound", Message: "Not found: Table " + path})
	}
}

func (c *cloud) pin(t *testing.T, at time.Time) error {
	server := httptest.NewServer(c)
	defer server.Close()
	client, err := bigquery.NewClient(t.Context(), "my-project", option.WithEndpoint(server.URL), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	plan := &workflows.Plan{Project: "my-project", Dataset: "dit", PinAt: at.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano), Sources: map[string]string{"messages": "their-project.ais.messages"}}
	pin, err := newPinner(client, plan, true, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	table := bq.Table{Project: "their-project", Dataset: "ais", Name: "messages"}
	meta, err := table.Of(client).Metadata(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = pin.read(t.Context(), workflows.Source{Name: "messages"}, table, meta)
	return err
}

// TestRefusalsOfBigQuery: what it refuses is a wrong argument, with its words and the way out; what fails it is not.
func TestRefusalsOfBigQuery(t *testing.T) {
	now := time.Now()
	base := rest.Table{Type: "TABLE", Location: "US", CreationTime: now.AddDate(0, -1, 0).UnixMilli(), LastModifiedTime: uint64(now.UnixMilli())}
	table := func(change func(*rest.Table)) rest.Table {
		changed := base
		change(&changed)
		return changed
	}
	streaming := func(oldest time.Time) rest.Table {
		return table(func(t *rest.Table) {
			t.StreamingBuffer = &rest.Streamingbuffer{EstimatedRows: 5, OldestEntryTime: uint64(oldest.UnixMilli())}
		})
	}
	job := func(reason, message string) *rest.ErrorProto {
		return &rest.ErrorProto{Reason: reason, Message: message}
	}
	for name, c := range map[string]struct {
		table    rest.Table
		location string
		failure  *rest.ErrorProto
		status   int
		kind     error // ErrBadSource unless another
		jobs     bool  // that a job was tried
		want     []string
	}{
		"a view":                                 {table: table(func(t *rest.Table) { t.Type = "VIEW" }), want: []string{"is a view", "CREATE TABLE … AS SELECT", "--source"}},
		"a materialized view":                    {table: table(func(t *rest.Table) { t.Type = "MATERIALIZED_VIEW" }), want: []string{"materialized view", "--source"}},
		"an external table":                      {table: table(func(t *rest.Table) { t.Type = "EXTERNAL" }), want: []string{"external table", "--source"}},
		"another location":                       {table: base, location: "EU", want: []string{"location US", "in EU", "--dest-dataset"}},
		"rows that wait":                         {table: streaming(now.Add(-2 * time.Hour)), want: []string{"streaming buffer", "wait"}},
		"rows that wait, came after the instant": {table: streaming(now.Add(-time.Minute)), failure: job("invalid", "no"), jobs: true, want: []string{"no"}},
		"before it was made":                     {table: table(func(t *rest.Table) { t.CreationTime = now.UnixMilli() }), want: []string{"made anew, at"}},
		"another organisation": {table: base, failure: job("invalid", "Snapshot of table their-project:ais.messages to another organization is not allowed"), jobs: true,
			want: []string{"another organization is not allowed", "in the organisation of its table", "--project", "--dest-dataset"}},
		"another organisation, denied": {table: base, failure: job("accessDenied", "Access Denied: source and destination must be in the same organization"), status: 403, jobs: true,
			want: []string{"in the organisation of its table"}},
		"beyond time travel":        {table: base, failure: job("invalid", "Invalid snapshot time 1 for Table their-project:ais.messages@1. Cannot read before 2"), jobs: true, want: []string{"Cannot read before 2", "later one"}},
		"a kind that is new":        {table: base, failure: job("invalid", "their-project:ais.messages is not allowed for this operation because it is currently a GRAPH."), jobs: true, want: []string{"currently a GRAPH", "only tables can be pinned"}},
		"too many":                  {table: base, failure: job("invalid", "Cannot have more than 1000 active clones and snapshots of a table. Please use a deep copy, or remove some active clones or snapshots."), jobs: true, want: []string{"more than 1000", "drop those"}},
		"anything else":             {table: base, failure: job("invalid", "Row access policies are in the way"), jobs: true, want: []string{"Row access policies"}},
		"no right to take one":      {table: base, failure: job("accessDenied", "Access Denied: Table their-project:ais.messages: Permission bigquery.tables.createSnapshot denied on table their-project:ais.messages (or it may not exist)."), status: 403, kind: bq.ErrPermission, jobs: true, want: []string{"bigquery.tables.createSnapshot", "roles/bigquery.dataEditor"}},
		"no right to let it expire": {table: base, failure: job("accessDenied", "Access Denied: Table their-project:ais.messages: Permission bigquery.tables.deleteSnapshot denied on table their-project:ais.messages (or it may not exist in this region)."), status: 403, kind: bq.ErrPermission, jobs: true, want: []string{"roles/bigquery.dataOwner"}},
		"a quota":                   {table: base, failure: job("quotaExceeded", "Quota exceeded: copy jobs in this region"), status: 403, kind: bq.ErrQuota, jobs: true, want: []string{"Quota exceeded"}},
	} {
		t.Run(name, func(t *testing.T) {
			if c.location == "" {
				c.location = "US"
			}
			service := &cloud{table: c.table, location: c.location, failure: c.failure, refusal: c.status}
			service.table.TableReference = &rest.TableReference{ProjectId: "their-project", DatasetId: "ais", TableId: "messages"}
			err := service.pin(t, now.Add(-time.Hour))
			kind := c.kind
			if kind == nil {
				kind = ErrBadSource
			}
			if !errors.Is(err, kind) || errors.Is(err, ErrBadSource) != (kind == ErrBadSource) || (service.jobs > 0) != c.jobs {
				t.Errorf("%d jobs: %v, want %v", service.jobs, err, kind)
			}
			for _, want := range append(c.want, "messages") {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%v, want %q", err, want)
				}
			}
		})
	}
}
