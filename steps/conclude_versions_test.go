package steps

import (
	"bytes"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// compared is a finished report of versions in which all went well, for a test to spoil.
func compared(t *testing.T, change func(*workflows.Arguments)) *Report {
	t.Helper()
	d, err := workflows.Builtin("sample-gaps")
	if err != nil {
		t.Fatal(err)
	}
	a := workflows.Arguments{Runner: workflows.DirectRunner, Bindings: []string{"before=main", "after=mine", "late=other"}, RunID: "0123456789ab", Project: "dit-sandbox",
		DestDataset: "dit", Sandbox: true, Modes: "bf"}
	change(&a)
	request, err := a.Check(d)
	if err != nil {
		t.Fatal(err)
	}
	for i := range request.Bindings {
		ref := request.Bindings[i].Ref
		request.Bindings[i].Commit = strings.Repeat(ref[len(ref)-1:], 40)
	}
	plan, err := workflows.CrossVersion(request, "r")
	if err != nil {
		t.Fatal(err)
	}
	r := &Report{Plan: plan, Outcomes: map[string]*Outcome{}, Tables: map[string]*Tables{}, Verdicts: map[string]*Verdict{}}
	for _, s := range plan.Steps {
		switch s.Kind {
		case workflows.RunStep:
			r.Outcomes[s.ID], r.Tables[s.ID] = &Outcome{Step: s.ID, Status: Succeeded}, &Tables{}
		case workflows.CompareStep:
			r.Verdicts[s.ID] = &Verdict{Result: &compare.Result{Verdict: compare.Identical, Left: compare.Side{Table: "l"}}, Evidence: &Evidence{Left: 5, Right: 5}}
		}
	}
	return r
}

// noise is a difference that is no more than that between two runs of one version.
func noise() *compare.Result {
	columns := []compare.Column{{Name: "v", Differing: 1}}
	rows := compare.Rows{Changed: 1}
	return &compare.Result{Verdict: compare.Different, Left: compare.Side{Table: "l"}, Rows: rows, Columns: columns,
		Noise: &compare.Noise{Verdict: compare.Different, Rows: rows, Columns: columns, Within: 1}}
}

func TestConcludeVersions(t *testing.T) {
	const pair, itself = "compare-gaps-after-bf--before-bf", "compare-gaps-after-bf--after-again-bf"
	with := func(more func(*workflows.Arguments)) func(*workflows.Arguments) {
		return func(a *workflows.Arguments) {
			a.Again = "after"
			if more != nil {
				more(a)
			}
		}
	}
	strict := with(func(a *workflows.Arguments) { a.FailOnDiff = true })
	proven := with(func(a *workflows.Arguments) { a.RequireEvidence = true })
	differs := func(r *Report) { r.Verdicts[pair].Result.Verdict = compare.Different }
	noisy := func(r *Report) {
		r.Verdicts[pair].Result, r.Verdicts[itself].Result.Verdict = noise(), compare.Different
	}
	for _, c := range []struct {
		reason string
		change func(*workflows.Arguments)
		spoil  func(*Report)
		code   int
		says   string
	}{
		{"nothing differs", with(nil), func(*Report) {}, workflows.ExitEqual, "equal"},
		{"a difference is the finding", with(nil), differs, workflows.ExitEqual, "1 of 4 pairs differ, which is the finding"},
		{"a difference that must not be", strict, differs, workflows.ExitDifferent, "1 of 4 pairs differ"},
		{"noise", with(nil), noisy, workflows.ExitEqual, "noise"},
		{"noise is no difference that must not be", strict, noisy, workflows.ExitEqual, "noise"},
		{"noise and a difference", strict, func(r *Report) {
			noisy(r)
			r.Verdicts["compare-gaps-before-bf--late-bf"].Result.Verdict = compare.Different
		}, workflows.ExitDifferent, "1 of 4 pairs differ"},
		{"a finding, and a pair left nothing", with(nil), func(r *Report) { differs(r); delete(r.Verdicts, itself) }, workflows.ExitInfrastructure, "left a result"},
		{"a finding, and a run left nothing", with(nil), func(r *Report) { differs(r); delete(r.Outcomes, "run-late-bf") }, workflows.ExitInfrastructure, "left a result"},
		{"a finding, and a pair is not comparable", with(nil), func(r *Report) {
			differs(r)
			r.Verdicts[itself].Result.Verdict = compare.NotComparable
		}, workflows.ExitIncomparable, "not comparable"},
		{"noise whose source moved", strict, func(r *Report) { noisy(r); r.Outcomes["run-after-again-bf"].Moved = "source messages changed" }, workflows.ExitIncomparable, "3 of 4 pairs are not comparable"},
		{"a version failed", with(nil), func(r *Report) { differs(r); r.Outcomes["run-late-bf"].Status = Failed }, workflows.ExitPipeline, "failed in 1 of 4"},
		{"evidence is lacking, and nobody wants it", with(nil), func(r *Report) { r.Verdicts[pair].Evidence.Lacking = []string{"x"} }, workflows.ExitEqual, "equal"},
		{"evidence is lacking", proven, func(r *Report) { r.Verdicts[pair].Evidence.Lacking = []string{"x"} }, workflows.ExitIncomparable, "lack the evidence that they could have"},
		{"there is no evidence", proven, func(r *Report) { r.Verdicts[pair].Evidence = nil }, workflows.ExitIncomparable, "lack the evidence that they could have"},
		{"noise lacks evidence", proven, func(r *Report) { noisy(r); r.Verdicts[pair].Evidence.Lacking = []string{"x"} }, workflows.ExitIncomparable, "lack the evidence"},
		{"the two runs of one version are equal", with(nil), func(r *Report) { clear(r.Verdicts[itself].Result.Reasons) }, workflows.ExitEqual, "all 4 pairs are equal"},
		{"a difference needs no evidence", proven, func(r *Report) { differs(r); r.Verdicts[pair].Evidence = nil }, workflows.ExitEqual, "finding"},
		{"a run was left running", with(nil), func(r *Report) {
			r.Outcomes["run-late-bf"].Status = Detached
			for _, version := range []string{"before", "after"} {
				r.Verdicts["compare-gaps-"+version+"-bf--late-bf"].Result.Verdict = compare.NotComparable
			}
		}, workflows.ExitEqual, "left running"},
		{"a run was left running, and another pair cannot be compared", with(nil), func(r *Report) {
			r.Outcomes["run-late-bf"].Status = Detached
			r.Verdicts[pair].Result.Verdict = compare.NotComparable
		}, workflows.ExitIncomparable, "not comparable"},
	} {
		r := compared(t, c.change)
		c.spoil(r)
		r.Conclude()
		if r.ExitCode != c.code || !strings.Contains(r.Conclusion, c.says) {
			t.Errorf("%s: exit code %d (%s), want %d and %q", c.reason, r.ExitCode, r.Conclusion, c.code, c.says)
		}
		for _, format := range []string{"text", "markdown", "junit", "json"} {
			var b bytes.Buffer
			if err := r.Write(&b, format); err != nil {
				t.Errorf("%s: %s: %v", c.reason, format, err)
			}
			if errs := strings.Contains(b.String(), "<error"); format == "junit" && c.code == workflows.ExitIncomparable && !errs {
				t.Errorf("%s: JUnit has no error\n%s", c.reason, b.String())
			}
			if format == "junit" && c.code == workflows.ExitEqual && r.Verdicts[pair].Result.Verdict == compare.Different && !strings.Contains(b.String(), "differs, and that is no failure") {
				t.Errorf("%s: JUnit does not say of what differs why it passes\n%s", c.reason, b.String())
			}
			if fails := strings.Contains(b.String(), "<failure"); format == "junit" && fails != (c.code == workflows.ExitDifferent) {
				t.Errorf("%s: JUnit has a failure: %v\n%s", c.reason, fails, b.String())
			}
		}
	}
}

// A difference that was expected is told as one, and is no equality.
func TestConcludeExpected(t *testing.T) {
	r := compared(t, func(a *workflows.Arguments) {
		a.Expect = []workflows.Expectation{{Left: "before", Right: "after", Where: "TRUE"}}
	})
	const pair = "compare-gaps-before-bf--after-bf"
	r.Verdicts[pair].Result = &compare.Result{Verdict: compare.WithinTolerance, Left: compare.Side{Table: "l"}, Expected: &compare.Expected{Where: "TRUE", Differing: 1}}
	r.Conclude()
	var text bytes.Buffer
	if err := r.Text(&text); err != nil {
		t.Fatal(err)
	}
	if r.ExitCode != workflows.ExitEqual || !strings.Contains(r.Conclusion, "1 of 3 pairs differ, all as expected, and 2 are equal") || !strings.Contains(text.String(), "DIFFERENT (expected)") {
		t.Errorf("%d %s\n%s", r.ExitCode, r.Conclusion, text.String())
	}
	r.Verdicts[pair].Result.Verdict = compare.Different
	if r.Conclude(); r.ExitCode != workflows.ExitDifferent || !strings.Contains(r.Conclusion, "1 of 3 pairs differ otherwise than expected") {
		t.Errorf("%d %s", r.ExitCode, r.Conclusion)
	}
}

// What differs after an outage is told apart: what was left over, what was lost, and what drifts.
func TestNatureOfAnOutage(t *testing.T) {
	step := workflows.Step{Compare: &workflows.Compare{Left: workflows.Recovered}}
	for want, rows := range map[string]compare.Rows{
		"leftovers":    {OnlyLeft: 1},
		"lacks rows":   {OnlyRight: 1},
		"drift":        {OnlyLeft: 1, OnlyRight: 1, Changed: 1},
		"other values": {Changed: 1},
	} {
		if got := (&Report{}).nature(step, &compare.Result{Verdict: compare.Different, Rows: rows}); !strings.Contains(got, want) {
			t.Errorf("%+v: %q, want %q", rows, got, want)
		}
	}
}

// A difference is called what it is in each format, for programs too, and its verdict's own reasons stay as they were.
func TestNatureIsInEachFormat(t *testing.T) {
	const pair = "compare-gaps-bf--bfd"
	for want, reasons := range map[string][]string{
		`<failure message="5 rows are only on the left: leftovers: `: {"5 rows are only on the left", "and so on"},
		`<failure message="differs: leftovers: `:                     nil,
	} {
		r := finished(t, "")
		r.Plan.Step(pair).Compare.Left = workflows.Recovered
		r.Verdicts[pair].Result = &compare.Result{Verdict: compare.Different, Left: compare.Side{Table: "l"}, Rows: compare.Rows{OnlyLeft: 5}, Reasons: reasons}
		r.Conclude()
		const leftovers = "leftovers: what the first runs made, and the recovery neither made again nor took away"
		for format, text := range map[string]string{"text": ": " + leftovers + "\n", "markdown": ": " + leftovers + "\n", "junit": want, "json": `"nature": "` + leftovers + `"`} {
			var b strings.Builder
			if err := r.Write(&b, format); err != nil || strings.Count(b.String(), text) != 1 {
				t.Errorf("%s: %v, lacks %q\n%s", format, err, text, b.String())
			}
		}
		if len(reasons) > 0 && r.Verdicts[pair].Result.Reasons[0] != "5 rows are only on the left" {
			t.Errorf("the reasons became %q", r.Verdicts[pair].Result.Reasons)
		}
	}
}
