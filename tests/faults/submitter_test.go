//go:build faults

package faults_test

import (
	"strings"
	"syscall"
	"time"

	dataflow "google.golang.org/api/dataflow/v1b3"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// submitterFaults are pipelines that do something else than to submit one job, and what ends the processes around them.
func submitterFaults() []fault {
	deed := func(what string) []string { return []string{deedVariable + "=" + what} }
	return []fault{
		fault{name: "the pipeline ends well and has submitted nothing", env: deed("nothing")}.failsAsPipeline(0, "has not submitted a job", "its descriptor says that it submits one").
			with(func(f *fault) { f.mute = true }),
		fault{name: "the pipeline submits two jobs", env: append(deed("two"), waiting(5)...)}.failsAsPipeline(2, "submitted more jobs than one"),
		fault{name: "the pipeline gives its job another name", env: append(deed("renamed"), waiting(30)...)}.failsAsPipeline(1, "-renamed", "has not submitted a job"),
		fault{name: "the pipeline prints nothing", env: deed("silent")}.succeeds(),
		fault{name: "the pipeline is killed when its job is there", env: append(deed("killed"), waiting(30)...)}.failsAsPipeline(1, "ended with exit code 137", "ended as CANCELLED"),
		fault{name: "the pipeline waits for its job and is killed", question: question{waits: true}, env: waiting(60), during: func(s *scene, _ *call, p *process) {
			s.noted(s.running().Id)
			s.kill(p)
		}}.failsAsPipeline(1, "ended with exit code 137", "ended as CANCELLED"),
		fault{name: "the name is taken by a job of another run", before: takeName}.failsAsPipeline(1, "is taken by job"),
		fault{name: "SIGTERM while the job runs", rules: []string{hanging}, during: interrupt, then: func(s *scene, c *call, _ *process) {
			if table := c.table(s.t); s.exists(table.Name) {
				s.t.Errorf("%s is still there", table)
			}
		}}.isInterrupted().thenAgain(),
		fault{name: "SIGTERM before the job is there", rules: []string{toCreate + "delay=8s"}, during: func(s *scene, _ *call, p *process) {
			s.until(3*time.Minute, "the job is created", func() bool { return len(s.all()) > 0 })
			p.signal(s.t, syscall.SIGTERM)
		}}.isInterrupted(),
		fault{name: "dit is killed while the job of the second phase runs", question: question{modes: "bfd"}, rules: []string{hanging + ",after=1"}, lease: short,
			during: func(s *scene, c *call, p *process) {
				s.until(patience-time.Minute, "the second job runs", func() bool {
					jobs := s.all()
					return len(jobs) == 2 && jobs[1].CurrentState == "JOB_STATE_RUNNING"
				})
				s.noted(s.all()[1].Id)
				p.signal(s.t, syscall.SIGKILL)
			}}.with(func(f *fault) {
			f.code, f.row, f.jobs, f.next, f.abandoned = -1, cache.Running, 2, steps.Succeeded, true
		}).
			with(func(f *fault) {
				f.nextSays = []string{"takes over from run", "cancels Dataflow job", "after 1 of 2 phases"}
			}),
		fault{name: "dit is killed while the pipeline submits", question: question{waits: true}, rules: []string{hanging}, lease: short,
			during: func(s *scene, c *call, p *process) {
				s.until(2*time.Minute, "the job is created", func() bool { return len(s.all()) > 0 })
				p.signal(s.t, syscall.SIGKILL)
			}}.with(func(f *fault) {
			f.code, f.row, f.jobs, f.next, f.abandoned = -1, cache.Running, 1, steps.Succeeded, true
		}),
		fault{name: "no worker has the image", question: question{image: "example.com/other/image@sha256:" + strings.Repeat("ab", 32)}}.
			failsAsPipeline(1, "ended as FAILED", "Unable to pull container image example.com/other/image"),
		fault{name: "the service does not know the region", question: question{dataflow: func(o *workflows.Dataflow) { o.Region = "mars-north1" }}}.
			failsAsInfrastructure(0, "mars-north1", "is not a Dataflow region"),
	}
}

// takeName has another run's job under the name that the call's job is to have.
func takeName(s *scene, c *call) {
	name, err := runners.JobName(runners.JobParts{Repo: c.plan.Pipeline, Step: "count", Experiment: c.plan.ExperimentID, RunID: c.runID(), Run: "bf", Iteration: 1, Iterations: 1})
	if err != nil {
		s.t.Fatal(err)
	}
	s.fault("job-hang,job=" + name)
	s.plant(name, map[string]string{runners.RunLabel: "ffffffffffff"})
}

// plant makes a job as the one of a run that ended well was.
func (s *scene) plant(name string, labels map[string]string) *dataflow.Job {
	s.t.Helper()
	like := pattern(s.t)
	job, err := world.jobs.Projects.Locations.Jobs.Create(project, s.region, &dataflow.Job{Name: name, Labels: labels, Type: like.Type, Environment: like.Environment}).Do()
	if err != nil {
		s.t.Fatal(err)
	}
	s.planted = append(s.planted, job)
	return job
}

// end cancels a job that was planted.
func (s *scene) end(job *dataflow.Job) {
	if _, err := world.jobs.Projects.Locations.Jobs.Update(project, s.region, job.Id, &dataflow.Job{RequestedState: "JOB_STATE_CANCELLED"}).Do(); err != nil {
		s.t.Error(err)
	}
}
