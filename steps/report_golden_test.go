package steps

import (
	"strings"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// aboutGolden is the report of a question about golden tables in which all went well.
func aboutGolden(t *testing.T, plan func(*workflows.Request, string) (*workflows.Plan, error)) *Report {
	t.Helper()
	d, err := workflows.Builtin("sample-gaps")
	if err != nil {
		t.Fatal(err)
	}
	request, err := workflows.Arguments{Runner: workflows.DirectRunner, Ref: "main", RunID: "0123456789ab", Project: "dit-sandbox", DestDataset: "dit", Sandbox: true, Golden: true, Modes: "bf,bfd"}.Check(d)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan(request.At(strings.Repeat("c0", 20)), "r")
	if err != nil {
		t.Fatal(err)
	}
	r := &Report{Plan: p, Outcomes: map[string]*Outcome{}, Tables: map[string]*Tables{}, Verdicts: map[string]*Verdict{}, Goldens: map[string]*cache.Golden{}}
	for _, s := range p.Steps {
		switch s.Kind {
		case workflows.RunStep:
			r.Outcomes[s.ID], r.Tables[s.ID] = &Outcome{Step: s.ID, Status: Succeeded, RunID: "0123456789ab"}, &Tables{}
		case workflows.GoldenStep:
			r.Tables[s.ID] = &Tables{Outputs: map[string]cache.Output{"gaps": {Table: bq.Table{Project: "p", Dataset: "d", Name: "golden_gaps_x"}}}}
			fallthrough
		case workflows.KeepStep:
			r.Goldens[s.ID] = &cache.Golden{ID: "ffffffffffff", Mode: s.Golden.Mode, Ref: "v1", Commit: "c1", RunID: "older", RecordedAt: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)}
		case workflows.CompareStep:
			r.Verdicts[s.ID] = &Verdict{Result: &compare.Result{Verdict: compare.Identical}}
		}
	}
	return r
}

func check(r *workflows.Request, repository string) (*workflows.Plan, error) {
	return workflows.GoldenCheck(r, repository), nil
}

func TestConcludeGolden(t *testing.T) {
	const pair = "compare-gaps-golden-bf--bf"
	for _, c := range []struct {
		reason string
		plan   func(*workflows.Request, string) (*workflows.Plan, error)
		spoil  func(*Report)
		code   int
		text   string
	}{
		{"all modes are recorded", workflows.GoldenRecord, func(*Report) {}, workflows.ExitEqual, "all 2 modes are recorded as golden"},
		{"one is not", workflows.GoldenRecord, func(r *Report) { delete(r.Goldens, "keep-bf") }, workflows.ExitInfrastructure, "and 1 of 2 modes were recorded as golden"},
		{"none is", workflows.GoldenRecord, func(r *Report) { r.Goldens = nil }, workflows.ExitInfrastructure, "and 0 of 2 modes were recorded as golden"},
		{"the pipeline failed", workflows.GoldenRecord, func(r *Report) { r.Outcomes["run-bf"].Status, r.Goldens = Failed, nil }, workflows.ExitPipeline, "the pipeline failed"},
		{"left running", workflows.GoldenRecord, func(r *Report) { r.Outcomes["run-bf"].Status, r.Goldens = Detached, nil }, workflows.ExitEqual, "then ask again"},
		{"equal to the golden tables", check, func(*Report) {}, workflows.ExitEqual, "all 2 pairs are equal"},
		{"a difference is no finding", check, func(r *Report) { r.Verdicts[pair].Result.Verdict = compare.Different }, workflows.ExitDifferent, "1 of 2 pairs differ"},
		{"a golden table is gone", check, func(r *Report) { r.Verdicts[pair].Result.Verdict = compare.NotComparable }, workflows.ExitIncomparable, "1 of 2 pairs are not comparable"},
	} {
		r := aboutGolden(t, c.plan)
		c.spoil(r)
		r.Conclude()
		if r.ExitCode != c.code || !strings.Contains(r.Conclusion, c.text) {
			t.Errorf("%s: exit code %d (%s), want %d", c.reason, r.ExitCode, r.Conclusion, c.code)
		}
		for _, format := range []string{"text", "markdown", "junit", "json"} {
			var b strings.Builder
			if err := r.Write(&b, format); err != nil {
				t.Error(err)
			}
			if shown := strings.Contains(b.String(), "ffffffffffff"); format != "junit" && shown != (len(r.Goldens) > 0) {
				t.Errorf("%s: %s says which recording: %v\n%s", c.reason, format, shown, b.String())
			}
		}
	}
}

// The registry says of a comparison with golden tables which run these are of.
func TestGoldenVerdictsAreRegistered(t *testing.T) {
	reg := &cache.Memory{}
	r := aboutGolden(t, check)
	r.Register(t.Context(), reg)
	all, err := reg.Verdicts(t.Context(), "0123456789ab")
	if err != nil || len(all) != 2 || r.Unregistered != "" {
		t.Fatalf("%+v, %v, %s", all, err, r.Unregistered)
	}
	if v := all[0]; v.Left != "p.d.golden_gaps_x_last_versions" || v.LeftRunID != "older" || v.RightRunID != "0123456789ab" || v.Commit != strings.Repeat("c0", 20) || v.Workflow != "golden-check" {
		t.Errorf("%+v", v)
	}
}
