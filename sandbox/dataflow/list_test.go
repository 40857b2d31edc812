package dataflow

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	api "google.golang.org/api/dataflow/v1b3"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

func names(jobs []*api.Job) []string {
	var all []string
	for _, job := range jobs {
		all = append(all, job.Name)
	}
	return all
}

func TestListFiltersAndPages(t *testing.T) {
	s := serve(t, Config{}, patient)
	var ids []string
	for i := range 7 {
		ids = append(ids, s.create(example(fmt.Sprintf("job-%d", i))).Id)
	}
	if _, err := s.jobs.Create("p", "us-east1", example("far")).Do(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.jobs.Create("q", region, example("foreign")).Do(); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids[:2] {
		if _, err := s.jobs.Update("p", region, id, &api.Job{RequestedState: stateCancelled}).Do(); err != nil {
			t.Fatal(err)
		}
	}
	for filter, want := range map[string][]string{
		"ALL":        {"job-6", "job-5", "job-4", "job-3", "job-2", "job-1", "job-0"},
		"ACTIVE":     {"job-6", "job-5", "job-4", "job-3", "job-2"},
		"TERMINATED": {"job-1", "job-0"},
	} {
		var got []*api.Job
		pages := 0
		err := s.jobs.List("p", region).Filter(filter).PageSize(3).Pages(t.Context(), func(page *api.ListJobsResponse) error {
			got = append(got, page.Jobs...)
			pages++
			return nil
		})
		if err != nil || !slices.Equal(names(got), want) || pages != (len(want)+2)/3 {
			t.Errorf("%s: %v in %d pages, %v", filter, names(got), pages, err)
		}
	}
	one, err := s.jobs.List("p", region).Name("job-4").Do()
	if err != nil || !slices.Equal(names(one.Jobs), []string{"job-4"}) || one.Jobs[0].Environment != nil {
		t.Errorf("by name: %+v, %v", one, err)
	}
	all, err := s.client.Projects.Jobs.Aggregated("p").Filter("ACTIVE").Do()
	if err != nil || len(all.Jobs) != 6 || all.Jobs[0].Name != "far" {
		t.Errorf("aggregated: %v, %v", names(all.Jobs), err)
	}
	if home, err := s.client.Projects.Jobs.List("p").Do(); err != nil || len(home.Jobs) != 0 {
		t.Errorf("without a region: %+v, %v", home, err)
	}
	_, err = s.jobs.List("p", region).Filter("SOME").Do()
	refused(t, err, 400, "INVALID_ARGUMENT", "SOME")
	_, err = s.jobs.List("p", region).PageToken("!").Do()
	refused(t, err, 400, "INVALID_ARGUMENT", "pageToken")
	_, err = s.jobs.List("p", "mars-south1").Do()
	refused(t, err, 400, "INVALID_ARGUMENT", "mars-south1")
}

// Jobs that are created while somebody turns pages must not make him see one twice.
func TestPagesAreStable(t *testing.T) {
	s := serve(t, Config{}, patient)
	for i := range 4 {
		s.create(example(fmt.Sprintf("job-%d", i)))
	}
	first, err := s.jobs.List("p", region).PageSize(2).Do()
	if err != nil {
		t.Fatal(err)
	}
	s.create(example("late"))
	second, err := s.jobs.List("p", region).PageSize(2).PageToken(first.NextPageToken).Do()
	if err != nil || !slices.Equal(names(second.Jobs), []string{"job-1", "job-0"}) || second.NextPageToken != "" {
		t.Errorf("second page %v, %v", names(second.Jobs), err)
	}
}

func TestMessagesFilterAndPage(t *testing.T) {
	s := serve(t, Config{}, patient)
	id := s.create(example("words")).Id
	s.poll("w", lease.DefaultImage)
	begin := time.Now().Add(time.Minute)
	for i, importance := range importances {
		s.report(lease.Report{Worker: "w", Job: id, Messages: []lease.Message{{Time: begin.Add(time.Duration(i) * time.Second), Importance: importance, Text: importance}}})
	}
	texts := func(call *api.ProjectsLocationsJobsMessagesListCall) []string {
		var all []string
		err := call.PageSize(2).Pages(t.Context(), func(page *api.ListJobMessagesResponse) error {
			if len(page.JobMessages) > 2 {
				t.Errorf("a page of %d", len(page.JobMessages))
			}
			for _, m := range page.JobMessages {
				all = append(all, m.MessageText)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		return all
	}
	list := func() *api.ProjectsLocationsJobsMessagesListCall { return s.jobs.Messages.List("p", region, id) }
	if got := texts(list()); len(got) != 7 { // the service's own two come first
		t.Errorf("all: %q", got)
	}
	if got := texts(list().MinimumImportance(messageWarning)); !slices.Equal(got, []string{messageWarning, messageError}) {
		t.Errorf("from warnings on: %q", got)
	}
	at := func(i int) string { return stamp(begin.Add(time.Duration(i) * time.Second)) }
	if got := texts(list().StartTime(at(1)).EndTime(at(3))); !slices.Equal(got, importances[1:3]) {
		t.Errorf("in a time: %q", got)
	}
	_, err := list().StartTime("yesterday").Do()
	refused(t, err, 400, "INVALID_ARGUMENT", "startTime")
	_, err = list().MinimumImportance("LOUD").Do()
	refused(t, err, 400, "INVALID_ARGUMENT", "LOUD")
	_, err = s.jobs.Messages.List("p", region, "absent").Do()
	refused(t, err, 404, "NOT_FOUND", "absent")
}

func TestMetricsSinceATime(t *testing.T) {
	s := serve(t, Config{}, patient)
	id := s.create(example("words")).Id
	s.poll("w", lease.DefaultImage)
	metric := func(name string, value int) *api.MetricUpdate {
		return &api.MetricUpdate{Name: &api.MetricStructuredName{Origin: "user", Name: name}, Scalar: value}
	}
	s.report(lease.Report{Worker: "w", Job: id, Metrics: []*api.MetricUpdate{metric("a", 1), metric("b", 1)}})
	first, err := s.jobs.GetMetrics("p", region, id).Do()
	if err != nil || len(first.Metrics) != 2 || first.MetricTime == "" {
		t.Fatalf("metrics %+v, %v", first, err)
	}
	time.Sleep(2 * time.Millisecond)
	since := stamp(time.Now())
	s.report(lease.Report{Worker: "w", Job: id, Metrics: []*api.MetricUpdate{metric("a", 1), metric("b", 2)}})
	changed, err := s.jobs.GetMetrics("p", region, id).StartTime(since).Do()
	if err != nil || len(changed.Metrics) != 1 || changed.Metrics[0].Name.Name != "b" || fmt.Sprint(changed.Metrics[0].Scalar) != "2" {
		t.Errorf("changed %+v, %v", changed, err)
	}
	s.report(lease.Report{Worker: "w", Job: id, State: stateDone}) // keeps what was said before
	if kept, err := s.client.Projects.Jobs.GetMetrics("p", id).Location(region).Context(context.Background()).Do(); err != nil || len(kept.Metrics) != 2 {
		t.Errorf("kept %+v, %v", kept, err)
	}
}
