package runners

import (
	"regexp"
	"strings"
	"testing"
)

var valid = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`) // what Dataflow takes

func TestJobName(t *testing.T) {
	for _, c := range []struct {
		parts JobParts
		want  string
	}{
		{JobParts{Repo: "anchorages_pipeline", Step: "thin", Experiment: "exp-1", Run: "bf", RunID: "0123456789ab", Iteration: 2, Iterations: 5},
			"dit-anchorages-pipeline-thin-exp-1-bf-0123456789ab-2-5"},
		{JobParts{Repo: "p", Step: "s", Experiment: strings.Repeat("x", 100), Run: "mutate-recover", RunID: "0123456789ab", Iteration: 1, Iterations: 1},
			"dit-p-s-" + strings.Repeat("x", 63-8-32) + "-mutate-recover-0123456789ab-1-1"},
		{JobParts{Repo: "p", Step: "s", Experiment: "__", Run: "bf", RunID: "0123456789ab"}, "dit-p-s-bf-0123456789ab"},
		{JobParts{Repo: "anchorages_pipeline", Step: "visits", Run: "mutate-recover", RunID: "0123456789ab", Iteration: 19, Iterations: 31},
			"dit-anchorages-pipeline-visit-mutate-recover-0123456789ab-19-31"},
	} {
		got, err := JobName(c.parts)
		if err != nil || got != c.want {
			t.Errorf("%+v: %s, %v; want %s", c.parts, got, err, c.want)
		}
	}
	if _, err := JobName(JobParts{Run: strings.Repeat("r", 60), RunID: "0123456789ab"}); err == nil {
		t.Error("a name without room was made")
	}
}

func FuzzJobName(f *testing.F) {
	f.Add("pipe-gaps", "detect", "solo_ab", "", "bf", 1, 2)
	f.Add("Ä", "-", "x---------------------------------------------------------------", "b", "1_bf", 12, 366)
	f.Fuzz(func(t *testing.T, repo, step, experiment, binding, mode string, i, n int) {
		p := JobParts{Repo: repo, Step: step, Experiment: experiment, Run: join(binding, mode), RunID: "0123456789ab", Iteration: i, Iterations: n}
		a, err := JobName(p)
		if err != nil {
			return
		}
		if !valid.MatchString(a) || strings.Contains(a, "--") {
			t.Fatalf("%q is not a job name", a)
		}
		p.RunID = "ba9876543210"
		if b, _ := JobName(p); a == b {
			t.Fatalf("two runs share the name %q", a)
		}
	})
}
