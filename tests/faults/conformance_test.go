//go:build faults

package faults_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/runners/runnertest"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// TestConformance holds the runner of Dataflow to what every runner must do, with the real pipeline and real jobs; once with a pipeline
// that waits for its job.
func TestConformance(t *testing.T) {
	for name, waits := range map[string]bool{"a pipeline that waits": true, "a pipeline that does not wait": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t)
			pipeline, err := filepath.Abs("testdata/counts.py")
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			invocation := func(pause string) func(*testing.T) runners.Invocation {
				return func(*testing.T) runners.Invocation {
					n++
					job := fmt.Sprintf("conform-%t-%d", waits, n)
					in := runners.Invocation{Env: []string{"DIT_TEST_PAUSE=" + pause}, Args: []string{os.Getenv(pythonVariable), pipeline, "--start=2024-01-01", "--end=2024-01-05",
						"--source=" + project + ".faults.messages", fmt.Sprintf("--output=%s.faults.conform_%t_%d", project, waits, n), "--project=" + project, "--temp_location=" + s.temp()},
						Job: &runners.Submission{Name: job, Labels: map[string]string{runners.RunLabel: "0123456789ab", "dit_phase": job}, Detached: !waits}}
					if !waits {
						in.Args = append(in.Args, "--no-wait")
					}
					return in
				}
			}
			s.sources(s.ask(question{})) // the table that is read
			runner := runners.Dataflow{Jobs: runners.NewJobs(project), Options: workflows.Dataflow{Region: s.region, TempLocation: s.temp()},
				Submitter: runners.Direct{Grace: time.Second}}
			runnertest.Test(t, runner, runnertest.Pipelines{
				Good: invocation("0"), Bad: invocation("-1"), Endless: invocation("600"), // nobody sleeps for less than no time
				Gone: func(*testing.T) bool { return len(s.active()) == 0 },
			})
		})
	}
}
