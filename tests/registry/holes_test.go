//go:build sandbox

package registry_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/steps"
)

// The run cache that came before this one had holes through which a result could be taken for what it was not. Each has a test:
//
//	 1  code that was not committed, under the name of the commit   TestHole1
//	 2  the kind of runner                                          TestHole2
//	 3  the contents of the sources                                 TestHole3
//	 4  a date in the key that moves every day                      TestHole4
//	 5  tables that are written over                                TestHole5, TestAcceptance3; cache: TestDecide
//	 6  cancelled while another compares                            cache: TestBigQuery/sharing/reuse
//	 7  tables that no row names                                    TestHole7
//	 8  commits abbreviated                                         gitref: TestResolve (every answer has all 40 digits)
//	 9  a mutation that is drawn anew in each run                   TestHole9
//	10  names of tables that a hit never wrote                      TestHole10
//	11  only a part of the code in the key                          TestHole11; cache: TestEveryMemberCounts (Behaviour)
//	12  the commit of whatever directory one stands in              TestHole12

// answers asks the question once more, with another look at the sources, and says how it was answered.
func answers(t *testing.T, q question, step string, want steps.Status) (*call, result) {
	t.Helper()
	c := ask(t, q).source(t)
	return c, c.run(t, newProxy(t), step).want(t, want)
}

// copySource makes a source of the test's own.
func copySource(t *testing.T, name string) string {
	t.Helper()
	if err := execute(t.Context(), world.client, fmt.Sprintf("CREATE TABLE %[1]s.%[2]s AS SELECT * FROM %[1]s.messages", world.dataset, name)); err != nil {
		t.Fatal(err)
	}
	return name
}

// In the older system a source was its name: rows that were added to it changed no key.
func TestHole3(t *testing.T) {
	q := question{tag: "hole_3", modes: "bf", source: copySource(t, "grows")}
	answers(t, q, "run-bf", steps.Succeeded)
	answers(t, q, "run-bf", steps.Cached)
	if err := execute(t.Context(), world.client, "INSERT INTO "+world.dataset+".grows (timestamp, vessel, speed) VALUES (TIMESTAMP '2024-01-03', 'new', 1)"); err != nil {
		t.Fatal(err)
	}
	_, r := answers(t, q, "run-bf", steps.Succeeded)
	if !strings.Contains(r.outcome.Cache, "source messages is") {
		t.Errorf("%q does not say that the source has changed", r.outcome.Cache)
	}
}

// In the older system the default of a date in the key was today, so that no cache outlived the day. Here nothing that a plan
// holds, or a look at the sources finds, depends on when it was.
func TestHole4(t *testing.T) {
	q := question{tag: "hole_4", modes: "bf"}
	first, a := answers(t, q, "run-bf", steps.Succeeded)
	second, b := answers(t, q, "run-bf", steps.Cached)
	if a.outcome.CacheKey != b.outcome.CacheKey {
		t.Errorf("the keys are %s and %s", a.outcome.CacheKey, b.outcome.CacheKey)
	}
	text := func(name string, c *call) string {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(body), c.plan.RunID, "RUN")
	}
	if text(first.file("plan.json"), first) != text(second.file("plan.json"), second) || text(first.sources, first) != text(second.sources, second) {
		t.Error("the same question has other plans or sources at another time")
	}
}

// In the older system a name that was used again wrote over tables that older rows still listed, and a hit asked only whether
// there was a table.
func TestHole5(t *testing.T) {
	q := question{tag: "hole_5", modes: "bf"}
	first, made := answers(t, q, "run-bf", steps.Succeeded)
	same := q
	same.runID = first.plan.RunID
	if told := ask(t, same).look(t); told.code != 2 || !strings.Contains(told.stderr.String(), "run id "+first.plan.RunID+" is that of a call of") {
		t.Errorf("the names of a call can be had again: exit code %d\n%s", told.code, told.stderr.String())
	}
	table := made.tables.Outputs["days"].Table
	if err := execute(t.Context(), world.client, "CREATE OR REPLACE TABLE "+table.SQL()+" PARTITION BY day AS SELECT * FROM "+table.SQL()); err != nil {
		t.Fatal(err)
	}
	_, last := answers(t, q, "run-bf", steps.Succeeded)
	if !strings.HasPrefix(last.outcome.Cache, string(cache.Stale)) {
		t.Errorf("the cache says %q of tables that were written over", last.outcome.Cache)
	}
}

// In the older system the mode on a mutated source had the rows that a query without an order gave in its key, so no run of it
// was ever found. Here the mutation is a predicate, and the view that it makes has another name in each call.
func TestHole9(t *testing.T) {
	q := question{tag: "hole_9", modes: "mutate-recover", tail: 1}
	first, _ := answers(t, q, "run-mutate-recover", steps.Succeeded)
	second, _ := answers(t, q, "run-mutate-recover", steps.Cached)
	a, b := read[steps.Sources](t, first.sources).Mutated, read[steps.Sources](t, second.sources).Mutated
	if a == nil || b == nil || a.View == b.View {
		t.Errorf("mutated sources %+v and %+v: the test proves nothing", a, b)
	}
}

// In the older system a comparison made up the names of its tables; after a hit nobody had written them, and what was not there
// was called different.
func TestHole10(t *testing.T) {
	q := question{tag: "hole_10", modes: "bf,bfd", tail: 1}
	answers(t, q, "run-bf", steps.Succeeded)
	answers(t, q, "run-bfd", steps.Succeeded)
	c := ask(t, q).source(t)
	for _, step := range []string{"run-bf", "run-bfd"} {
		c.run(t, newProxy(t), step).want(t, steps.Cached)
		table, err := bq.ParseTable(c.plan.Step(step).Run.Outputs["days"])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bq.Current(t.Context(), world.client, table); !errors.Is(err, bq.ErrNotFound) {
			t.Fatalf("%s: %v, want it not to be there: the test proves nothing", table, err)
		}
	}
	output, err := json.Marshal(c.plan.Descriptor.Outputs[0])
	if err != nil {
		t.Fatal(err)
	}
	p := c.start(t, newProxy(t), "step", "compare", "--left", c.file("run-bf/tables.json"), "--right", c.file("run-bfd/tables.json"),
		"--output", string(output), "--out", c.file("verdict.json"))
	if p.wait(t) != 0 {
		t.Fatalf("exit code %d\n%s", p.code, p.stderr.String())
	}
	if v := read[steps.Verdict](t, c.file("verdict.json")); v.Result.Verdict != compare.Identical {
		t.Errorf("%s %q, want IDENTICAL", v.Result.Verdict, v.Result.Reasons)
	}
}
