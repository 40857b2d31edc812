package steps

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Write writes the report as "text", "json", "markdown" or "junit".
func (r *Report) Write(w io.Writer, format string) error {
	switch format {
	case "text":
		return r.Text(w)
	case "json":
		return r.JSON(w)
	case "markdown":
		return r.Markdown(w)
	case "junit":
		return r.JUnit(w)
	}
	return fmt.Errorf("unknown format %q: want text, json, markdown or junit", format)
}

// JUnit writes a testcase for each comparison, and one for each run that has no tables, for continuous integration services. The output
// of the testsuite is what is to be known of all of them.
func (r *Report) JUnit(w io.Writer) error {
	var cases []compare.JUnitCase
	for _, s := range r.Plan.Of(workflows.RunStep) {
		switch o := r.Outcomes[s.ID]; {
		case o == nil:
			cases = append(cases, compare.JUnitCase{Name: "run " + s.Run.Name, Error: "the run left no result"})
		case o.Status != Succeeded && o.Status != Cached:
			cases = append(cases, compare.JUnitCase{Name: "run " + s.Run.Name, Error: fmt.Sprintf("%s: %s", o.Status, o.Error), Log: o.LogTail, Seconds: o.Seconds})
		}
	}
	for _, s := range r.Plan.Of(workflows.CompareStep) {
		c, v := compare.JUnitCase{Name: pairName(s)}, r.Verdicts[s.ID]
		if v == nil || v.Result == nil {
			c.Error = undone(v)
		} else {
			c.Result, c.Error, c.Seconds = r.passing(s, v), v.Error, v.Seconds
		}
		cases = append(cases, c)
	}
	return compare.WriteJUnit(w, r.Plan.Workflow+" of "+r.Plan.Pipeline, cases, slices.Concat(r.notes(), r.evidence(), r.unregistered())...)
}

// passing is the result of a pair as a test has it: noise, and a difference that was asked for, are no failures; what lacks the evidence
// that was wanted is no success. What a difference may come from, where that is known, stands with its first reason.
func (r *Report) passing(s workflows.Step, v *Verdict) *compare.Result {
	result, nature := *v.Result, r.nature(s, v.Result)
	switch standing := r.standing(s, v); {
	case standing == Unproven:
		result.Verdict, result.Reasons = compare.NotComparable, append([]string{"too little evidence that it could have differed"}, result.Reasons...)
	case standing == Noisy, standing == Differing && r.Plan.Findings:
		result.Verdict, result.Reasons = compare.WithinTolerance, append([]string{with(nature, "differs, and that is no failure")}, result.Reasons...)
	case nature != "":
		result.Reasons = slices.Clone(result.Reasons)
		if len(result.Reasons) == 0 {
			result.Reasons = []string{"differs"}
		}
		result.Reasons[0] = with(nature, result.Reasons[0])
	}
	return &result
}

// undone says why there is no result of a pair.
func undone(v *Verdict) string {
	if v == nil || v.Error == "" {
		return "the comparison left no result"
	}
	return v.Error
}

func pairName(s workflows.Step) string {
	return fmt.Sprintf("%s: %s against %s", s.Compare.Output, s.Compare.Left, s.Compare.Right)
}

// Markdown writes the report for a pull request or a job summary on GitHub: the text's tables as they are, then what differs.
func (r *Report) Markdown(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "## %s\n\n```text\n", r.Conclusion)
	r.heading(&b)
	r.verdicts(&b)
	paragraph(&b, r.evidence())
	fmt.Fprintln(&b)
	r.runs(&b)
	r.goldens(&b)
	r.failures(&b)
	paragraph(&b, r.unregistered())
	fmt.Fprintf(&b, "```\n")
	for _, s := range r.Plan.Of(workflows.CompareStep) {
		v := r.Verdicts[s.ID]
		if v == nil || v.Result == nil {
			fmt.Fprintf(&b, "\n%s: %s\n", pairName(s), undone(v))
			continue
		}
		if v.Result.Verdict == compare.Identical {
			continue
		}
		var detail bytes.Buffer
		if err := compare.WriteMarkdown(&detail, v.Result); err != nil {
			return err
		}
		if b.Len()+detail.Len() > compare.MarkdownLimit {
			fmt.Fprintf(&b, "\n%s: more than fits here; the text and JSON reports have it\n", pairName(s))
			continue
		}
		fmt.Fprintf(&b, "\n%s\n\n%s", with(r.nature(s, v.Result), pairName(s)), detail.Bytes())
	}
	_, err := w.Write(b.Bytes())
	return err
}
