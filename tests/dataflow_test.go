//go:build e2e

package tests

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/runners/runnertest"
)

// TestDataflow asks the main question with jobs of Dataflow: its answers are those of the direct runner, down to the rows.
func TestDataflow(t *testing.T) {
	dataset := fmt.Sprintf("flow_%d", time.Now().UnixNano())
	question := []string{"--pipeline=sample-gaps", "--ref=main", "--dest-dataset=" + dataset}
	first := modeEquivalence(t, append(question, "--runner=dataflow", "--run-id=0123456789ab")...)
	first.want(t, 0, "all 3 pairs are equal", "0 of 3 runs from the cache", "is DONE")
	modeEquivalence(t, append(question, "--runner=dataflow")...).want(t, 0, "all 3 pairs are equal", "3 of 3 runs from the cache")

	// What one runner made is no answer for the other, and the same.
	modeEquivalence(t, append(question, "--modes=bf", "--run-id=ba9876543210")...).want(t, 0, "0 of 1 runs from the cache", "runner is direct, was dataflow")
	table := func(run string) string {
		return fmt.Sprintf("dit-sandbox.%s.gaps_solo_%s_%s_bf_last_versions", dataset, run[:6], run)
	}
	dagger(t, "-m", "..", "call", "compare", "--left="+table("0123456789ab"), "--right="+table("ba9876543210"), "--keys=gap_id,start_timestamp").
		want(t, 0, "IDENTICAL")

	// The registry has the jobs, and what they used.
	page := registered(t, dataset, "run", "--run-id=0123456789ab", "--format=json")
	var manifest struct {
		Runs []struct {
			Run    string   `json:"run"`
			Runner string   `json:"runner"`
			Region string   `json:"region"`
			JobIDs []string `json:"job_ids"`
			Phases []struct {
				Jobs []struct {
					State    string           `json:"state"`
					Counters map[string]int64 `json:"counters"`
					Elements map[string]int64 `json:"elements"`
				} `json:"jobs"`
			} `json:"phases"`
		} `json:"runs"`
	}
	if err := json.Unmarshal([]byte(page.stdout), &manifest); err != nil || len(manifest.Runs) == 0 {
		t.Fatalf("%v: %.300s", err, page.stdout)
	}
	for _, r := range manifest.Runs {
		last := r.Phases[len(r.Phases)-1]
		if r.Runner != "dataflow" || r.Region != "us-central1" || len(r.JobIDs) == 0 || len(last.Jobs) != 1 || last.Jobs[0].State != "DONE" || len(last.Jobs[0].Elements) == 0 {
			t.Errorf("run %+v", r)
		}
	}
	registered(t, dataset, "run", "--run-id=0123456789ab").want(t, 0, "dataflow us-central1", " DONE, ")
	registered(t, dataset, "wait", "--run-id=0123456789ab").want(t, 0, "no job of this call is left to wait for", "ask again")

	modeEquivalence(t, "--pipeline=sample-gaps", "--ref=day-boundary-bug", "--runner=dataflow", "--dest-dataset="+dataset).want(t, 1, "DIFFERENT", "2 of 3 pairs differ")
	modeEquivalence(t, "--pipeline=sample-gaps", "--ref=crash", "--runner=dataflow", "--dest-dataset="+dataset).
		want(t, 4, "ended as FAILED", "TypeError", "the pipeline failed in 2 of 3 runs")
}

// TestWorkerImage builds the workers' image, pushes it, and has the jobs' workers run it. For another commit it is refused.
func TestWorkerImage(t *testing.T) {
	address := runnertest.Images(t)
	built := dagger(t, "-m", "..", "call", "worker-image", "--pipeline=sample-gaps", "--ref=main", "--registry="+address+"/dit")
	built.want(t, 0, "@sha256:")
	image := strings.TrimSpace(built.stdout)
	question := []string{"--pipeline=sample-gaps", "--runner=dataflow", "--modes=bf", fmt.Sprintf("--dest-dataset=image_%d", time.Now().UnixNano())}
	modeEquivalence(t, append(question, "--ref=main", "--worker-image="+image)...).want(t, 0, "waiting for a worker that offers the container image "+image, "is DONE")
	modeEquivalence(t, append(question, "--ref=day-boundary-bug", "--worker-image="+image)...).want(t, 2, "workers would run other code than was asked for")
	name, _, _ := strings.Cut(image, ":dit-")
	modeEquivalence(t, append(question, "--ref=main", "--worker-image="+name+":none")...).want(t, 2, "cannot be read")
	dagger(t, "-m", "..", "call", "worker-image", "--pipeline=sample-gaps", "--ref=main", "--registry=nowhere").want(t, 2, "want host/path")
}

// Whatever Dataflow would refuse is refused before anything starts.
func TestDataflowIsAskedForWhatItTakes(t *testing.T) {
	for _, c := range []struct {
		flags []string
		want  string
	}{
		{[]string{"--detach"}, "--detach leaves Dataflow jobs running"},
		{[]string{"--runner=dataflow", "--detach"}, "the sandbox ends with the call"},
		{[]string{"--runner=spark"}, "want direct or dataflow"},
		{[]string{"--worker-image=r.example.com/i:tag"}, "no workers"},
	} {
		r := modeEquivalence(t, append([]string{"--pipeline=sample-gaps", "--ref=main"}, c.flags...)...)
		r.want(t, 2, c.want)
		if r.seconds > 60 {
			t.Errorf("%s took %.0f s", strings.Join(c.flags, " "), r.seconds)
		}
	}
	for flag, want := range map[string]string{"--region=asia-mars1": "region asia-mars1", "--temp-location=gs://no-such-bucket/t": "there is no bucket no-such-bucket"} {
		dagger(t, "-m", "..", "call", flag, "mode-equivalence", "--pipeline=sample-gaps", "--ref=main", "--runner=dataflow").want(t, 2, want)
	}
	dagger(t, "-m", "..", "call", "--region=here", "mode-equivalence", "--pipeline=sample-gaps", "--ref=main", "--runner=dataflow").want(t, 2, `region "here"`)
}

// A call may have the sandbox fail: what passes is asked again, and the answer is the same.
func TestFaultsOfACall(t *testing.T) {
	dataset := fmt.Sprintf("faults_%d", time.Now().UnixNano())
	dagger(t, "-m", "..", "call", `--fault="service=dataflow,status=503,rate=0.3,seed=1"`, `--fault="service=bigquery,method=GET,status=500,rate=0.1,seed=1,count=5"`,
		"mode-equivalence", "--pipeline=sample-gaps", "--ref=main", "--runner=dataflow", "--modes=bf", "--dest-dataset="+dataset).want(t, 0, "is DONE", "one mode was run")
	dagger(t, "-m", "..", "call", "--fault=service=nobody", "mode-equivalence", "--pipeline=sample-gaps", "--ref=main").want(t, 2, "nobody")
}
