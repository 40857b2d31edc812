//go:build faults

package faults_test

import (
	"syscall"
)

// surroundingFaults are those of BigQuery and Cloud Storage around a job of Dataflow.
func surroundingFaults() []fault {
	return []fault{
		fault{name: "BigQuery answers 503 while the run is registered", rules: []string{"service=bigquery,table={dataset}.dit_*,status=503,rate=0.3,seed=3,count=10"}}.succeeds(),
		fault{name: "the registry does not answer any more", env: waiting(2), during: func(s *scene, _ *call, p *process) {
			s.noted(s.running().Id)
			s.fault("service=bigquery,table={dataset}.dit_*,status=403,reason=accessDenied")
		}}.with(func(f *fault) { f.lease, f.abandoned = short, true }).failsAsInfrastructure(1, "accessDenied").with(func(f *fault) { f.row, f.failure = "running", "" }).thenAgain(),
		fault{name: "storage answers 503 while the pipeline is staged", rules: []string{"service=storage,path=*/{bucket}/*,status=503,count=4"}}.succeeds(),
		fault{name: "the output is dropped while the job runs", env: waiting(5), during: func(s *scene, c *call, _ *process) {
			s.noted(s.running().Id)
			if err := c.table(s.t).Of(world.client).Delete(s.t.Context()); err != nil {
				s.t.Fatal(err)
			}
		}}.failsAsPipeline(1, "ended as FAILED", "counts_").thenAgain(),
		fault{name: "the load of the job answers 503", rules: []string{"service=bigquery,method=POST,path=*/jobs,table={dataset}.counts_*,status=503,after=1,count=2"}}.succeeds(),
	}
}

// directFaults are those of a pipeline that runs in the process itself.
func directFaults() []fault {
	direct := question{direct: true}
	none := func(f *fault) { f.jobs = 0 }
	return []fault{
		fault{name: "direct: BigQuery answers 429, 503 and is cut off", question: direct, rules: []string{
			"service=bigquery,table={dataset}.counts_*,status=429,count=1", "service=bigquery,table={dataset}.counts_*,status=503,count=1", "service=bigquery,table={dataset}.counts_*,method=GET,cut=after,count=1",
		}}.succeeds().with(none),
		fault{name: "direct: storage answers 503", question: direct, rules: []string{"service=storage,path=*/{bucket}/*,status=503,count=3"}}.succeeds().with(none),
		fault{name: "direct: the pipeline is killed", question: direct, env: waiting(30), during: func(s *scene, _ *call, p *process) { s.kill(p) }}.
			failsAsPipeline(0, "ended with exit code 137 (killed, perhaps out of memory)").with(func(f *fault) { f.mute = true }),
		fault{name: "direct: SIGTERM", question: direct, env: waiting(30), during: func(s *scene, _ *call, p *process) {
			s.says(p, "[bf 1/1] ")
			p.signal(s.t, syscall.SIGTERM)
		}}.isInterrupted().with(none),
		fault{name: "direct: dit is killed", question: direct, env: waiting(30), lease: short, during: func(s *scene, _ *call, p *process) {
			s.says(p, "[bf 1/1] ")
			p.signal(s.t, syscall.SIGKILL)
		}}.with(func(f *fault) {
			f.code, f.row, f.abandoned, f.nextSays = -1, "running", true, []string{"takes over from run"}
		}).thenAgain(),
	}
}
