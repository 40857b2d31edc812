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
	request, err := workflows.Arguments{Runner: workflows.DirectRunner, Ref: "main", RunID: "0123456789ab", Project: "dit-sandbox", DestDataset: "dit", Sandbox: true, Modes: modes}.Check(d)
	if err != nil {
		t.Fatal(err)
	}
	r := &Report{Plan: workflows.ModeEquivalence(request.At("c"), "r"), Outcomes: map[string]*Outcome{}, Tables: map[string]*Tables{}, Verdicts: map[string]*Verdict{}}
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
	const pair = "compare-gaps-bf--bfd"
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
		{"all is well", "", func(*Report) {}, workflows.ExitEqual},
		{"within tolerance", "", verdict(compare.WithinTolerance), workflows.ExitEqual},
		{"from the cache", "", status(Cached), workflows.ExitEqual},
		{"different", "", verdict(compare.Different), workflows.ExitDifferent},
		{"not comparable", "", verdict(compare.NotComparable), workflows.ExitIncomparable},
		{"a source moved while a run read it", "", func(r *Report) { r.Outcomes["run-bfd"].Moved = "source messages changed" }, workflows.ExitIncomparable},
		{"a verdict nobody knows", "", verdict("MAYBE"), workflows.ExitIncomparable},
		{"a verdict is empty", "", func(r *Report) { r.Verdicts[pair] = &Verdict{} }, workflows.ExitInfrastructure},
		{"the comparison broke", "", func(r *Report) { r.Verdicts[pair] = &Verdict{Error: "x"} }, workflows.ExitInfrastructure},
		{"a comparison left nothing", "", func(r *Report) { delete(r.Verdicts, pair) }, workflows.ExitInfrastructure},
		{"no comparison left anything", "", func(r *Report) { clear(r.Verdicts) }, workflows.ExitInfrastructure},
		{"a run left nothing", "", func(r *Report) { delete(r.Outcomes, "run-bf") }, workflows.ExitInfrastructure},
		{"a pipeline failed", "", status(Failed), workflows.ExitPipeline},
		{"a run broke", "", status(Broken), workflows.ExitInfrastructure},
		{"not in the cache", "", status(Missing), workflows.ExitIncomparable},
		{"a run was skipped, and nobody says why", "", status(Skipped), workflows.ExitInfrastructure},
		{"a status nobody knows", "", status(""), workflows.ExitInfrastructure},
		{"a failed pipeline before a difference", "", both(status(Failed), verdict(compare.Different)), workflows.ExitPipeline},
		{"what cannot be compared before a difference", "", func(r *Report) {
			verdict(compare.Different)(r)
			r.Verdicts["compare-gaps-bf--bftruncate"].Result.Verdict = compare.NotComparable
		}, workflows.ExitIncomparable},
		{"one mode", "bf", func(*Report) {}, workflows.ExitEqual},
		{"one mode that failed", "bf", func(r *Report) { r.Outcomes["run-bf"].Status = Failed }, workflows.ExitPipeline},
		{"one mode that left nothing", "bf", func(r *Report) { clear(r.Outcomes) }, workflows.ExitInfrastructure},
	} {
		r := finished(t, c.modes)
		c.spoil(r)
		r.Conclude()
		if r.ExitCode != c.code || r.Conclusion == "" {
			t.Errorf("%s: exit code %d (%s), want %d", c.reason, r.ExitCode, r.Conclusion, c.code)
		}
		var text bytes.Buffer
		if err := r.Text(&text); err != nil { // whatever is missing, it can be printed
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), r.Conclusion) {
			t.Errorf("%s: the text does not say the conclusion", c.reason)
		}
	}
}

// The formats for programs must not lose what went wrong: what has no equal verdict passes in none of them.
func TestFormats(t *testing.T) {
	r := finished(t, "")
	r.Verdicts["compare-gaps-bf--bfd"].Result.Verdict = compare.Different
	r.Verdicts["compare-gaps-bf--bfd"].Result.Reasons = []string{"5 rows are only on the left"}
	delete(r.Verdicts, "compare-gaps-bf--bftruncate")
	r.Outcomes["run-bfd"] = &Outcome{Status: Failed, Error: "exit code 1", LogTail: []string{"Traceback:", "KeyError: '<ssvid>'"}}
	r.Conclude()
	for format, want := range map[string][]string{
		"text":     {"5 rows are only on the left", "the comparison left no result", "exit code 1\n    Traceback:\n    KeyError: '<ssvid>'\n", r.Conclusion},
		"json":     {`"exit_code": 4`, `"DIFFERENT"`, `"counts_as": "different"`},
		"markdown": {"## " + r.Conclusion, "5 rows are only on the left", "bf against bftruncate: the comparison left no result", "exit code 1"},
		"junit":    {`tests="4" failures="1" errors="2"`, `name="run bfd"`, "[CDATA[failed: exit code 1\nTraceback:\nKeyError: '<ssvid>']]></error>", "the comparison left no result", "5 rows"},
	} {
		var b bytes.Buffer
		if err := r.Write(&b, format); err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !strings.Contains(b.String(), text) {
				t.Errorf("%s lacks %q:\n%s", format, text, b.String())
			}
		}
	}
	if r.Write(&bytes.Buffer{}, "yaml") == nil {
		t.Error("an unknown format was written")
	}
	for range 3 { // several long details stay below what a comment may have
		long := &compare.Result{Verdict: compare.Different}
		for range 2000 {
			long.Reasons = append(long.Reasons, strings.Repeat("reason ", 20))
		}
		for _, v := range r.Verdicts {
			v.Result = long
		}
	}
	var b bytes.Buffer
	if err := r.Markdown(&b); err != nil || b.Len() > 65_000 {
		t.Errorf("%d bytes of Markdown, %v", b.Len(), err)
	}
}

// Whoever reads a report in the pages of a continuous integration service is warned as one who reads its text is: nothing that stands above the
// verdicts is missing there, whatever is in it.
func TestNotesAreInEachFormatForPeople(t *testing.T) {
	r := judgedReport(t)
	r.Plan.Warnings = []string{"a recovery that hides a bug -- perhaps", "UNCOMMITTED CODE: snapshot c0 over c1\n  modified   <a>\n  unreviewed_code: true\n"}
	r.Plan.PinAt = "2024-05-01T00:00:00Z"
	r.Verdicts["compare-gaps-bf--bfd"].Evidence = &Evidence{Lacking: []string{"open gaps: 0 rows, want 1"}}
	r.Conclude()
	for _, format := range []string{"text", "markdown", "junit"} {
		var b strings.Builder
		if err := r.Write(&b, format); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"\nwarning: a recovery that hides a bug -- perhaps\n", "\nwarning: UNCOMMITTED CODE: snapshot c0 over c1\n  modified   <a>\n  unreviewed_code: true\n",
			"\npinned: sources are read as they were at 2024-05-01T00:00:00Z\n", "\nwarning: too little evidence: open gaps: 0 rows, want 1\n",
		} {
			if strings.Count(b.String(), want) != 1 {
				t.Errorf("%s lacks %q:\n%s", format, want, b.String())
			}
		}
	}
}
