//go:build e2e

package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func crossVersion(t *testing.T, args ...string) result {
	t.Helper()
	return dagger(t, append([]string{"-m", "..", "call", "cross-version", "--pipeline=sample-gaps"}, args...)...)
}

// expected are the rows that the bug takes away: gaps that began before the range of a run, and were to be written by it.
const expected = `
- {mode: bf, where: "start_timestamp < TIMESTAMP '2024-01-02'", keys: 6}
- mode: bfd
  where: >-
    start_timestamp < TIMESTAMP '2024-01-02' OR gap_id IN ('71379d76928fbb757875a771ed447783', '886466998b524e8f033e6bf530eb584d',
    'd4c95972007ab069c9fd1d63116bc80c', 'f3402f6b2d88507ea7a08e59c268e199', 'fe62ef2f2854dd66da1b8a70cfea76b4')
  keys: 11
`

// The bug's branch differs in exactly the rows that are known to, which is a finding until somebody says what it should be.
func TestABugIsFoundByVersion(t *testing.T) {
	file := filepath.Join(t.TempDir(), "expected.yaml")
	if err := os.WriteFile(file, []byte(expected), 0o644); err != nil {
		t.Fatal(err)
	}
	bug := []string{"--binding=before=main", "--binding=after=day-boundary-bug", "--modes=bf,bfd"}
	crossVersion(t, bug...).want(t, 0, "before-bf : after-bf", "6 rows are only on the left", "11 rows are only on the left", "2 of 2 pairs differ, which is the finding", "closed gaps across midnight")
	crossVersion(t, append(bug, "--expect="+file)...).want(t, 0, "6 keys differ, all as expected", "11 keys differ, all as expected", "DIFFERENT (expected)", "2 of 2 pairs differ, all as expected", "4 of 4 runs from the cache")
	crossVersion(t, append(bug, "--fail-on-diff")...).want(t, 1, "2 of 2 pairs differ")
	if err := os.WriteFile(file, []byte(strings.Replace(expected, "keys: 6", "keys: 5", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	crossVersion(t, append(bug, "--expect="+file)...).want(t, 1, "6 keys differ as expected, not 5", "1 of 2 pairs differ otherwise than expected")
}

// Four versions at once: other code that makes the same tables, a column more, and a crash that leaves the others their answer.
func TestVersionsSideBySide(t *testing.T) {
	r := crossVersion(t, "--binding=before=main", "--binding=same=refactored", "--binding=drift=schema-drift", "--binding=broken=crash", "--modes=bfd")
	r.want(t, 4, "before-bfd : same-bfd", "reviewed_by", "TypeError", "skipped: run broken-bfd has no tables", "the pipeline failed in 1 of 4 runs")
	for _, pair := range []struct{ names, verdict string }{{"before-bfd : same-bfd ", "IDENTICAL"}, {"before-bfd : drift-bfd ", "DIFFERENT"}, {"same-bfd : broken-bfd ", "NOT_COMPARABLE"}} {
		if line := lineWith(r.all(), pair.names); !strings.Contains(line, pair.verdict) {
			t.Errorf("want %s: %q", pair.verdict, line)
		}
	}
	crossVersion(t, "--binding=before=main", "--binding=same=refactored", "--modes=bfd", "--fail-on-diff", "--require-evidence").want(t, 0, "all 1 pairs are equal", "2 of 2 runs from the cache")
}

// lineWith is the first line with a text, or nothing.
func lineWith(all, text string) string {
	for line := range strings.Lines(all) {
		if strings.Contains(line, text) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// What draws lots differs, and with --aa two runs of it say how much of that is noise. Which rows it is this time nobody can say
// beforehand, so neither does the test.
func TestNoiseIsToldFromFindings(t *testing.T) {
	dataset := fmt.Sprintf("noise_%d", time.Now().UnixNano()) // where no earlier test has made these tables
	lots := []string{"--binding=before=main", "--binding=after=nondeterministic", "--modes=bf", "--dest-dataset=" + dataset}
	crossVersion(t, append(lots, "--fail-on-diff")...).want(t, 1, "start_msgid", "1 of 1 pairs differ")
	r := crossVersion(t, append(lots, "--aa=after")...)
	r.want(t, 0, "after-bf : after-again-bf", "after-bf : before-bf", "two runs of one version", "2 of 3 runs from the cache")
	if line := lineWith(r.all(), "after-bf : after-again-bf"); !strings.Contains(line, "DIFFERENT (noise)") {
		t.Errorf("the noise is shown as %q", line)
	}
}

// An outage and the recovery from it: main recovers, the bug loses rows, and what would hide that is warned of.
func TestOutageRecovery(t *testing.T) {
	ask := func(args ...string) result {
		t.Helper()
		return dagger(t, append([]string{"-m", "..", "call", "outage-recovery", "--pipeline=sample-gaps"}, args...)...)
	}
	ask("--ref=main").want(t, 0, "recovered : backfill", "IDENTICAL", "the days [2024-01-04, 2024-01-06) are missing", "all 1 pairs are equal")
	ask("--ref=day-boundary-bug").want(t, 1, "recovered : backfill", "the recovery lacks rows that one backfill makes")
	ask("--ref=main", "--recovery-buffer-days=1", "--dry-run").want(t, 0, "warning: a recovery that reads the day before the outage again", "[2024-01-03, 2024-01-09)")
	ask("--ref=main", "--outage-start=2024-01-08").want(t, 2, "is not before outage-end")
	ask("--ref=main", "--outage-start=2023-01-08", "--outage-end=2023-01-09").want(t, 2, "does not lie inside")
}

func TestVersionsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		reason string
		args   []string
		want   []string
	}{
		{"one commit", []string{"--binding=a=main", "--binding=b=main"}, []string{"are the same commit", "--aa=a"}},
		{"a name twice", []string{"--binding=a=main", "--binding=a=crash"}, []string{"given twice"}},
		{"a bad name", []string{"--binding=A=main", "--binding=b=crash"}, []string{`"A"`, "lower-case"}},
		{"a ref that is not there", []string{"--binding=a=main", "--binding=b=nope"}, []string{`"nope"`, "branch main"}},
		{"uncommitted work of nobody", []string{"--binding=a=main", "--binding=b=."}, []string{"--repo=."}},
	} {
		t.Run(c.reason, func(t *testing.T) { crossVersion(t, append(c.args, "--dry-run")...).want(t, 2, c.want...) })
	}
}
