//go:build faults

package faults_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	dataflow "google.golang.org/api/dataflow/v1b3"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/steps"
)

// one keeps the job of a run in which nothing was wrong.
var one struct {
	sync.Mutex
	job *dataflow.Job
}

// pattern is a job as Beam makes it, of a run in which nothing was wrong: the first one that asks makes it.
func pattern(t *testing.T) *dataflow.Job {
	t.Helper()
	one.Lock()
	defer one.Unlock()
	if one.job == nil {
		s := play(t)
		if p := s.run(s.ask(question{})); p.code != 0 || p.outcome.Status != steps.Succeeded {
			t.Fatalf("without any fault: exit code %d, %+v\n%s", p.code, p.outcome, p.text())
		}
		s.audit(false)
		job, err := world.jobs.Projects.Locations.Jobs.Get(project, s.region, s.all()[0].Id).View("JOB_VIEW_ALL").Do()
		if err != nil {
			t.Fatal(err)
		}
		one.job = job
	}
	return one.job
}

// TestTwentyAtOnce cancels as many running jobs as fit at the same moment, twenty at most. Each must have ended ten seconds after its
// request.
func TestTwentyAtOnce(t *testing.T) {
	const most, each, soon = 20, 400 << 20, 10 * time.Second
	pattern(t)
	n := min(most, int(available(t)/each))
	s := play(t)
	s.fault("job-hang,job=hang-*")
	for i := range n {
		s.plant(fmt.Sprintf("hang-%d", i), map[string]string{runners.RunLabel: "ffffffffffff"})
	}
	// Those run whose code has begun: before that there would be less to end.
	s.until(5*time.Minute, "all jobs run and hang", func() bool {
		for _, job := range s.all() {
			if job.CurrentState != "JOB_STATE_RUNNING" {
				return false
			}
		}
		return stopped(t) >= n
	})
	jobs := runners.NewJobs(project)
	took := make([]time.Duration, n)
	var all sync.WaitGroup
	for i, job := range s.planted {
		all.Go(func() {
			began := time.Now()
			asked := runners.Job{ID: job.Id, Name: job.Name, Region: s.region}
			err := jobs.Cancel(t.Context(), asked)
			if err == nil {
				asked, err = jobs.Wait(t.Context(), asked)
			}
			if took[i] = time.Since(began); err != nil || asked.State != "JOB_STATE_CANCELLED" || took[i] > soon {
				t.Errorf("job %s is %s after %s: %v", job.Name, asked.State, took[i], err)
			}
		})
	}
	all.Wait()
	longest := time.Duration(0)
	for _, d := range took {
		longest = max(longest, d)
	}
	t.Logf("%d jobs were cancelled at once; the last had ended after %s", n, longest.Round(time.Millisecond))
	if n < most {
		t.Logf("memory allows %d jobs at once, not %d", n, most)
	}
	s.until(10*time.Second, "nothing of them runs", func() bool { return stopped(t) == 0 })
}

// available is the memory that is left, in bytes.
func available(t *testing.T) int64 {
	t.Helper()
	file, err := os.Open("/proc/meminfo")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var kilobytes int64
		if _, err := fmt.Sscanf(lines.Text(), "MemAvailable: %d kB", &kilobytes); err == nil {
			return kilobytes << 10
		}
	}
	t.Fatal("/proc/meminfo does not say how much memory is available")
	return 0
}

// stopped counts the SDK's workers that stand still.
func stopped(t *testing.T) (n int) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		line, _ := os.ReadFile(file)
		status, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "stat"))
		if strings.Contains(string(line), "sdk_worker_main") && strings.Contains(string(status), ") T ") {
			n++
		}
	}
	return n
}

// TestTheServiceIsRestarted stops the whole sandbox while a job runs. The job has failed then, the tables are there, and the next call
// does it again.
func TestTheServiceIsRestarted(t *testing.T) {
	fault{env: waiting(60), during: func(s *scene, _ *call, _ *process) {
		s.noted(s.running().Id)
		if err := world.sandbox.Process.Signal(syscall.SIGTERM); err != nil {
			s.t.Fatal(err)
		}
		_ = world.sandbox.Wait()
		if err := startSandbox(); err != nil {
			s.t.Fatal(err)
		}
	}}.failsAsPipeline(1, "ended as FAILED", "restarted").thenAgain().try(play(t))
}

// TestDetach leaves a run running, waits for its job from elsewhere, and asks again.
func TestDetach(t *testing.T) {
	t.Parallel()
	s := play(t)
	c := s.ask(question{})
	c.env = waiting(8)
	if p := s.run(c, "--detach"); p.code != 0 || p.outcome.Status != steps.Detached {
		t.Fatalf("exit code %d, %+v\n%s", p.code, p.outcome, p.text())
	}
	s.audit(true)
	if row := s.row(c); row.Status != cache.Detached || len(row.JobIDs) != 1 {
		t.Errorf("its row is %s with jobs %q", row.Status, row.JobIDs)
	}
	if text := s.command(0, "wait", "--run-id", c.runID(), "--dataset", s.dataset).text(); !strings.Contains(text, "DONE") || !strings.Contains(text, "0 of 1 phases done") {
		t.Errorf("dit wait says %s", text)
	}
	again := s.run(s.ask(question{}))
	if again.code != 0 || again.outcome.Status != steps.Cached || again.outcome.RunID != c.runID() || !strings.Contains(again.text(), "takes up run "+c.runID()) {
		t.Errorf("the next call: exit code %d, %+v\n%s", again.code, again.outcome, again.text())
	}
	if jobs := s.all(); len(jobs) != 1 {
		t.Errorf("%d jobs were made, want 1", len(jobs))
	}
	s.audit(false)
	s.collect()
}

// TestTwoAtOnce asks the same question twice at the same time: one job does for both.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	s := play(t)
	first, second := s.ask(question{}), s.ask(question{})
	s.sources(first)
	a, b := s.begin(first), s.begin(second)
	counts := map[steps.Status]int{}
	for _, p := range []*process{s.wait(a), s.wait(b)} {
		if p.code != 0 {
			t.Fatalf("exit code %d", p.code)
		}
		counts[p.outcome.Status]++
	}
	if counts[steps.Succeeded] != 1 || counts[steps.Cached] != 1 || len(s.all()) != 1 {
		t.Errorf("%v, with %d jobs", counts, len(s.all()))
	}
	s.audit(false)
	s.collect()
}

// TestAShortLoad loses a row in a load that reports success. Neither the pipeline nor dit's run step can know: the comparison with the
// same days made in another way finds it.
func TestAShortLoad(t *testing.T) {
	t.Parallel()
	s := play(t)
	whole, lossy := s.ask(question{modes: "bfd"}), s.ask(question{})
	w := s.run(whole)
	s.fault("short-load=1,table={dataset}.counts_*,count=1")
	p := s.run(lossy)
	if n := s.struck(); n[0] != 1 || p.code != 0 || p.outcome.Status != steps.Succeeded || w.code != 0 || w.outcome.Status != steps.Succeeded {
		t.Fatalf("struck %d times; exit code %d, %+v", n, p.code, p.outcome)
	}
	s.calm()
	output, err := json.Marshal(lossy.plan.Descriptor.Outputs[0])
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "verdict.json")
	s.command(0, "step", "compare", "--left", filepath.Join(w.out, "tables.json"), "--right", filepath.Join(p.out, "tables.json"), "--output", string(output), "--out", file)
	if v := read[steps.Verdict](t, file); v.Result == nil || v.Result.Verdict != compare.Different || v.Result.Left.Rows != v.Result.Right.Rows+1 {
		t.Errorf("the comparison finds %+v (%s)", v.Result, v.Error)
	}
	s.collect()
}
