package runners_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	dataflow "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/runners/runnertest"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func TestMain(m *testing.M) {
	if address := os.Getenv("DIT_TEST_SUBMITS_TO"); address != "" {
		os.Exit(pipeline(address))
	}
	os.Exit(m.Run())
}

// pipeline is a program that submits jobs as Beam does, with Beam's options: as many as DIT_TEST_JOBS says, one without it, under
// the name DIT_TEST_NAME if that is given. With DIT_TEST_WAITS it does not end before a minute is over. It says DIT_TEST_SAYS, and ends
// with the exit code DIT_TEST_EXIT.
func pipeline(address string) int {
	flags := flag.NewFlagSet("pipeline", flag.ContinueOnError)
	options, labels := map[string]*string{}, map[string]string{}
	for _, name := range []string{"runner", "region", "job_name", "temp_location", "staging_location"} {
		options[name] = flags.String(name, "", "")
	}
	flags.Func("labels", "", func(text string) error {
		k, v, _ := strings.Cut(text, "=")
		labels[k] = v
		return nil
	})
	if err := flags.Parse(os.Args[1:]); err != nil || *options["runner"] != "DataflowRunner" {
		fmt.Println("bad options", os.Args, err)
		return 2
	}
	fmt.Println("working")
	service, err := dataflow.NewService(context.Background(), option.WithEndpoint(address), option.WithoutAuthentication())
	if err != nil {
		fmt.Println(err)
		return 1
	}
	n := 1
	fmt.Sscan(os.Getenv("DIT_TEST_JOBS"), &n)
	for i := range n {
		job := &dataflow.Job{Name: *options["job_name"], Labels: labels}
		if name := os.Getenv("DIT_TEST_NAME"); name != "" {
			job.Name = name
		}
		if i > 0 {
			job.Name += fmt.Sprint("-more-", i)
		}
		made, err := service.Projects.Locations.Jobs.Create("p", *options["region"], job).Do()
		if err != nil {
			fmt.Println("submit:", err)
			return 1
		}
		fmt.Println("submitted", made.Id)
	}
	if os.Getenv("DIT_TEST_WAITS") != "" {
		time.Sleep(time.Minute)
	}
	fmt.Println(os.Getenv("DIT_TEST_SAYS"))
	code := 0
	fmt.Sscan(os.Getenv("DIT_TEST_EXIT"), &code)
	return code
}

func TestDirect(t *testing.T) {
	var pid atomic.Pointer[string]
	shell := func(script string) func(*testing.T) runners.Invocation {
		return func(t *testing.T) runners.Invocation {
			file := filepath.Join(t.TempDir(), "pid")
			pid.Store(&file)
			return runners.Invocation{Args: []string{"sh", "-c", "echo $$ > " + file + "; " + script}}
		}
	}
	runnertest.Test(t, runners.Direct{Grace: 200 * time.Millisecond}, runnertest.Pipelines{
		Good: shell("echo working"), Bad: shell("exit 3"), Endless: shell("trap '' TERM; while :; do sleep 1; done"),
		Gone: func(*testing.T) bool {
			text, err := os.ReadFile(*pid.Load())
			if err != nil {
				return true // it was never started
			}
			var n int
			fmt.Sscan(string(text), &n)
			return n == 0 || syscall.Kill(n, 0) != nil // it was killed before it could say
		},
	})
}

// submitter makes invocations of this test's own program under names of their own.
type submitter struct {
	service *runnertest.Service
	address string
	n       int
}

func (s *submitter) invocation(detached bool, states []string, env ...string) runners.Invocation {
	s.n++
	name := fmt.Sprintf("dit-job-%d", s.n)
	s.service.Do(func() { s.service.Next[name] = states })
	return runners.Invocation{Args: []string{os.Args[0]}, Env: append(env, "DIT_TEST_SUBMITS_TO="+s.address),
		Job: &runners.Submission{Name: name, Labels: map[string]string{runners.RunLabel: "run1", "dit_phase": name}, Detached: detached}}
}

// flow is a runner on a service of its own, with the pipelines for it.
func flow(t *testing.T, service *runnertest.Service) (runners.Dataflow, *submitter) {
	address, jobs := service.Serve(t)
	return runners.Dataflow{
		Jobs: jobs, Options: workflows.Dataflow{Region: "r1", TempLocation: "gs://b/t"}, Submitter: runners.Direct{Grace: 200 * time.Millisecond},
		Watch: runners.Watch{Soonest: time.Millisecond}, Appear: 100 * time.Millisecond,
	}, &submitter{service: service, address: address}
}

func TestDataflow(t *testing.T) {
	for name, detached := range map[string]bool{"a pipeline that does not wait": true, "a pipeline that waits": false} {
		t.Run(name, func(t *testing.T) {
			service := &runnertest.Service{}
			runner, s := flow(t, service)
			var wait []string
			if !detached {
				wait = []string{"DIT_TEST_WAITS=1"}
			}
			runnertest.Test(t, runner, runnertest.Pipelines{
				Good: func(*testing.T) runners.Invocation {
					return s.invocation(detached, []string{"JOB_STATE_RUNNING", "JOB_STATE_DONE"})
				},
				Bad: func(*testing.T) runners.Invocation {
					return s.invocation(detached, []string{"JOB_STATE_RUNNING", "JOB_STATE_FAILED"})
				},
				Endless: func(*testing.T) runners.Invocation { return s.invocation(detached, nil, wait...) },
				Gone:    func(*testing.T) bool { return service.Running() == 0 },
			})
		})
	}
	t.Run("a command that submits nothing", func(t *testing.T) {
		runner, _ := flow(t, &runnertest.Service{})
		in := runners.Invocation{Name: "sql", Args: []string{"echo", "hello"}, LogFile: filepath.Join(t.TempDir(), "log")}
		if args := runner.Arguments(in); args != nil {
			t.Errorf("it is told %q", args)
		}
		result, err := runners.Run(t.Context(), runner, in, nil, func([]runners.Job) error { return nil })
		if err != nil || result.Problem != "" || len(result.LogTail) != 1 {
			t.Errorf("%+v, %v", result, err)
		}
	})
}

// Whatever a command does instead of submitting one job under its name, it is said, and nothing goes on running.
func TestDataflowIsNotDeceived(t *testing.T) {
	done := []string{"JOB_STATE_DONE"}
	taken := runnertest.Job("x", "run2", "JOB_STATE_RUNNING")
	taken.Name = "dit-job-1"
	ended, running := runnertest.Job("x", "run1", "JOB_STATE_FAILED"), runnertest.Job("x", "run1", "JOB_STATE_RUNNING")
	ended.Name, running.Name = taken.Name, taken.Name
	for name, c := range map[string]struct {
		service  *runnertest.Service
		detached bool
		states   []string
		env      []string
		problem  string
		jobs     int
		running  int
		// ends is a job that ends when another is known to run.
		ends string
	}{
		"no job":                  {env: []string{"DIT_TEST_JOBS=0"}, problem: "has not submitted a job: region r1 of project p has none with the name dit-job-1"},
		"no job and an exit code": {env: []string{"DIT_TEST_JOBS=0", "DIT_TEST_EXIT=3"}, problem: "ended with exit code 3"},
		"no job, of something that passes": {env: []string{"DIT_TEST_JOBS=0", "DIT_TEST_EXIT=1", "DIT_TEST_SAYS=HttpError: reason quotaExceeded"},
			problem: "could not submit its job in 3 attempts, for a reason that may pass: HttpError: reason quotaExceeded"},
		"no job, since access is denied": {env: []string{"DIT_TEST_JOBS=0", "DIT_TEST_EXIT=1", "DIT_TEST_SAYS=HttpForbiddenError: <status 403>"},
			problem: "could not submit its job, since access is denied: HttpForbiddenError: <status 403>; who submits needs roles/dataflow.developer on project p"},
		"a job of another name": {states: nil, env: []string{"DIT_TEST_NAME=mine"}, running: 1, // it is asked to end, and not waited for
			problem: "has not submitted a job: region r1 of project p has none with the name dit-job-1; its descriptor says that it submits one; it has submitted job job-0 under the name mine, which is cancelled"},
		"two jobs": {states: done, env: []string{"DIT_TEST_JOBS=2"}, problem: "submitted more jobs than one: job-1 (dit-job-1-more-1)", jobs: 1},
		"two jobs, the other has ended": {detached: true, states: []string{"JOB_STATE_RUNNING", "JOB_STATE_DONE"}, env: []string{"DIT_TEST_JOBS=2"}, ends: "dit-job-1-more-1",
			problem: "submitted more jobs than one: job-1 (dit-job-1-more-1)", jobs: 1},
		"done and an exit code":          {states: done, env: []string{"DIT_TEST_EXIT=3"}, problem: "ended with exit code 3, a", jobs: 1},
		"running and an exit code":       {detached: true, env: []string{"DIT_TEST_EXIT=3"}, problem: "ended with exit code 3, and its Dataflow job job-0 (dit-job-1) in region r1 ended as CANCELLED", jobs: 1},
		"a name that is another's":       {service: &runnertest.Service{Jobs: map[string][]*dataflow.Job{"r1": {taken}}}, problem: "the name dit-job-1 is taken by job x, which is RUNNING and of run \"run2\"", running: 1},
		"an earlier job of its run's id": {service: &runnertest.Service{Jobs: map[string][]*dataflow.Job{"r1": {ended}}}, states: done, jobs: 1},
		"an earlier job of its run's id that runs": {service: &runnertest.Service{Jobs: map[string][]*dataflow.Job{"r1": {running}}},
			problem: "the name dit-job-1 is taken by job x, which is RUNNING", running: 1},
		"a job that appears late":    {service: &runnertest.Service{Late: 3}, states: done, jobs: 1},
		"lists without labels":       {service: &runnertest.Service{Bare: true}, states: []string{"JOB_STATE_RUNNING", "JOB_STATE_DONE"}, jobs: 1},
		"cancelled by another":       {states: []string{"JOB_STATE_RUNNING", "JOB_STATE_CANCELLED"}, problem: "ended as CANCELLED", jobs: 1},
		"a state not known to us":    {states: []string{"JOB_STATE_RUNNING", "JOB_STATE_DANCING", "JOB_STATE_DONE"}, jobs: 1},
		"replaced by an update":      {states: []string{"JOB_STATE_RUNNING", "JOB_STATE_UPDATED"}, problem: "ended as UPDATED", jobs: 1},
		"drained by somebody":        {states: []string{"JOB_STATE_DRAINING", "JOB_STATE_DRAINED"}, problem: "ended as DRAINED", jobs: 1},
		"failed before it has begun": {states: []string{"JOB_STATE_FAILED"}, problem: "ended as FAILED", jobs: 1},
	} {
		t.Run(name, func(t *testing.T) {
			if c.service == nil {
				c.service = &runnertest.Service{}
			}
			runner, s := flow(t, c.service)
			in := s.invocation(c.detached, c.states, c.env...)
			in.Name, in.LogFile = "bf 1/1", filepath.Join(t.TempDir(), "log")
			in.Args = append(in.Args, runner.Arguments(in)...)
			noted := 0
			result, err := runners.Run(t.Context(), runner, in, nil, func(jobs []runners.Job) error {
				noted = len(jobs)
				c.service.Do(func() {
					for _, job := range c.service.Jobs["r1"] {
						if job.Name == c.ends {
							job.CurrentState = "JOB_STATE_DONE"
						}
					}
				})
				return nil
			})
			if result.Outside != strings.HasPrefix(c.problem, "could not submit") {
				t.Errorf("outside: %v", result.Outside)
			}
			if err != nil || !strings.Contains(result.Problem, c.problem) || (c.problem == "") != (result.Problem == "") || noted != c.jobs {
				text, _ := json.Marshal(result)
				t.Errorf("%s, %v, %d jobs noted", text, err, noted)
			}
			if name == "two jobs" {
				c.running = 1 // it is asked to end, and not waited for
			}
			if n := c.service.Running(); n != c.running {
				t.Errorf("%d jobs are left", n)
			}
		})
	}
}

// Where jobs cannot be seen none is submitted; one that cannot be seen any more is left running for those who can take it up, and
// ended for others.
func TestDataflowThatRefuses(t *testing.T) {
	service := &runnertest.Service{Failing: []int{403}}
	runner, s := flow(t, service)
	in := s.invocation(false, nil)
	in.Name, in.LogFile = "bf 1/1", filepath.Join(t.TempDir(), "log")
	in.Args = append(in.Args, runner.Arguments(in)...)
	if _, err := runners.Run(t.Context(), runner, in, nil, func([]runners.Job) error { return nil }); err == nil || !strings.Contains(err.Error(), "before it is submitted") || len(service.Jobs) > 0 {
		t.Errorf("%v, %d jobs", err, len(service.Jobs["r1"]))
	}
	for leave, running := range map[bool]int{true: 1, false: 0} {
		in := s.invocation(true, nil)
		in.Name, in.LogFile, in.Leave = "bf 1/1", filepath.Join(t.TempDir(), "log"), leave
		in.Args = append(in.Args, runner.Arguments(in)...)
		_, err := runners.Run(t.Context(), runner, in, nil, func([]runners.Job) error {
			service.Do(func() { service.Failing = []int{403} })
			return nil
		})
		var left *runners.LeftRunning
		if errors.As(err, &left) != leave || err == nil || service.Running() != running {
			t.Errorf("leave %v: %v, %d jobs run", leave, err, service.Running())
		}
		service.Do(func() { service.Jobs = map[string][]*dataflow.Job{} })
	}
}
