//go:build faults

package faults_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/steps"
)

// fault is one line of the matrix: what goes wrong, and what must become of a run of one step.
type fault struct {
	name     string
	question question
	// rules are in force until the first call has ended; each must have struck. A {job} stands for the id of a job.
	rules []string
	// env is that of the first call, lease that of both; calm unless it is given.
	env   []string
	lease time.Duration
	// before is what happens before the first call.
	before func(*scene, *call)
	// during is what happens while the first call runs.
	during func(*scene, *call, *process)

	// code is the exit code of the first call. With 0 there is a status; an empty one is for a race, in which the run may fail of this
	// or that.
	code   int
	status steps.Status
	// row is the status of its row in the registry, with the kind of failure.
	row     cache.Status
	failure cache.FailureKind
	// says are in the outcome's error, or in what the call said besides.
	says []string
	// jobs is how many jobs it has made.
	jobs int
	// mute says that the pipeline prints nothing, abandoned that the first call leaves what it did for the next one to end.
	mute, abandoned bool
	// next is the status of the next call that asks the same, without the faults; empty where none is made. It says nextSays.
	next     steps.Status
	nextSays []string
	// then looks at what is particular.
	then func(*scene, *call, *process)
}

// The outcomes that most faults have.
func (f fault) succeeds() fault {
	f.status, f.row, f.jobs = steps.Succeeded, cache.Succeeded, 1
	return f
}

func (f fault) failsAsPipeline(jobs int, says ...string) fault {
	f.status, f.row, f.failure, f.jobs, f.says = steps.Failed, cache.Failed, cache.FailedPipeline, jobs, says
	return f
}

func (f fault) failsAsInfrastructure(jobs int, says ...string) fault {
	f.status, f.row, f.failure, f.jobs, f.says = steps.Broken, cache.Failed, cache.FailedInfrastructure, jobs, says
	return f
}

// isLeft is for a run whose job goes on, and which the next call takes up.
func (f fault) isLeft(says ...string) fault {
	f.status, f.row, f.jobs, f.next = steps.Broken, cache.Detached, 1, steps.Cached
	f.says = append(says, "could not be waited for, and runs on", "ask again and it is taken up")
	return f
}

func (f fault) isInterrupted() fault {
	f.code, f.row, f.failure, f.jobs = 143, cache.Cancelled, cache.Interrupted, 1
	return f
}

// thenAgain adds the next call.
func (f fault) thenAgain() fault {
	f.next = steps.Succeeded
	return f
}

func TestFaults(t *testing.T) {
	for _, group := range [][]fault{dataflowFaults(), waitingFaults(), jobFaults(), submitterFaults(), surroundingFaults(), directFaults()} {
		for _, f := range group {
			t.Run(f.name, func(t *testing.T) {
				t.Parallel()
				f.try(play(t))
			})
		}
	}
}

// try does what the line says and looks whether it is so.
func (f fault) try(s *scene) {
	c := s.ask(f.question)
	s.sources(c)
	for _, text := range f.rules {
		s.fault(text)
	}
	c.env = f.env
	if f.lease > 0 {
		s.lease = f.lease
	}
	if f.before != nil {
		f.before(s, c)
	}
	p := s.begin(c)
	if f.during != nil {
		f.during(s, c, p)
	}
	s.wait(p)
	for _, job := range s.planted {
		s.end(job)
	}
	for i, n := range s.struck() {
		if n == 0 {
			s.t.Errorf("%s has struck nothing", s.rules[i].text)
		}
	}
	s.calm()
	f.look(s, c, p)
	if !f.abandoned {
		s.audit(f.row == cache.Detached)
	}
	if f.then != nil {
		f.then(s, c, p)
	}
	if f.next != "" && !s.t.Failed() {
		q := f.question
		q.dataflow = nil // it shapes no table
		s.lease = calm   // what counts is how long the first one's lasts
		again := s.run(s.ask(q))
		if again.code != 0 || again.outcome.Status != f.next {
			s.t.Errorf("the next call: exit code %d, %+v; want %s", again.code, again.outcome, f.next)
		}
		for _, what := range f.nextSays {
			if !strings.Contains(again.text(), what) {
				s.t.Errorf("the next call does not say %q", what)
			}
		}
		s.audit(false)
	}
	s.collect()
	if !s.t.Failed() {
		s.t.Logf("%s: as it must be, after %.0f s", cmp.Or(string(f.status), "exit code "+fmt.Sprint(f.code)), time.Since(p.began).Seconds())
	}
}

// look compares how the first call ended with what must be.
func (f fault) look(s *scene, c *call, p *process) {
	s.t.Helper()
	if p.code != f.code {
		s.t.Errorf("exit code %d, want %d", p.code, f.code)
	}
	said := p.text()
	if p.outcome != nil {
		said += p.outcome.Error
		if f.status != "" && p.outcome.Status != f.status {
			s.t.Errorf("%s (%s), want %s", p.outcome.Status, p.outcome.Error, f.status)
		}
		if f.status == steps.Failed && len(p.outcome.LogTail) == 0 && !f.mute {
			s.t.Error("the outcome has nothing of the pipeline's log")
		}
	}
	for _, what := range f.says {
		if !strings.Contains(said, what) {
			s.t.Errorf("it does not say %q, but: %s", what, said)
		}
	}
	if row := s.row(c); row.Status != f.row || (f.status != "" || f.code != 0) && row.Failure != f.failure {
		s.t.Errorf("its row is %s (%s: %s), want %s (%s)", row.Status, row.Failure, row.Error, f.row, f.failure)
	} else if f.row == cache.Succeeded && slices.Contains(row.JobIDs, "") {
		s.t.Errorf("its row has jobs %q", row.JobIDs)
	}
	if jobs := s.all(); len(jobs) != f.jobs {
		s.t.Errorf("%d jobs were made, want %d", len(jobs), f.jobs)
	}
}
