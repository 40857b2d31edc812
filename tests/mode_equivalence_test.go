//go:build e2e

package tests

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func modeEquivalence(t *testing.T, args ...string) result {
	t.Helper()
	return dagger(t, append([]string{"-m", "..", "call", "mode-equivalence"}, args...)...)
}

func TestMainIsEqualAndTheSecondCallIsCached(t *testing.T) {
	first := modeEquivalence(t, "--pipeline=sample-gaps", "--ref=main", "--cache=refresh")
	first.want(t, 0, "bf : bfd", "bf : bftruncate", "bfd : bftruncate", "IDENTICAL", "all 3 pairs are equal", "0 of 3 runs from the cache", "dit-sandbox.dit.gaps_")
	second := modeEquivalence(t, "--pipeline=sample-gaps", "--ref=main")
	second.want(t, 0, "all 3 pairs are equal", "3 of 3 runs from the cache", "HIT")
	other := modeEquivalence(t, "--pipeline=sample-gaps", "--ref=main", "--param=min_gap_length=12", "--cache=require")
	other.want(t, 3, "MISS", "min_gap_length")
}

func TestAllModesAreEqualOnMain(t *testing.T) {
	modeEquivalence(t, "--pipeline=sample-gaps", "--ref=main", "--modes=bf,bfd,bftruncate,mutate-recover").
		want(t, 0, "all 6 pairs are equal", "bf : mutate-recover")
}

func TestDayBoundaryBugDiffers(t *testing.T) {
	bug := []string{"--pipeline=sample-gaps", "--ref=day-boundary-bug"}
	modeEquivalence(t, bug...).want(t, 1, "DIFFERENT", "pairs differ", "gap_id")

	// The same for programs: the document alone on standard output.
	junit := modeEquivalence(t, append(bug, "--format=junit", "--exit-zero")...)
	junit.want(t, 0)
	if !strings.HasPrefix(junit.stdout, "<?xml") || !strings.Contains(junit.stdout, `tests="3" failures="2" errors="0"`) {
		t.Errorf("JUnit: %.300s", junit.stdout)
	}
	var report struct {
		ExitCode int `json:"exit_code"`
	}
	asJSON := modeEquivalence(t, append(bug, "--format=json", "--exit-zero")...)
	asJSON.want(t, 0)
	if err := json.Unmarshal([]byte(asJSON.stdout), &report); err != nil || report.ExitCode != 1 {
		t.Errorf("JSON: exit code %d, %v: %.300s", report.ExitCode, err, asJSON.stdout)
	}
}

func TestSchemaDriftDiffers(t *testing.T) {
	modeEquivalence(t, "--pipeline=sample-gaps", "--ref=schema-drift").want(t, 1, "DIFFERENT", "reviewed_by")
}

// A tie that is broken by arrival order shows as rows of the same key with other values: which columns, and how far apart.
func TestNondeterminismDiffersInColumns(t *testing.T) {
	modeEquivalence(t, "--pipeline=sample-gaps", "--ref=nondeterministic").want(t, 1, "DIFFERENT", "start_msgid")
}

func TestPipeGapsIsPlannedAndItsRepositoryAsked(t *testing.T) {
	// Its repository cannot be reached from everywhere: a directory stands in for it, up to the point where it is installed.
	repo := t.TempDir()
	for _, line := range []string{"git init -q -b main .", "git -c user.name=t -c user.email=t@example.com commit -q --allow-empty -m empty"} {
		cmd := exec.Command("sh", "-c", line)
		cmd.Dir = repo
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", line, err, out)
		}
	}
	args := []string{"--pipeline=pipe-gaps", "--repo=" + repo, "--ref=main"}
	modeEquivalence(t, append(args, "--dry-run")...).want(t, 0, "run-bftruncate", "Beam 2.71.0")
	modeEquivalence(t, args...).want(t, 4, "installing the pipeline failed", "no file requirements.txt")
}

func TestDoctor(t *testing.T) {
	dagger(t, "-m", "..", "call", "doctor", "--pipeline=sample-gaps").want(t, 0, "ok    credentials", "ok    temporary objects", "ok    repository")
	dagger(t, "-m", "..", "call", "--temp-location=gs://no-such-bucket/x", "doctor").want(t, 5, "FAIL  temporary objects", "remedy")
}

func TestCrashIsThePipelinesFault(t *testing.T) {
	r := modeEquivalence(t, "--pipeline=sample-gaps", "--ref=crash", "--cache=refresh")
	r.want(t, 4, "the pipeline failed in 2 of 3 runs", "TypeError", "[while running 'FindGaps/Gaps']")
	if !strings.Contains(r.all(), "succeeded") {
		t.Errorf("the runs that worked are not reported:\n%s", r.all())
	}
}

// A run whose process is killed from outside says nothing any more; the others are reported all the same.
func TestAKilledRunIsInfrastructure(t *testing.T) {
	killed := make(chan bool, 1)
	ended := make(chan struct{})
	go func() { killed <- killOnce(ended, "dit step run", "--id run-bfd ") }()
	r := modeEquivalence(t, "--pipeline=sample-gaps", "--ref=main", "--modes=bf,bfd", "--cache=refresh")
	close(ended)
	if !<-killed {
		t.Fatal("the run's process was not found")
	}
	r.want(t, 5, "broken", "succeeded", "run bfd has no tables")
}

// killOnce kills the first process whose command line holds all texts. It gives up when ended is closed.
func killOnce(ended <-chan struct{}, texts ...string) bool {
	for {
		select {
		case <-ended:
			return false
		case <-time.After(50 * time.Millisecond):
		}
		files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, file := range files {
			line, _ := os.ReadFile(file)
			command := strings.ReplaceAll(string(line), "\x00", " ")
			if !strings.HasPrefix(command, "dit ") || slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(command, text) }) {
				continue
			}
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			return syscall.Kill(pid, syscall.SIGKILL) == nil
		}
	}
}

func TestOneModeHasNothingToCompare(t *testing.T) {
	modeEquivalence(t, "--pipeline=sample-gaps", "--ref=main", "--modes=bf").want(t, 0, "nothing to compare", "dit-sandbox.dit.gaps_")
}

func TestDryRunTouchesNothing(t *testing.T) {
	for _, pipeline := range []string{"sample-gaps"} {
		r := modeEquivalence(t, "--pipeline="+pipeline, "--ref=main", "--dry-run", "--modes=bf,bfd,bftruncate,mutate-recover", "--experiment-id=dry")
		r.want(t, 0, "run-shared1", "copy the tables of run-shared1", "_dry_", "compare-gaps-bf--bfd")
	}
	dagger(t, "-m", "..", "call", "query", "--sql=SELECT COUNT(*) AS dry_tables FROM dit.INFORMATION_SCHEMA.TABLES WHERE table_name LIKE 'gaps_dry_%'").
		want(t, 0, "dry_tables", "\n0")
}

func TestBadInputIsRefusedBeforeAnythingStarts(t *testing.T) {
	spoilt := filepath.Join(t.TempDir(), "mine.yaml")
	text, err := os.ReadFile("../workflows/pipelines/sample-gaps.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(spoilt, []byte(strings.Replace(string(text), "{{.Start}}", "{{.Strat}}", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	good := []string{"--pipeline=sample-gaps", "--ref=main"}
	for _, c := range []struct {
		reason string
		args   []string
		want   []string
	}{
		{"pipeline", []string{"--pipeline=nope", "--ref=main"}, []string{`"nope"`, "sample-gaps"}},
		{"ref", []string{"--pipeline=sample-gaps", "--ref=nope"}, []string{`"nope"`, "branch main", "tag v0.2.0"}},
		{"mode", append(good, "--modes=bf,daily"), []string{`"daily"`, "bftruncate"}},
		{"parameter", append(good, "--param=colour=blue"), []string{"colour", "min_gap_length"}},
		{"range", append(good, "--start=2024-01-09", "--end=2024-01-02"), []string{"2024-01-09", "half-open"}},
		{"tail", append(good, "--tail-days=30"), []string{"30", "7 days"}},
		{"experiment id", append(good, "--experiment-id=My Run"), []string{"My Run", "^[a-z0-9][a-z0-9_-]{0,31}$"}},
		{"dataset", append(good, "--dest-dataset=a-b"), []string{"a-b", "underscores"}},
		{"cache policy", append(good, "--cache=maybe"), []string{"maybe", "refresh"}},
		{"descriptor", []string{"--descriptor=" + spoilt, "--ref=main"}, []string{"Strat", "mine.yaml"}},
		{"descriptor as a pipeline", []string{"--pipeline=./mine.yaml", "--ref=main"}, []string{"--descriptor=./mine.yaml"}},
		{"range without data", append(good, "--start=2019-01-01", "--end=2019-01-08"), []string{"no rows between 2019-01-01 and 2019-01-08"}},
	} {
		t.Run(c.reason, func(t *testing.T) { modeEquivalence(t, c.args...).want(t, 2, c.want...) })
	}
}

func TestOwnDescriptor(t *testing.T) {
	modeEquivalence(t, "--descriptor=../workflows/pipelines/sample-gaps.yaml", "--ref=main", "--dry-run").want(t, 0, "run-bfd")
}

func TestRepositoryThatDoesNotAnswer(t *testing.T) {
	modeEquivalence(t, "--pipeline=sample-gaps", "--ref=main", "--repo-url=https://127.0.0.1:1/nothing.git").want(t, 5, "unreachable", "127.0.0.1")
}
