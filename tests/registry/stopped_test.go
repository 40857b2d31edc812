//go:build sandbox

package registry_test

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/steps"
)

// TestStopped stops a run for longer than its lease, as a laptop's lid does, lets another take it over, and wakes it up. What
// it wanted to write is no longer its own: neither the row nor the tables of the other may change.
func TestStopped(t *testing.T) {
	q := question{tag: "stopped", modes: "bf"}
	sleeper, other := ask(t, q).source(t), ask(t, q)
	sleeper.lease, other.lease, other.sources = lease, lease, sleeper.sources
	sleeper.env = []string{pauseVariable + "=3s"}
	asleep := sleeper.begin(t, newProxy(t), "run-bf")
	sleeper.invoked(t, 1)
	group := -asleep.cmd.Process.Pid
	if err := syscall.Kill(group, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	made := other.run(t, newProxy(t), "run-bf")
	if err := syscall.Kill(group, syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	made.want(t, steps.Succeeded)
	sleeper.ended(t, "run-bf", asleep).want(t, steps.Broken)
	for _, r := range audit(t, q.tag) {
		want := cache.Failed
		if r.RunID == other.plan.RunID {
			want = cache.Succeeded
		}
		if r.Status != want || want == cache.Failed && r.Failure != cache.Abandoned {
			t.Errorf("run %s is %s (%s: %s), want %s", r.RunID, r.Status, r.Failure, r.Error, want)
		}
	}
	again := ask(t, q)
	again.sources = sleeper.sources
	if r := again.run(t, newProxy(t), "run-bf").want(t, steps.Cached); r.outcome.RunID != other.plan.RunID {
		t.Errorf("the next call gets the tables of run %s, want those of %s", r.outcome.RunID, other.plan.RunID)
	}
}

// TestDeaf cuts a run off from the service for longer than its lease: by then another may do the same work, so its pipeline is ended.
func TestDeaf(t *testing.T) {
	c := ask(t, question{tag: "deaf", modes: "bf"}).source(t)
	c.lease, c.env = lease, []string{pauseVariable + "=2m"}
	var deaf atomic.Bool
	back := make(chan struct{})
	by := newProxy(t)
	by.before = func([]byte) {
		if deaf.Load() {
			<-back
		}
	}
	p := c.begin(t, by, "run-bf")
	c.invoked(t, 1)
	deaf.Store(true)
	running := func() bool {
		return slices.ContainsFunc(p.alive(t), func(line string) bool { return strings.Contains(line, pipelineName+" --start") })
	}
	for until := time.Now().Add(3 * lease); running(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(until) {
			t.Errorf("the pipeline still runs %s after the service was heard last, with a lease of %s", 3*lease, lease)
			break
		}
	}
	close(back)
	c.ended(t, "run-bf", p).want(t, steps.Broken)
}

// TestLookThenClaim holds a call up between its look into the cache, which finds nothing, and its claim, until another has made
// the tables: they are found all the same.
func TestLookThenClaim(t *testing.T) {
	q := question{tag: "look_then_claim", modes: "bf"}
	slow, fast := ask(t, q).source(t), ask(t, q)
	fast.sources = slow.sources
	looked, done := make(chan struct{}), make(chan struct{})
	var once sync.Once
	by := newProxy(t)
	by.before = func(body []byte) {
		if bytes.Contains(body, []byte(cache.LeasesName)) {
			once.Do(func() { close(looked) })
			<-done
		}
	}
	held := slow.begin(t, by, "run-bf")
	<-looked
	made := fast.run(t, newProxy(t), "run-bf")
	close(done)
	made.want(t, steps.Succeeded)
	found := slow.ended(t, "run-bf", held).want(t, steps.Cached)
	if n := len(slow.invocations(t)); n != 0 || found.outcome.RunID != fast.plan.RunID {
		t.Errorf("the pipeline ran %d times, and the tables are those of run %s, want those of %s", n, found.outcome.RunID, fast.plan.RunID)
	}
	for _, r := range audit(t, q.tag) {
		if want := map[bool]string{true: fast.plan.RunID}[r.RunID == slow.plan.RunID]; r.Status != cache.Succeeded || r.ReusedRunID != want {
			t.Errorf("run %s is %s and reuses %q, want %q", r.RunID, r.Status, r.ReusedRunID, want)
		}
	}
}
