package worker

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	api "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow"
)

const region = "us-central1"

// served is the real service, with a worker whose jobs are a shell script.
type served struct {
	t    *testing.T
	jobs *api.ProjectsLocationsJobsService
	dir  string
	stop context.CancelFunc
	done chan error
	// broken makes the service answer with 503.
	broken atomic.Bool
}

func start(t *testing.T, script string, jobs int) *served {
	t.Helper()
	service, err := dataflow.New(dataflow.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s := &served{t: t, dir: t.TempDir(), done: make(chan error, 1)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.broken.Load() {
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		service.ServeHTTP(w, r)
	}))
	client, err := api.NewService(t.Context(), option.WithEndpoint(server.URL), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	s.jobs = client.Projects.Locations.Jobs
	program := filepath.Join(s.dir, "job")
	if err := os.WriteFile(program, []byte("#!/bin/sh\ncd "+s.dir+"\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ready := listener.Addr().String()
	listener.Close()
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	go func() {
		s.done <- Run(ctx, Config{Dataflow: server.URL, Images: []string{"default"}, Python: "python", Listen: ready, Jobs: jobs, Command: []string{program}, Log: log})
	}()
	t.Cleanup(func() {
		cancel()
		service.Close()
		server.Close()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("the worker's log:\n%s", text)
		}
	})
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if conn, err := net.Dial("tcp", ready); err == nil {
			conn.Close()
			return s
		}
		if time.Now().After(deadline) {
			t.Fatal("the worker does not get ready")
		}
	}
}

func (s *served) create(name string) string {
	s.t.Helper()
	job, err := s.jobs.Create("p", region, &api.Job{Name: name, Environment: &api.Environment{
		TempStoragePrefix: "storage.googleapis.com/b", SdkPipelineOptions: googleapi.RawMessage(`{"options":{"pipelineUrl":"gs://b/p"}}`)}}).Do()
	if err != nil {
		s.t.Fatal(err)
	}
	return job.Id
}

func (s *served) state(id, want string) {
	s.t.Helper()
	var job *api.Job
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		var err error
		if job, err = s.jobs.Get("p", region, id).Do(); err != nil {
			s.t.Fatal(err)
		}
		if job.CurrentState == want {
			return
		}
	}
	s.t.Fatalf("%s is %s, want %s", id, job.CurrentState, want)
}

func (s *served) messages(id string) string {
	s.t.Helper()
	list, err := s.jobs.Messages.List("p", region, id).Do()
	if err != nil {
		s.t.Fatal(err)
	}
	var text strings.Builder
	for _, m := range list.JobMessages {
		fmt.Fprintln(&text, m.MessageImportance, m.MessageText)
	}
	return text.String()
}

// alive tells whether the process lives whose id a script has written to a file.
func (s *served) alive(file string) bool {
	s.t.Helper()
	content, err := os.ReadFile(filepath.Join(s.dir, file))
	if err != nil {
		s.t.Fatal(err)
	}
	for range 100 { // one that has been killed takes a moment to go
		stat, err := os.ReadFile("/proc/" + strings.TrimSpace(string(content)) + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return false
		}
		time.Sleep(10 * time.Millisecond)
	}
	return true
}

const running = `echo '{"state":"JOB_STATE_RUNNING","messages":[{"time":"2024-01-01T00:00:00Z","importance":"JOB_MESSAGE_BASIC","text":"hello"}]}'
`

func TestAJobIsReported(t *testing.T) {
	s := start(t, running+`grep -q '"name":"words"' && echo '{"metrics":[{"name":{"name":"m"},"scalar":7}]}'
echo '{"state":"JOB_STATE_DONE"}'`, 1)
	id := s.create("words")
	s.state(id, "JOB_STATE_DONE")
	if text := s.messages(id); !strings.Contains(text, "JOB_MESSAGE_BASIC hello") {
		t.Errorf("messages %s", text)
	}
	metrics, err := s.jobs.GetMetrics("p", region, id).Do()
	if err != nil || len(metrics.Metrics) != 1 || fmt.Sprint(metrics.Metrics[0].Scalar) != "7" {
		t.Errorf("metrics %+v, %v", metrics, err)
	}
}

// Nothing that a job has started lives on, whichever way it ends.
func TestNothingOutlivesAJob(t *testing.T) {
	leave := `sh -c 'trap "" TERM HUP; echo $$ > pid; exec sleep 60' >&2 & while ! [ -s pid ]; do sleep 0.01; done
`
	t.Run("done", func(t *testing.T) {
		s := start(t, running+leave+`echo '{"state":"JOB_STATE_DONE"}'`, 1)
		s.state(s.create("words"), "JOB_STATE_DONE")
		if s.alive("pid") {
			t.Error("a process lives on")
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		s := start(t, running+leave+`sleep 60`, 1)
		id := s.create("words")
		s.state(id, "JOB_STATE_RUNNING")
		for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			if info, err := os.Stat(filepath.Join(s.dir, "pid")); err == nil && info.Size() > 0 {
				break
			}
		}
		begin := time.Now()
		if _, err := s.jobs.Update("p", region, id, &api.Job{RequestedState: "JOB_STATE_CANCELLED"}).Do(); err != nil {
			t.Fatal(err)
		}
		s.state(id, "JOB_STATE_CANCELLED")
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("the cancellation took %s", took)
		}
		if s.alive("pid") {
			t.Error("a process lives on")
		}
	})
	t.Run("worker stopped", func(t *testing.T) {
		s := start(t, running+leave+`echo '{"messages":[{"importance":"JOB_MESSAGE_BASIC","text":"up"}]}'; sleep 60`, 1)
		id := s.create("words")
		for deadline := time.Now().Add(5 * time.Second); !strings.Contains(s.messages(id), " up") && time.Now().Before(deadline); {
			time.Sleep(5 * time.Millisecond)
		}
		s.stop()
		if err := <-s.done; err != nil {
			t.Error(err)
		}
		if s.alive("pid") {
			t.Error("a process lives on")
		}
		s.state(id, "JOB_STATE_FAILED")
		if text := s.messages(id); !strings.Contains(text, "lost its worker") {
			t.Errorf("messages %s", text)
		}
	})
}

func TestARunnerThatDiesFailsTheJobWithItsLastWords(t *testing.T) {
	s := start(t, running+`echo 'panic: oh no' >&2; exit 2`, 1)
	id := s.create("words")
	s.state(id, "JOB_STATE_FAILED")
	if text := s.messages(id); !strings.Contains(text, "exit status 2") || !strings.Contains(text, "panic: oh no") {
		t.Errorf("messages %s", text)
	}
}

// What could not be reported while the service did not answer is reported when it does.
func TestReportsSurviveAnOutage(t *testing.T) {
	s := start(t, running+`while ! [ -e go ]; do sleep 0.01; done
echo '{"messages":[{"importance":"JOB_MESSAGE_BASIC","text":"in the dark"}]}'
echo '{"state":"JOB_STATE_DONE"}'; touch gone`, 1)
	id := s.create("words")
	s.state(id, "JOB_STATE_RUNNING")
	s.broken.Store(true)
	if err := os.WriteFile(filepath.Join(s.dir, "go"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(s.dir, "gone")); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(300 * time.Millisecond)
	s.broken.Store(false)
	s.state(id, "JOB_STATE_DONE")
	if text := s.messages(id); strings.Count(text, "in the dark") != 1 {
		t.Errorf("messages %s", text)
	}
}

func TestNoMoreJobsThanRoom(t *testing.T) {
	s := start(t, running+`echo x >> started; while ! [ -e go ]; do sleep 0.01; done; echo '{"state":"JOB_STATE_DONE"}'`, 2)
	var ids []string
	for i := range 4 {
		ids = append(ids, s.create(fmt.Sprintf("job-%d", i)))
	}
	s.state(ids[0], "JOB_STATE_RUNNING")
	s.state(ids[1], "JOB_STATE_RUNNING")
	s.state(ids[3], "JOB_STATE_QUEUED")
	if started, _ := os.ReadFile(filepath.Join(s.dir, "started")); len(started) != len("x\nx\n") {
		t.Errorf("%d started", len(started)/2)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "go"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		s.state(id, "JOB_STATE_DONE")
	}
}

// Many jobs at once start one after the other, as far as processors go, and then run side by side.
func TestJobsStartByTurns(t *testing.T) {
	defer func(before int) { startsAtOnce = before }(startsAtOnce)
	startsAtOnce = 2
	s := start(t, running+`echo x >> started; while ! [ -e go ]; do sleep 0.01; done; echo '{"up":true}'
while ! [ -e end ]; do sleep 0.01; done; echo '{"state":"JOB_STATE_DONE"}'`, 20)
	var ids []string
	for i := range 5 {
		ids = append(ids, s.create(fmt.Sprintf("job-%d", i)))
	}
	s.state(ids[1], "JOB_STATE_RUNNING")
	s.state(ids[4], "JOB_STATE_QUEUED")
	if started, _ := os.ReadFile(filepath.Join(s.dir, "started")); len(started) != len("x\nx\n") {
		t.Errorf("%d start at once", len(started)/2)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "go"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		s.state(id, "JOB_STATE_RUNNING")
	}
	if err := os.WriteFile(filepath.Join(s.dir, "end"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		s.state(id, "JOB_STATE_DONE")
	}
}

func TestAServiceThatRefusesIsAnError(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	err := Run(t.Context(), Config{Dataflow: server.URL, Images: []string{"default"}, Jobs: 1, Log: os.Stderr})
	if err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("error %v", err)
	}
}
