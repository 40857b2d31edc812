package steps

import (
	"bytes"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// finished is a report in which all went well, for a test to spoil.
func finished(t *testing.T, modes string) *Report {
	t.Helper()
	d, err := workflows.Builtin("sample-gaps")
	if err != nil {
		t.Fatal(err)
	}
	request, err := workflows.Arguments{Ref: "main", RunID: "0123456789ab", Project: "dit-sandbox", DestDataset: "dit", Sandbox: true, Modes: modes}.Check(d)
	if err != nil {
		t.Fatal(err)
	}
	r := &Report{Plan: workflows.ModeEquivalence(request, "r", "c"), Outcomes: map[string]*Outcome{}, Tables: map[string]*Tables{}, Verdicts: map[string]*Verdict{}}
	for _, s := range r.Plan.Steps {
		switch s.Kind {
		case workflows.RunStep:
			r.Outcomes[s.ID], r.Tables[s.ID] = &Outcome{Step: s.ID, Status: Succeeded}, &Tables{}
		case workflows.CompareStep:
			r.Verdicts[s.ID] = &Verdict{Result: &compare.Result{Verdict: compare.Identical}}
		}
	}
	return r
}

// The exit code is the product. Nothing but a complete set of results may give 0.
func TestConclude(t *testing.T) {
	const pair = "compare-gaps-bf-bfd"
	verdict := func(v compare.Verdict) func(*Report) {
		return func(r *Report) { r.Verdicts[pair].Result.Verdict = v }
	}
	status := func(s Status) func(*Report) { return func(r *Report) { r.Outcomes["run-bfd"].Status = s } }
	both := func(a, b func(*Report)) func(*Report) { return func(r *Report) { a(r); b(r) } }
	for _, c := range []struct {
		reason string
		modes  string
		spoil  func(*Report)
		code   int
	}{
		{"all is well", "", func(*Report) {}, ExitEqual},
		{"within tolerance", "", verdict(compare.WithinTolerance), ExitEqual},
		{"from the cache", "", status(Cached), ExitEqual},
		{"different", "", verdict(compare.Different), ExitDifferent},
		{"not comparable", "", verdict(compare.NotComparable), ExitIncomparable},
		{"a verdict nobody knows", "", verdict("MAYBE"), ExitIncomparable},
		{"a verdict is empty", "", func(r *Report) { r.Verdicts[pair] = &Verdict{} }, ExitInfrastructure},
		{"the comparison broke", "", func(r *Report) { r.Verdicts[pair] = &Verdict{Error: "x"} }, ExitInfrastructure},
		{"a comparison left nothing", "", func(r *Report) { delete(r.Verdicts, pair) }, ExitInfrastructure},
		{"no comparison left anything", "", func(r *Report) { clear(r.Verdicts) }, ExitInfrastructure},
		{"a run left nothing", "", func(r *Report) { delete(r.Outcomes, "run-bf") }, ExitInfrastructure},
		{"a pipeline failed", "", status(Failed), ExitPipeline},
		{"a run broke", "", status(Broken), ExitInfrastructure},
		{"not in the cache", "", status(Missing), ExitIncomparable},
		{"a run was skipped, and nobody says why", "", status(Skipped), ExitInfrastructure},
		{"a status nobody knows", "", status(""), ExitInfrastructure},
		{"a failed pipeline before a difference", "", both(status(Failed), verdict(compare.Different)), ExitPipeline},
		{"what cannot be compared before a difference", "", func(r *Report) {
			verdict(compare.Different)(r)
			r.Verdicts["compare-gaps-bf-bftruncate"].Result.Verdict = compare.NotComparable
		}, ExitIncomparable},
		{"one mode", "bf", func(*Report) {}, ExitEqual},
		{"one mode that failed", "bf", func(r *Report) { r.Outcomes["run-bf"].Status = Failed }, ExitPipeline},
		{"one mode that left nothing", "bf", func(r *Report) { clear(r.Outcomes) }, ExitInfrastructure},
	} {
		r := finished(t, c.modes)
		c.spoil(r)
		r.Conclude()
		if r.ExitCode != c.code || r.Conclusion == "" {
			t.Errorf("%s: exit code %d (%s), want %d", c.reason, r.ExitCode, r.Conclusion, c.code)
		}
		var text bytes.Buffer
		r.Text(&text) // whatever is missing, it can be printed
		if !strings.Contains(text.String(), r.Conclusion) {
			t.Errorf("%s: the text does not say the conclusion", c.reason)
		}
	}
}
