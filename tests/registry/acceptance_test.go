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
//	 6  killed anywhere, nothing runs on and nothing is nobody's    TestKill
//	11  what is read from a view is never found again               TestAcceptance11
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

// A view can show other rows under the same definition.
func TestAcceptance11(t *testing.T) {
	if err := execute(t.Context(), world.client, "CREATE VIEW "+world.dataset+".shown AS SELECT * FROM `"+project+"."+world.dataset+".messages`"); err != nil {
		t.Fatal(err)
	}
	q := question{tag: "acceptance_11", modes: "bf", source: "shown"}
	for range 2 {
		answers(t, q, "run-bf", steps.Succeeded)
	}
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
		if r.FinishedAt.Before(r.StartedAt) || (r.Status == cache.Failed) != (r.Error != "") {
			t.Errorf("run %s is %s with the error %q, from %s to %s", r.RunID, r.Status, r.Error, r.StartedAt, r.FinishedAt)
		}
	}
	slices.Sort(got)
	if want := []string{"failed interrupted", "failed pipeline", "succeeded"}; !slices.Equal(got, want) {
		t.Errorf("the rows say %q, want %q", got, want)
	}
}
