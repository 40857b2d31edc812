package steps

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// Whoever believes a report knows whose code it is about. Uncommitted work has its banner among the plan's warnings, and no second line.
func TestReportSaysWhatIsUnreviewed(t *testing.T) {
	r := compared(t, func(a *workflows.Arguments) {
		a.Bindings, a.Again = []string{"before=main", "after=mine", "late=.", "gone=other"}, "after"
	})
	installed := Environment{Packages: "a==1"}
	mine := Environment{Packages: "a==1", Unreviewed: true}
	r.Environments = map[string]Environment{"before": installed, "after": mine, "after-again": mine, "late": mine, "gone": {Problem: "it cannot be installed"}}
	r.Plan.Binding("late").Parent = "main0"
	r.Plan.Warnings = []string{"UNCOMMITTED CODE: the banner"}
	r.Conclude()
	const warning = "\nwarning: binding after: unreviewed code: commit eeeeeeeeee is not known to be in the default branch of its repository\n"
	for _, format := range []string{"text", "markdown", "junit"} {
		var b strings.Builder
		if err := r.Write(&b, format); err != nil || strings.Count(b.String(), warning) != 1 || strings.Count(b.String(), "unreviewed code") != 1 {
			t.Errorf("%s: %v\n%s", format, err, b.String())
		}
	}
	var b strings.Builder
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Versions []map[string]any `json:"versions"`
	}
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	version := func(name, ref string, unreviewed bool) map[string]any {
		return map[string]any{"name": name, "ref": ref, "pipeline_commit": strings.Repeat(ref[len(ref)-1:], 40), "unreviewed_code": unreviewed}
	}
	want := []map[string]any{version("before", "main", false), version("after", "mine", true), version("after-again", "mine", true), version("late", ".", true), version("gone", "other", true)}
	want[3]["pipeline_commit_parent"] = "main0"
	if diff := cmp.Diff(want, got.Versions); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestReportSaysThatTheOnlyVersionIsUnreviewed(t *testing.T) {
	r := finished(t, "")
	r.Environments = map[string]Environment{"": {Packages: "a==1", Unreviewed: true}}
	if got := r.notes(); len(got) != 1 || got[0] != "warning: unreviewed code: commit c is not known to be in the default branch of its repository" {
		t.Errorf("%q", got)
	}
}
