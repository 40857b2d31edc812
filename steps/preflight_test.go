package steps

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cloud.google.com/go/storage"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/runners/runnertest"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func TestPreflight(t *testing.T) {
	for name, c := range map[string]struct {
		region  int            // what the service answers for the region; 0 for its jobs
		buckets map[string]int // answers by name; 200 without
		staging string
		is      error
		want    []string
	}{
		"all is there":                   {},
		"a region without Dataflow":      {region: 404, is: ErrArgument, want: []string{"region r1", "--region=us-central1"}},
		"a region that is none":          {region: 400, is: ErrArgument, want: []string{"region r1"}},
		"no right to see jobs":           {region: 403, want: []string{"roles/dataflow.developer", "region r1"}},
		"no temp bucket":                 {buckets: map[string]int{"temp": 404}, is: ErrArgument, want: []string{"--temp-location gs://temp/t", "no bucket temp"}},
		"no staging bucket":              {buckets: map[string]int{"stage": 404}, staging: "gs://stage", is: ErrArgument, want: []string{"--staging-location gs://stage", "no bucket stage"}},
		"no right to look at the bucket": {buckets: map[string]int{"temp": 403}},
	} {
		t.Run(name, func(t *testing.T) {
			service := &runnertest.Service{}
			if c.region != 0 {
				service.Failing = []int{c.region}
			}
			_, jobs := service.Serve(t)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				bucket := strings.TrimPrefix(r.URL.Path, "/b/")
				w.Header().Set("Content-Type", "application/json")
				if code := c.buckets[bucket]; code != 0 {
					w.WriteHeader(code)
				}
				fmt.Fprintf(w, `{"name":%q}`, bucket)
			}))
			defer server.Close()
			objects, err := storage.NewClient(t.Context(), option.WithEndpoint(server.URL), option.WithoutAuthentication())
			if err != nil {
				t.Fatal(err)
			}
			defer objects.Close()
			plan := &workflows.Plan{Dataflow: &workflows.Dataflow{Region: "r1", TempLocation: "gs://temp/t", StagingLocation: c.staging}}
			err = Preflight(t.Context(), plan, jobs, objects)
			if (err == nil) != (c.want == nil) || c.is != nil && !errors.Is(err, c.is) {
				t.Fatalf("error %v, want %v", err, c.is)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not mention %q", err, want)
				}
			}
		})
	}
}
