package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
)

// judgedReport is one of each: a verdict, a comparison that broke, and one that left nothing.
func judgedReport(t *testing.T) *Report {
	r := finished(t, "")
	for id, o := range r.Outcomes {
		o.RunID = "0123456789ab"
		r.Tables[id] = &Tables{Outputs: map[string]OutputTable{"gaps": {Table: bq.Table{Project: "dit-sandbox", Dataset: "dit", Name: "gaps_" + strings.TrimPrefix(id, "run-")}}}}
	}
	r.Outcomes["run-bf"].RunID = "ba9876543210"
	r.Tables["run-bftruncate"] = &Tables{Failed: "bftruncate"}
	r.Verdicts["compare-gaps-bf--bfd"].Result = &compare.Result{Verdict: compare.Different, Reasons: []string{"5 rows are only on the left"}}
	r.Verdicts["compare-gaps-bf--bftruncate"] = &Verdict{Error: "it broke"}
	delete(r.Verdicts, "compare-gaps-bfd--bftruncate")
	return r
}

func TestRegister(t *testing.T) {
	r, reg := judgedReport(t), &cache.Memory{}
	r.Register(t.Context(), reg)
	if r.Unregistered != "" {
		t.Fatal(r.Unregistered)
	}
	got, err := reg.Verdicts(t.Context(), r.Plan.RunID)
	if err != nil {
		t.Fatal(err)
	}
	const bf, bfd = "dit-sandbox.dit.gaps_bf_last_versions", "dit-sandbox.dit.gaps_bfd_last_versions"
	base := cache.Verdict{RunID: r.Plan.RunID, Workflow: "mode-equivalence", Pipeline: "sample-gaps", ExperimentID: "solo_012345", Commit: "c"}
	want := []cache.Verdict{base, base, base}
	want[0].Step, want[0].Left, want[0].LeftRunID, want[0].Right, want[0].RightRunID, want[0].Verdict = "compare-gaps-bf--bfd", bf, "ba9876543210", bfd, "0123456789ab", "DIFFERENT"
	want[1].Step, want[1].Left, want[1].LeftRunID, want[1].RightRunID, want[1].Error = "compare-gaps-bf--bftruncate", bf, "ba9876543210", "0123456789ab", "it broke"
	want[2].Step, want[2].Left, want[2].LeftRunID, want[2].RightRunID, want[2].Error = "compare-gaps-bfd--bftruncate", bfd, "0123456789ab", "0123456789ab", "the comparison left no result"
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(cache.Verdict{}, "ResultJSON", "JudgedAt")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var result compare.Result
	if err := json.Unmarshal([]byte(got[0].ResultJSON), &result); err != nil || result.Reasons[0] != "5 rows are only on the left" {
		t.Errorf("the result is %s, %v", got[0].ResultJSON, err)
	}
}

type closedRegistry struct{ cache.Memory }

func (*closedRegistry) Judge(context.Context, []cache.Verdict) error {
	return errors.New("access denied -- to <dit_verdicts>")
}

// A registry that refuses takes nothing from the report, in no format, and is named in each.
func TestARegistryThatRefuses(t *testing.T) {
	for _, format := range []string{"text", "json", "markdown", "junit"} {
		var before, after bytes.Buffer
		r := judgedReport(t)
		r.Conclude()
		if err := r.Write(&before, format); err != nil {
			t.Fatal(err)
		}
		code := r.ExitCode
		r.Register(t.Context(), &closedRegistry{})
		if err := r.Write(&after, format); err != nil {
			t.Fatal(err)
		}
		if r.ExitCode != code {
			t.Errorf("the exit code became %d", r.ExitCode)
		}
		var missing []string
		for line := range strings.Lines(before.String()) {
			if !strings.Contains(after.String(), strings.TrimRight(strings.TrimSpace(line), ",")) {
				missing = append(missing, line)
			}
		}
		if len(missing) > 0 || !strings.Contains(after.String(), "access denied") {
			t.Errorf("%s lacks %q:\n%s", format, missing, after.String())
		}
		if format == "junit" {
			for d := xml.NewDecoder(&after); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
