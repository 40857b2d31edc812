package dataflow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	api "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/googleapi"
	apioption "google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

const region = "europe-west1"

// served is a service over HTTP, and Google's client for it.
type served struct {
	t       *testing.T
	dir     string
	service *Service
	url     string
	jobs    *api.ProjectsLocationsJobsService
	client  *api.Service
}

// serve opens a service in a directory of its own.
func serve(t *testing.T, c Config, l limits) *served {
	t.Helper()
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
	service, err := open(c, l)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(service)
	t.Cleanup(func() {
		service.Close()
		server.Close()
	})
	client, err := api.NewService(t.Context(), apioption.WithEndpoint(server.URL), apioption.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	return &served{t, c.Dir, service, server.URL, client.Projects.Locations.Jobs, client}
}

// patient never runs out of patience within a test.
var patient = limits{image: time.Hour, report: time.Hour, watch: 5 * time.Millisecond}

// example is a job as Beam's Python SDK sends it.
func example(name string) *api.Job {
	return &api.Job{
		Name: name, Type: "JOB_TYPE_BATCH", ClientRequestId: name + "-request",
		Environment: &api.Environment{
			TempStoragePrefix:  "storage.googleapis.com/bucket/tmp",
			SdkPipelineOptions: googleapi.RawMessage(`{"options":{"pipelineUrl":"gs://bucket/pipeline.pb"}}`),
			WorkerPools:        []*api.WorkerPool{{WorkerHarnessContainerImage: "gcr.io/cloud-dataflow/v1beta3/beam_python3.11_sdk:2.71.0"}},
		},
	}
}

func (s *served) create(job *api.Job) *api.Job {
	s.t.Helper()
	made, err := s.jobs.Create("p", region, job).Do()
	if err != nil {
		s.t.Fatal(err)
	}
	return made
}

func (s *served) get(id string) *api.Job {
	s.t.Helper()
	job, err := s.jobs.Get("p", region, id).Do()
	if err != nil {
		s.t.Fatal(err)
	}
	return job
}

// state waits until a job is in a state.
func (s *served) state(id, want string) *api.Job {
	s.t.Helper()
	var job *api.Job
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if job = s.get(id); job.CurrentState == want {
			return job
		}
	}
	s.t.Fatalf("job %s is %s, want %s", id, job.CurrentState, want)
	return nil
}

func (s *served) errors(id string) string {
	s.t.Helper()
	list, err := s.jobs.Messages.List("p", region, id).MinimumImportance(messageError).Do()
	if err != nil {
		s.t.Fatal(err)
	}
	var texts []string
	for _, m := range list.JobMessages {
		texts = append(texts, m.MessageText)
	}
	return strings.Join(texts, "\n")
}

// ask is a worker's request.
func ask[A any](s *served, path string, body any) A {
	s.t.Helper()
	content, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := http.Post(s.url+path, "application/json", bytes.NewReader(content))
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	var got A
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || answer.StatusCode != 200 {
		s.t.Fatalf("%s: %s %v", path, answer.Status, err)
	}
	return got
}

func (s *served) poll(worker string, images ...string) *lease.Job {
	s.t.Helper()
	return ask[lease.Answer](s, lease.PollPath, lease.Poll{Worker: worker, Images: images, Free: 1, Now: true}).Job
}

func (s *served) report(r lease.Report) bool {
	s.t.Helper()
	return ask[lease.Reply](s, lease.ReportPath, r).Stop
}

// refused checks that an error is Google's, with this code and status, and says this.
func refused(t *testing.T, err error, code int, status, text string) {
	t.Helper()
	var e *googleapi.Error
	if !errors.As(err, &e) {
		t.Errorf("error %v, want %d %s", err, code, status)
		return
	}
	var body struct {
		Error struct {
			Code            int
			Status, Message string
		}
	}
	if json.Unmarshal([]byte(e.Body), &body) != nil || e.Code != code || body.Error.Code != code || body.Error.Status != status || !strings.Contains(body.Error.Message, text) {
		t.Errorf("answered %d %s, want %d %s %q", e.Code, e.Body, code, status, text)
	}
}

func TestAJobFromItsCreationToItsEnd(t *testing.T) {
	s := serve(t, Config{}, patient)
	job := s.create(example("words"))
	if job.CurrentState != statePending || job.CreateTime == "" || job.CurrentStateTime == "" || job.Id == "" ||
		job.Location != region || job.ProjectId != "p" || job.ClientRequestId != "words-request" {
		t.Fatalf("created %+v", job)
	}
	if other := s.poll("w", "example.com/other"); other != nil {
		t.Fatalf("a worker of another image got %+v", other)
	}
	taken := s.poll("w", "other", lease.DefaultImage)
	if taken == nil || taken.Spec.Id != job.Id || len(taken.Spec.Environment.SdkPipelineOptions) == 0 {
		t.Fatalf("leased %+v", taken)
	}
	if again := s.poll("v", lease.DefaultImage); again != nil {
		t.Fatalf("leased twice: %+v", again)
	}
	s.report(lease.Report{Worker: "w", Job: job.Id, State: stateRunning})
	if running := s.get(job.Id); running.CurrentState != stateRunning || running.StartTime == "" {
		t.Errorf("running %+v", running)
	}
	if !s.report(lease.Report{Worker: "v", Job: job.Id, State: stateFailed}) || s.get(job.Id).CurrentState != stateRunning {
		t.Error("a worker that does not have the job was listened to")
	}
	s.report(lease.Report{Worker: "w", Job: job.Id, State: stateDone})
	if done := s.get(job.Id); done.CurrentState != stateDone || done.CurrentStateTime <= done.StartTime {
		t.Errorf("done %+v", done)
	}
	if !s.report(lease.Report{Worker: "w", Job: job.Id, State: stateRunning}) || s.get(job.Id).CurrentState != stateDone {
		t.Error("a job left its end")
	}
}

func TestViews(t *testing.T) {
	s := serve(t, Config{}, patient)
	job := example("words")
	job.Labels = map[string]string{"a": "b"}
	id := s.create(job).Id
	for view, full := range map[string]bool{"JOB_VIEW_SUMMARY": false, "JOB_VIEW_ALL": true, "JOB_VIEW_DESCRIPTION": true} {
		got, err := s.jobs.Get("p", region, id).View(view).Do()
		if err != nil || (got.Environment != nil) != full || got.Labels["a"] != "b" {
			t.Errorf("%s: %+v, %v", view, got, err)
		}
	}
	_, err := s.jobs.Get("p", region, id).View("ALL").Do()
	refused(t, err, 400, "INVALID_ARGUMENT", "job view")
}

func TestAJobExistsInItsRegionOnly(t *testing.T) {
	s := serve(t, Config{}, patient)
	here := s.create(example("here")).Id
	home, err := s.client.Projects.Jobs.Create("p", example("home")).Do()
	if err != nil || home.Location != defaultRegion {
		t.Fatalf("without a region: %+v, %v", home, err)
	}
	if _, err := s.client.Projects.Jobs.Get("p", home.Id).Do(); err != nil {
		t.Error(err)
	}
	_, err = s.client.Projects.Jobs.Get("p", here).Do()
	refused(t, err, 404, "NOT_FOUND", here)
	_, err = s.jobs.Get("p", "us-east1", here).Do()
	refused(t, err, 404, "NOT_FOUND", "us-east1")
	_, err = s.jobs.Get("q", region, here).Do()
	refused(t, err, 404, "NOT_FOUND", here)
	_, err = s.jobs.Get("p", region, "no-such-job").Do()
	refused(t, err, 404, "NOT_FOUND", "no-such-job")
	_, err = s.jobs.Create("p", "moon-north1", example("there")).Do()
	refused(t, err, 400, "INVALID_ARGUMENT", "moon-north1")
	if _, err := s.client.Projects.Jobs.Get("p", here).Location(region).Do(); err != nil {
		t.Error(err)
	}
}

func TestANameIsTakenOnce(t *testing.T) {
	s := serve(t, Config{}, patient)
	first := s.create(example("words"))
	if again := s.create(example("words")); again.Id != first.Id {
		t.Errorf("the same request made a second job %s", again.Id)
	}
	second := example("words")
	second.ClientRequestId = "another"
	_, err := s.jobs.Create("p", region, second).Do()
	refused(t, err, 409, "ALREADY_EXISTS", "already an active job named words")
	second.ClientRequestId = ""
	_, err = s.jobs.Create("p", region, second).Do()
	refused(t, err, 409, "ALREADY_EXISTS", first.Id)
	for _, at := range [][2]string{{"p", "us-east1"}, {"q", region}} {
		if _, err := s.jobs.Create(at[0], at[1], second).Do(); err != nil {
			t.Errorf("the name is free in %v: %v", at, err)
		}
	}
	if _, err := s.jobs.Update("p", region, first.Id, &api.Job{RequestedState: stateCancelled}).Do(); err != nil {
		t.Fatal(err)
	}
	if again := s.create(second); again.Id == first.Id {
		t.Error("the name of a job that has ended is not free")
	}
}

func TestWhatDataflowRefuses(t *testing.T) {
	s := serve(t, Config{}, patient)
	many := map[string]string{}
	for i := range maxLabels + 1 {
		many[fmt.Sprintf("label-%d", i)] = ""
	}
	for _, tt := range []struct {
		reason string
		change func(*api.Job)
		status string
		text   string
	}{
		{"empty name", func(j *api.Job) { j.Name = "" }, "INVALID_ARGUMENT", "Invalid job name"},
		{"upper case", func(j *api.Job) { j.Name = "Words" }, "INVALID_ARGUMENT", "Invalid job name"},
		{"digit first", func(j *api.Job) { j.Name = "1words" }, "INVALID_ARGUMENT", "Invalid job name"},
		{"hyphen last", func(j *api.Job) { j.Name = "words-" }, "INVALID_ARGUMENT", "Invalid job name"},
		{"underscore", func(j *api.Job) { j.Name = "my_words" }, "INVALID_ARGUMENT", "Invalid job name"},
		{"64 characters", func(j *api.Job) { j.Name = strings.Repeat("a", 64) }, "INVALID_ARGUMENT", "Invalid job name"},
		{"63 characters", func(j *api.Job) { j.Name = strings.Repeat("a", 63) }, "", ""},
		{"one character", func(j *api.Job) { j.Name = "a" }, "", ""},
		{"label key in upper case", func(j *api.Job) { j.Labels = map[string]string{"A": "b"} }, "INVALID_ARGUMENT", "Invalid label key"},
		{"label key with a digit first", func(j *api.Job) { j.Labels = map[string]string{"1a": "b"} }, "INVALID_ARGUMENT", "Invalid label key"},
		{"label key too long", func(j *api.Job) { j.Labels = map[string]string{strings.Repeat("a", 64): "b"} }, "INVALID_ARGUMENT", "Invalid label key"},
		{"label value in upper case", func(j *api.Job) { j.Labels = map[string]string{"a": "B"} }, "INVALID_ARGUMENT", "Invalid value"},
		{"label value too long", func(j *api.Job) { j.Labels = map[string]string{"a": strings.Repeat("b", 64)} }, "INVALID_ARGUMENT", "Invalid value"},
		{"empty label value", func(j *api.Job) { j.Name, j.Labels = "ok-1", map[string]string{"a": ""} }, "", ""},
		{"international label", func(j *api.Job) { j.Name, j.Labels = "ok-2", map[string]string{"été": "日本"} }, "", ""},
		{"65 labels", func(j *api.Job) { j.Labels = many }, "INVALID_ARGUMENT", "65 labels"},
		{"no environment", func(j *api.Job) { j.Environment = nil }, "INVALID_ARGUMENT", "no environment"},
		{"no temp location", func(j *api.Job) { j.Environment.TempStoragePrefix = "" }, "INVALID_ARGUMENT", "temp_location"},
		{"temp location without a bucket", func(j *api.Job) { j.Environment.TempStoragePrefix = "storage.googleapis.com/" }, "INVALID_ARGUMENT", "temp_location"},
		{"temp location as an option", func(j *api.Job) {
			j.Name, j.Environment.TempStoragePrefix = "ok-3", ""
			j.Environment.SdkPipelineOptions = googleapi.RawMessage(`{"options":{"pipelineUrl":"gs://b/p","gcpTempLocation":"gs://b/t"}}`)
		}, "", ""},
		{"a type that is none", func(j *api.Job) { j.Type = "JOB_TYPE_ODD" }, "INVALID_ARGUMENT", "job type"},
		{"no pipeline", func(j *api.Job) { j.Environment.SdkPipelineOptions = googleapi.RawMessage(`{"options":{}}`) }, "UNIMPLEMENTED", "portable"},
		{"update in place", func(j *api.Job) { j.ReplaceJobId = "x" }, "UNIMPLEMENTED", "replaceJobId"},
		{"from a snapshot", func(j *api.Job) { j.CreatedFromSnapshotId = "x" }, "UNIMPLEMENTED", "snapshot"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			job := example("words")
			tt.change(job)
			_, err := s.jobs.Create("p", region, job).Do()
			if tt.status == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			code := 400
			if tt.status == "UNIMPLEMENTED" {
				code = 501
			}
			refused(t, err, code, tt.status, tt.text)
		})
	}
}

func TestPathsThatAreNotServedSayWhatIsMissing(t *testing.T) {
	s := serve(t, Config{}, patient)
	for path, text := range map[string]string{
		"/v1b3/projects/p/locations/" + region + "/flexTemplates:launch":    "flex templates",
		"/v1b3/projects/p/locations/" + region + "/jobs/x:snapshot":         "snapshots",
		"/v1b3/projects/p/locations/" + region + "/jobs/x/workItems:lease":  "work items",
		"/v1b3/projects/p/locations/" + region + "/jobs/x/debug/getConfig":  "debug",
		"/v1b3/projects/p/locations/" + region + "/sql:validate":            "SQL",
		"/v1b3/projects/p/locations/" + region + "/somethingThatIsNew:here": "creates, gets, lists",
	} {
		answer, err := http.Post(s.url+path, "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != 501 || !strings.Contains(string(body), text) || !strings.Contains(string(body), "UNIMPLEMENTED") {
			t.Errorf("%s: %s %s %v", path, answer.Status, body, err)
		}
	}
}

func TestTemplates(t *testing.T) {
	written, err := json.Marshal(example("template"))
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, Config{Open: func(_ context.Context, bucket, object string) (io.ReadCloser, error) {
		switch bucket + "/" + object {
		case "b/words":
			return io.NopCloser(bytes.NewReader(written)), nil
		case "b/broken":
			return io.NopCloser(strings.NewReader("not JSON")), nil
		}
		return nil, os.ErrNotExist
	}}, patient)
	launch := func(path, name string) *api.ProjectsLocationsTemplatesLaunchCall {
		return s.client.Projects.Locations.Templates.Launch("p", region, &api.LaunchTemplateParameters{
			JobName: name, Parameters: map[string]string{"day": "2024-01-01"},
			Environment: &api.RuntimeEnvironment{TempLocation: "gs://b/t", AdditionalUserLabels: map[string]string{"a": "b"}},
		}).GcsPath(path)
	}
	launched, err := launch("gs://b/words", "launched").Do()
	if err != nil {
		t.Fatal(err)
	}
	job := s.get(launched.Job.Id)
	if job.Name != "launched" || job.Labels["a"] != "b" || option(job, "day") != "2024-01-01" || option(job, "temp_location") != "gs://b/t" || pipelineURL(job) == "" {
		t.Errorf("launched %+v %s", job, job.Environment.SdkPipelineOptions)
	}
	made, err := s.client.Projects.Templates.Create("p", &api.CreateJobFromTemplateRequest{GcsPath: "gs://b/words", JobName: "made", Location: region}).Do()
	if err != nil || made.Location != region {
		t.Errorf("made %+v, %v", made, err)
	}
	if _, err := launch("gs://b/words", "only").ValidateOnly(true).Do(); err != nil {
		t.Error(err)
	}
	if list, err := s.jobs.List("p", region).Name("only").Do(); err != nil || len(list.Jobs) != 0 {
		t.Errorf("a validation made %+v, %v", list, err)
	}
	_, err = launch("gs://b/absent", "x").Do()
	refused(t, err, 404, "NOT_FOUND", "gs://b/absent")
	_, err = launch("gs://b/broken", "x").Do()
	refused(t, err, 400, "INVALID_ARGUMENT", "gs://b/broken")
	_, err = launch("b/words", "x").Do()
	refused(t, err, 400, "INVALID_ARGUMENT", "gs://bucket/object")
	_, err = launch("gs://b/words", "launched").Do()
	refused(t, err, 409, "ALREADY_EXISTS", "launched")
}
