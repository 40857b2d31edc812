//go:build beam

package dataflow

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	api "google.golang.org/api/dataflow/v1b3"
)

func TestBatchJobIsDone(t *testing.T) {
	s := start(t, nil)
	p := s.submit("wordcount", "wordcount.py", "--output=gs://"+project+"/out/words")
	out := p.wait()
	want(t, out, "STATE DONE",
		"METRIC Split words lines 3 3",
		"METRIC Split words lengths DistributionResult(sum=14, count=7, min=1, max=4, mean=2.0",
		"ElementCount", "ExecutionTime_ProcessElement")
	if files, _ := filepath.Glob(filepath.Join(s.data, "gcs", project, "out", "words*")); len(files) == 0 {
		t.Error("the job has written nothing")
	} else {
		var all []byte
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, content...)
		}
		want(t, string(all), "a 3\n", "bb 2\n", "ccc 1\n", "dddd 1\n")
	}
	job := p.job("JOB_STATE_DONE")
	if job.Type != "JOB_TYPE_BATCH" || job.Location != region || job.StartTime == "" || job.CreateTime == "" || job.CurrentStateTime == "" {
		t.Errorf("job %+v", job)
	}
	if left := s.processes(); strings.Contains(left, "sdk_worker") {
		t.Errorf("processes outlive the job:\n%s", left)
	}
}

// beats waits until the streaming pipeline has counted, and returns its count.
func (s *sandbox) beats(id string) int {
	s.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		metrics, err := s.client.Projects.Locations.Jobs.GetMetrics(project, region, id).Do()
		if err != nil {
			s.t.Fatal(err)
		}
		for _, m := range metrics.Metrics {
			if n, _ := m.Scalar.(float64); m.Name.Name == "beats" && n > 0 {
				return int(n)
			}
		}
	}
	s.t.Fatalf("job %s counts nothing", id)
	return 0
}

func TestStreamingUntilCancelled(t *testing.T) {
	s := start(t, nil)
	p := s.submit("forever", "forever.py")
	job := p.job("JOB_STATE_RUNNING")
	if job.Type != "JOB_TYPE_STREAMING" {
		t.Errorf("type %s", job.Type)
	}
	first := s.beats(job.Id)
	time.Sleep(2 * time.Second)
	if next := s.beats(job.Id); next <= first {
		t.Errorf("the counter stays at %d", next)
	}
	begin := time.Now()
	s.cancel(job)
	p.job("JOB_STATE_CANCELLED")
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("the cancellation took %s", took)
	}
	if left := s.processes(); left != "" {
		t.Errorf("processes outlive the job:\n%s", left)
	}
	want(t, p.wait(), "State: CANCELLED") // as an exception, which is Beam's own way
}

func TestThreeAtOnce(t *testing.T) {
	s := start(t, nil)
	var all []*program
	for i := range 3 {
		all = append(all, s.submit(fmt.Sprintf("words-%d", i), "wordcount.py", fmt.Sprintf("--output=gs://%s/out/%d", project, i)))
	}
	for _, p := range all {
		want(t, p.wait(), "STATE DONE", "METRIC Split words lines 3 3")
	}
}

func TestStagedPackageAndMainSession(t *testing.T) {
	s := start(t, nil)
	packaged := s.submit("packaged", "packaged/main.py", "--setup_file=./setup.py", "--output=gs://"+project+"/packaged")
	session := s.submit("session", "session.py", "--save_main_session", "--pickle_library=dill", "--output=gs://"+project+"/session")
	other := s.submit("another", "session.py", "--save_main_session", "--output=gs://"+project+"/another") // by cloudpickle
	for p, line := range map[*program]string{packaged: "twice is 42\n", session: "set at run time x\n", other: "set at run time x\n"} {
		out := p.wait()
		p.job("JOB_STATE_DONE")
		files, _ := filepath.Glob(filepath.Join(s.data, "gcs", project, p.name+"*"))
		if len(files) != 1 {
			t.Errorf("%s wrote %v:\n%s", p.name, files, out)
			continue
		}
		content, err := os.ReadFile(files[0])
		if err != nil || string(content) != line {
			t.Errorf("%s wrote %q, want %q (%v)", p.name, content, line, err)
		}
	}
}

func TestClassicTemplate(t *testing.T) {
	s := start(t, nil)
	template := "gs://" + project + "/templates/words"
	s.submit("ignored", "wordcount.py", "--output=gs://"+project+"/out/template", "--template_location="+template).wait()
	launched, err := s.client.Projects.Locations.Templates.Launch(project, region, &api.LaunchTemplateParameters{JobName: "from-template"}).GcsPath(template).Do()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{s: s, name: launched.Job.Name, out: new(buffer)}
	p.job("JOB_STATE_DONE")
	if files, _ := filepath.Glob(filepath.Join(s.data, "gcs", project, "out", "template*")); len(files) == 0 {
		t.Error("the job has written nothing")
	}
}

// Nothing is lost where many bundles run at once, and the counters say so.
func TestManyElementsAreCountedExactly(t *testing.T) {
	s := start(t, nil)
	want(t, s.submit("many", "many.py").wait(), "STATE DONE", "METRIC seen 200000\n",
		"METRIC values DistributionResult(sum=19999900000, count=200000, min=0, max=199999")
}
