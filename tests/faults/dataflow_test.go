//go:build faults

package faults_test

import (
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// What of Dataflow's API a rule is for.
const (
	ofDataflow = "service=dataflow,path=*/locations/{region}/"
	toCreate   = ofDataflow + "jobs,method=POST,"
	toList     = ofDataflow + "jobs,method=GET,"
	toGet      = ofDataflow + "jobs/{job},method=GET,"
	toCancel   = ofDataflow + "jobs/{job},method=PUT,"
	toMessages = ofDataflow + "jobs/*/messages,"
	toMetrics  = ofDataflow + "jobs/*/metrics,"
)

// each is one error of each kind that passes.
func each(of string) (rules []string) {
	for _, status := range []int{429, 500, 503} {
		rules = append(rules, fmt.Sprintf("%sstatus=%d,count=1", of, status))
	}
	return rules
}

// waiting has the pipeline's job wait that long.
func waiting(seconds int) []string { return []string{fmt.Sprintf("%s=%d", pauseVariable, seconds)} }

// dataflowFaults are those of Dataflow's API that pass, or that are no trouble with the job.
func dataflowFaults() []fault {
	return []fault{
		fault{name: "create answers 429, 500, 503", rules: each(toCreate)}.succeeds(),
		fault{name: "get answers 429, 500, 503", rules: each(toGet)}.succeeds(),
		fault{name: "list answers 429, 500, 503", rules: each(toList)}.succeeds(),
		fault{name: "messages and metrics answer 429, 500, 503", rules: append(each(toMessages), each(toMetrics)...)}.succeeds(),
		fault{name: "cancel answers 429, 500, 503", rules: append(each(toCancel), hanging), during: interrupt}.isInterrupted(),
		fault{name: "three in ten requests answer 503", rules: []string{ofDataflow + "*,status=503,rate=0.3,seed=5"}}.succeeds(),
		fault{name: "all answers are late", rules: []string{ofDataflow + "*,delay=3s"}}.succeeds(),
		fault{name: "an answer never comes", rules: []string{toGet + "delay=10m,count=1"}}.succeeds(),
		fault{name: "messages never answer but 503", rules: []string{toMessages + "status=503"}, env: waiting(5), then: atMost(2*time.Minute, "messages")}.succeeds(),
		fault{name: "metrics never answer but 503, and a job that makes no progress is to be cancelled", rules: []string{toMetrics + "status=503"},
			question: question{dataflow: stuck("6s")}, env: waiting(15)}.succeeds(),
		fault{name: "messages and metrics are forbidden", rules: []string{toMessages + "status=403,reason=accessDenied", toMetrics + "status=403,reason=accessDenied"}}.succeeds(),
		fault{name: "the connection is cut before the job is created", rules: []string{toCreate + "cut=before,count=1"}}.succeeds(),
		fault{name: "the connection is cut after the job was created", rules: []string{toCreate + "cut=after,count=1"}}.succeeds(),
		fault{name: "the connection is cut in the answer to create", rules: []string{toCreate + "cut=body,count=1"}}.succeeds(),
		fault{name: "the connection is cut on get, before, after and in the answer", rules: []string{toGet + "cut=before,count=1", toGet + "cut=after,count=1", toGet + "cut=body,count=1"}}.succeeds(),
		fault{name: "the quota is exceeded at create", rules: []string{toCreate + "status=403,reason=quotaExceeded"}}.
			failsAsInfrastructure(0, "could not submit its job in 3 attempts", "quotaExceeded"),
		fault{name: "the quota is exceeded at create once", rules: []string{toCreate + "status=403,reason=quotaExceeded,count=1"}}.succeeds(),
		fault{name: "create is forbidden", rules: []string{toCreate + "status=403,reason=accessDenied"}}.
			failsAsInfrastructure(0, "access is denied", "roles/iam.serviceAccountUser"),
	}
}

// waitingFaults are refusals while a job is waited for.
func waitingFaults() []fault {
	refused := func(status string) func(*scene, *call, *process) {
		return func(s *scene, _ *call, p *process) {
			s.noted(s.running().Id)
			s.fault(toGet + status)
		}
	}
	return []fault{
		fault{name: "get is forbidden while the job runs", env: waiting(20), during: refused("status=403,reason=accessDenied")}.isLeft("roles/dataflow.developer"),
		fault{name: "the credentials expire while the job runs", env: waiting(20), during: refused("status=401")}.isLeft("authError"),
		fault{name: "get is forbidden while a job runs that cannot be left", question: question{waits: true}, env: waiting(30), during: refused("status=403,reason=accessDenied")}.
			failsAsInfrastructure(1, "look at Dataflow job"),
		fault{name: "list is forbidden", rules: []string{toList + "status=403,reason=accessDenied"}}.failsAsInfrastructure(0, "before it is submitted", "roles/dataflow.developer"),
	}
}

// with changes the fault.
func (f fault) with(change func(*fault)) fault {
	change(&f)
	return f
}

// stuck has a job cancelled that makes no progress for so long.
func stuck(after string) func(*workflows.Dataflow) {
	return func(o *workflows.Dataflow) { o.StuckAfter, o.CancelStuck = after, true }
}

// hanging stops all jobs of the scene.
const hanging = "job-hang,label=dit_experiment_id:{tag}"

// interrupt tells dit to end once its job runs.
func interrupt(s *scene, _ *call, p *process) {
	s.noted(s.running().Id)
	p.signal(s.t, syscall.SIGTERM)
}

// atMost looks how long the run took, and that the trouble was not said over and over.
func atMost(most time.Duration, trouble string) func(*scene, *call, *process) {
	return func(s *scene, _ *call, p *process) {
		if took := time.Duration(p.outcome.Seconds * float64(time.Second)); took > most {
			s.t.Errorf("it took %s, want at most %s", took, most)
		}
		if n := strings.Count(p.text(), "its "+trouble+" are not known"); n != 1 {
			s.t.Errorf("it is said %d times that its %s are not known", n, trouble)
		}
	}
}

// jobFaults are what befalls a job that runs.
func jobFaults() []fault {
	job := func(what string) []string { return []string{what + ",label=dit_experiment_id:{tag}"} }
	return []fault{
		fault{name: "the job fails at a step", rules: job("job-fail=Slowly")}.failsAsPipeline(1, "ended as FAILED", "Slowly failed").thenAgain(),
		fault{name: "the job hangs, and is cancelled", rules: job("job-hang"), question: question{dataflow: stuck("10s")}}.
			failsAsPipeline(1, "has made no progress for", "cancelled: it made no progress for"),
		fault{name: "the job hangs, and its end cannot be asked for at first", rules: append(job("job-hang"), toCancel+"status=403,reason=accessDenied,count=1"), question: question{dataflow: stuck("10s")}}.
			failsAsPipeline(1, "cancelled: it made no progress for"),
		fault{name: "the job hangs, and somebody is told", rules: job("job-hang"), question: question{dataflow: func(o *workflows.Dataflow) { o.StuckAfter = "4s" }},
			during: func(s *scene, c *call, p *process) {
				s.says(p, "has made no progress for")
				s.command(0, "cancel", "--run-id", c.runID(), "--dataset", s.dataset, "--grace", "15s")
			}}.with(func(f *fault) { f.row, f.jobs = cache.Cancelled, 1 }),
		fault{name: "the job takes longer than it may", rules: job("job-hang"), question: question{dataflow: func(o *workflows.Dataflow) { o.JobTimeout = "12s" }}}.
			failsAsPipeline(1, "ended as CANCELLED", "it took longer than 12s"),
		fault{name: "the job loses its worker", rules: job("job-lose-worker")}.failsAsPipeline(1, "ended as FAILED", "lost contact"),
		fault{name: "the job is cancelled from outside", rules: job("job-cancel"), env: waiting(20)}.failsAsPipeline(1, "ended as CANCELLED"),
	}
}
