//go:build sandbox

package registry_test

import (
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/steps"
)

// What a run cache has to prove, of a list that was drawn from the failures of the one that came before:
//
//	 1  code that was not committed is never found as the commit    TestHole1
//	 3  a hit whose table was changed is noticed                    TestAcceptance3
//	 4  two that ask the same at once make it once                  TestAcceptance4, TestRace
//	 5  what is cancelled leaves the tables that another uses       cleanup: TestATableThatIsReusedSurvives
//	 6  killed anywhere, nothing runs on and nothing is nobody's    TestKill
//	11  what is read from a view is found while that reads the same TestAcceptance11
//	12  what failed in its n-th part is taken up there              TestAcceptance12
//	13  names of jobs in one experiment do not collide              runners: TestJobName, FuzzJobName

// One row that changed in a table that the cache would give makes it useless, and the next run makes it anew.
func TestAcceptance3(t *testing.T) {
	q := question{tag: "acceptance_3", modes: "bf"}
	_, first := answers(t, q, "run-bf", steps.Succeeded)
	if err := execute(t.Context(), world.client, "UPDATE "+first.tables.Outputs["days"].Table.SQL()+" SET speed = speed + 1 WHERE vessel = 'v3' AND day = '2024-01-04'"); err != nil {
		t.Fatal(err)
	}
	c, again := answers(t, q, "run-bf", steps.Succeeded)
	if !strings.HasPrefix(again.outcome.Cache, string(cache.Stale)) {
		t.Errorf("the cache says %q of a table in which a row was changed", again.outcome.Cache)
	}
	for _, r := range cacheRows(t, q.tag) {
		if r.RunID == c.plan.RunID {
			wantRows(t, again.tables.Outputs["days"].Table, r.Key.Phases)
		}
	}
}

func cacheRows(t *testing.T, experiment string) []cache.Row {
	t.Helper()
	rows, err := world.reg.List(t.Context(), cache.Filter{ExperimentID: experiment})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// The second of two that ask the same waits for the first and gets its tables.
func TestAcceptance4(t *testing.T) {
	q := question{tag: "acceptance_4", modes: "bf"}
	first, second := ask(t, q).source(t), ask(t, q)
	second.sources = first.sources
	first.env = []string{pauseVariable + "=2s"}
	running := first.begin(t, newProxy(t), "run-bf")
	first.invoked(t, 1)
	waited := second.run(t, newProxy(t), "run-bf").want(t, steps.Cached)
	made := first.ended(t, "run-bf", running).want(t, steps.Succeeded)
	if a, b := made.tables.Outputs["days"], waited.tables.Outputs["days"]; a.Table != b.Table || !a.Version.Equal(b.Version) || len(second.invocations(t)) != 0 {
		t.Errorf("the second has %s after %d invocations, want %s and none", b.Table, len(second.invocations(t)), a.Table)
	}
	if !strings.Contains(waited.outcome.Cache, "after waiting for it") || !strings.Contains(waited.stderr.String(), "WAIT: run "+first.plan.RunID) {
		t.Errorf("the second says %q, and not that it waited for run %s\n%s", waited.outcome.Cache, first.plan.RunID, waited.stderr.String())
	}
	audit(t, q.tag)
}

// A view can show other rows under the same definition: what counts is what it reads. One whose rows nobody can name is never
// found again.
func TestAcceptance11(t *testing.T) {
	do := func(format string) {
		t.Helper()
		if err := execute(t.Context(), world.client, strings.ReplaceAll(format, "D.", world.dataset+".")); err != nil {
			t.Fatal(err)
		}
	}
	do("CREATE TABLE D.shown_base AS SELECT * FROM D.messages")
	do("CREATE VIEW D.shown AS SELECT * FROM D.shown_base")
	do("CREATE VIEW D.unsteady AS SELECT * FROM D.messages WHERE RAND() < 2")
	shown := question{tag: "acceptance_11", modes: "bf", source: "shown"}
	answers(t, shown, "run-bf", steps.Succeeded)
	answers(t, shown, "run-bf", steps.Cached)
	do("UPDATE D.shown_base SET speed = speed + 1 WHERE vessel = 'v3'")
	answers(t, shown, "run-bf", steps.Succeeded)
	unsteady := question{tag: "acceptance_11_unsteady", modes: "bf", source: "unsteady"}
	for range 2 {
		answers(t, unsteady, "run-bf", steps.Succeeded)
	}
}

// What failed in its n-th part is taken up there, on the tables as they were before that part, whatever it wrote.
func TestAcceptance12(t *testing.T) {
	q := question{tag: "acceptance_12", modes: "bfd", tail: 3}
	first := ask(t, q).source(t)
	first.env = []string{failVariable + "=2024-01-06"} // in the last of its four phases
	first.run(t, newProxy(t), "run-bfd").want(t, steps.Failed)
	if n := len(first.invocations(t)); n != 4 {
		t.Fatalf("%d invocations before the failure, want 4", n)
	}
	second := ask(t, q)
	second.sources = first.sources
	r := second.run(t, newProxy(t), "run-bfd").want(t, steps.Succeeded)
	if n := len(second.invocations(t)); n != 1 || !strings.Contains(r.stderr.String(), "resumes run "+first.plan.RunID+", which failed after 3 of 4 phases") {
		t.Errorf("%d invocations, want 1\n%s", n, r.stderr.String())
	}
	audit(t, q.tag)
}

// What one call has done another begins with, whatever either does next.
func TestWhatCallsHaveInCommonIsDoneOnce(t *testing.T) {
	q := question{tag: "common", modes: "bf"}
	first, _ := answers(t, q, "run-bf", steps.Succeeded)
	for _, c := range []struct {
		modes       string
		tail, phase int
	}{{"bftruncate", 2, 2}, {"bftruncate", 1, 1}, {"bfd", 2, 3}, {"bfd", 1, 2}, {"bfd", 2, 0}} {
		q.modes, q.tail = c.modes, c.tail
		next := ask(t, q)
		next.sources = first.sources
		next.run(t, newProxy(t), "run-"+c.modes)
		if n := len(next.invocations(t)); n != c.phase {
			t.Errorf("%s with %d days of tail: %d invocations, want %d", c.modes, c.tail, n, c.phase)
		}
	}
	audit(t, q.tag)
}

// Whatever ended a run, its row says so, and the key is free at once.
func TestEveryEndIsRegistered(t *testing.T) {
	q := question{tag: "every_end", modes: "bfd", tail: 1}
	first := ask(t, q).source(t)
	first.env = []string{failVariable + "=2024-01-06"} // in the last phase
	first.run(t, newProxy(t), "run-bfd").want(t, steps.Failed)

	long := ask(t, q)
	long.sources, long.env = first.sources, []string{pauseVariable + "=1m"}
	told := long.begin(t, newProxy(t), "run-bfd")
	long.invoked(t, 1)
	if err := told.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if told.wait(t) != 143 {
		t.Errorf("exit code %d after SIGTERM, want 143", told.code)
	}
	if alive := told.survivors(t); len(alive) > 0 {
		t.Errorf("what was told to stop left processes behind: %q", alive)
	}
	last := ask(t, q)
	last.sources = first.sources
	if r := last.run(t, newProxy(t), "run-bfd").want(t, steps.Succeeded); strings.Contains(r.stderr.String(), "WAIT") {
		t.Errorf("the key of a run that was told to stop is held\n%s", r.stderr.String())
	}
	var got []string
	for _, r := range audit(t, q.tag) {
		got = append(got, strings.TrimSpace(string(r.Status)+" "+string(r.Failure)))
		if r.FinishedAt.Before(r.StartedAt) || (r.Status != cache.Succeeded) != (r.Error != "") {
			t.Errorf("run %s is %s with the error %q, from %s to %s", r.RunID, r.Status, r.Error, r.StartedAt, r.FinishedAt)
		}
	}
	slices.Sort(got)
	if want := []string{"cancelled interrupted", "failed pipeline", "succeeded"}; !slices.Equal(got, want) {
		t.Errorf("the rows say %q, want %q", got, want)
	}
}
