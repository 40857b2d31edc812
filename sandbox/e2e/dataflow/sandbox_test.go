//go:build beam

package dataflow

import (
	"bytes"
	"crypto/tls"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	api "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/sandbox/ca"
	"github.com/GlobalFishingWatch/dit/sandbox/dataflow"
	"github.com/GlobalFishingWatch/dit/sandbox/front"
	"github.com/GlobalFishingWatch/dit/sandbox/gcs"
)

// sandbox is Cloud Storage and Dataflow behind the front, under Google's names, with one worker.
type sandbox struct {
	t      *testing.T
	data   string
	client *api.Service
	worker *exec.Cmd
	log    *buffer
}

const region = "europe-west1"

// start starts a sandbox of the test's own. Tests share port 443, so they run one after the other.
func start(t *testing.T, faults dataflow.Faults, workerArgs ...string) *sandbox {
	t.Helper()
	s := &sandbox{t: t, data: t.TempDir(), log: new(buffer)}
	storage, err := gcs.New(filepath.Join(s.data, "gcs"), project)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(storage.Close)
	service, err := dataflow.New(dataflow.Config{Dir: filepath.Join(s.data, "dataflow"), Open: storage.Open, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	certificate, err := ca.Load(filepath.Join(os.Getenv(inside), "ca"))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:443")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		Handler:   front.New(front.Backends{Storage: storage, Dataflow: service}),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}},
	}
	go server.ServeTLS(listener, "", "") // HTTP/1.1 and, for gRPC, HTTP/2
	t.Cleanup(func() { server.Close() })
	s.client, err = api.NewService(t.Context(), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	s.startWorker(workerArgs...)
	return s
}

// startWorker starts `sandbox worker` and waits until it says that it is ready.
func (s *sandbox) startWorker(args ...string) {
	s.t.Helper()
	const ready = "127.0.0.1:8099"
	args = append([]string{"worker", "--python", os.Getenv("DIT_SANDBOX_BEAM"), "--listen", ready}, args...)
	s.worker = exec.Command(filepath.Join(os.Getenv(inside), "sandbox"), args...)
	s.worker.Stdout, s.worker.Stderr = s.log, s.log
	if err := s.worker.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = s.worker.Process.Signal(syscall.SIGTERM)
		_ = s.worker.Wait()
		if s.t.Failed() {
			s.t.Logf("the worker's log:\n%s", s.log)
		}
		if left := s.processes(); left != "" {
			s.t.Errorf("processes outlive the worker:\n%s", left)
		}
	})
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if conn, err := net.Dial("tcp", ready); err == nil {
			conn.Close()
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the worker is not ready:\n%s", s.log)
		}
	}
}

// processes lists what runs of jobs: runners, SDK workers, and the program that forever.py starts.
func (s *sandbox) processes() string {
	var found []string
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		content, err := os.ReadFile(file)
		line := strings.ReplaceAll(string(content), "\x00", " ")
		ours := line == "sleep 4711 " || strings.Contains(line, "sdk_worker_main") || strings.Contains(line, filepath.Join(os.Getenv(inside), "sandbox")+" job")
		environ, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "environ")) // another test on this machine has its own
		if err == nil && ours && strings.Contains(string(environ), inside+"="+os.Getenv(inside)) {
			found = append(found, filepath.Dir(file)+" "+line)
		}
	}
	return strings.Join(found, "\n")
}

// program is a pipeline's main program that runs.
type program struct {
	s    *sandbox
	cmd  *exec.Cmd
	out  *buffer
	name string
}

// submit starts a pipeline under a job name.
func (s *sandbox) submit(name, file string, args ...string) *program {
	s.t.Helper()
	p := &program{s: s, out: new(buffer), name: name}
	file, err := filepath.Abs(filepath.Join("testdata", file))
	if err != nil {
		s.t.Fatal(err)
	}
	args = append([]string{file, "--runner=DataflowRunner", "--project=" + project, "--region=" + region,
		"--temp_location=gs://" + project + "/tmp", "--job_name=" + name}, args...)
	p.cmd = exec.Command(os.Getenv("DIT_SANDBOX_BEAM"), args...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.cmd.Dir = filepath.Dir(file)
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// wait waits for the program and returns what it wrote.
func (p *program) wait() string {
	p.s.t.Helper()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(3 * time.Minute):
		p.s.t.Fatalf("%s does not end:\n%s", p.name, p.out)
	}
	return p.out.String()
}

// job waits until the job of the program is in a state.
func (p *program) job(state string) *api.Job {
	p.s.t.Helper()
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if job := p.s.find(p.name); job != nil && job.CurrentState == state {
			return job
		}
	}
	p.s.t.Fatalf("%s is not %s in time: %+v\n%s", p.name, state, p.s.find(p.name), p.out)
	return nil
}

func (s *sandbox) find(name string) *api.Job {
	s.t.Helper()
	list, err := s.client.Projects.Locations.Jobs.List(project, region).Name(name).Do()
	if err != nil {
		s.t.Fatal(err)
	}
	if len(list.Jobs) == 0 {
		return nil
	}
	return list.Jobs[0]
}

// errors are the error messages of a job, in one text.
func (s *sandbox) errors(id string) string {
	s.t.Helper()
	list, err := s.client.Projects.Locations.Jobs.Messages.List(project, region, id).MinimumImportance("JOB_MESSAGE_ERROR").Do()
	if err != nil {
		s.t.Fatal(err)
	}
	var texts []string
	for _, m := range list.JobMessages {
		texts = append(texts, m.MessageText)
	}
	return strings.Join(texts, "\n")
}

func (s *sandbox) cancel(job *api.Job) {
	s.t.Helper()
	if _, err := s.client.Projects.Locations.Jobs.Update(project, region, job.Id, &api.Job{RequestedState: "JOB_STATE_CANCELLED"}).Do(); err != nil {
		s.t.Fatal(err)
	}
}

func want(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
