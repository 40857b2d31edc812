//go:build sandbox

package steps

import (
	"errors"
	"io"
	"strings"
	"testing"

	"cloud.google.com/go/civil"

	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/samples/vessels"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// days is [2024-01-first, 2024-01-end).
func days(first, end int) workflows.Range {
	return workflows.Range{Start: civil.Date{Year: 2024, Month: 1, Day: first}, End: civil.Date{Year: 2024, Month: 1, Day: end}}
}

// What is removed counts where phases on the mutated source are run over it, and of a source without a time anywhere; nothing removed, and
// nothing left, is refused. The table has four rows on each of January 2, 3 and 4.
func TestTailMutationsThatProveNothing(t *testing.T) {
	client, dataset := bqtest.Open(t, "tails")
	run(t, client, "CREATE SCHEMA "+dataset)
	run(t, client, "CREATE TABLE "+dataset+".t "+twelveRows)
	tail := []workflows.Phase{{Range: days(2, 4)}, {Range: days(4, 5), Mutated: true}, {Range: days(4, 5)}}
	outage := []workflows.Phase{{Range: days(2, 3), Mutated: true}, {Range: days(2, 5), Mutated: true}, {Range: days(3, 5)}}
	apart := []workflows.Phase{{Range: days(2, 3), Mutated: true}, {Range: days(4, 5), Mutated: true}, {Range: days(2, 5)}}
	for i, c := range []struct {
		reason, where string
		timeless      bool
		phases        []workflows.Phase
		before, after int64
		refused       string
	}{
		{"nothing goes of a source without a time", "id IS NOT NULL", true, tail, 0, 0, "keeps 12 of the 12 rows"},
		{"all goes of a source without a time", "id IS NULL", true, tail, 0, 0, "keeps 0 of the 12 rows"},
		{"some goes of a source without a time", "DATE(ts) != '2024-01-02'", true, tail, 12, 8, ""},
		{"a day goes before the tail", "DATE(ts) != '2024-01-02'", false, tail, 0, 0, "keeps 4 of the 4 rows"},
		{"all of the tail goes", "DATE(ts) != '2024-01-04'", false, tail, 0, 0, "keeps 0 of the 4 rows"},
		{"half of the tail goes", "vessel = 'a'", false, tail, 4, 2, ""},
		{"an outage", "DATE(ts) != '2024-01-03'", false, outage, 12, 8, ""},
		{"an outage after the data", "DATE(ts) != '2024-01-05'", false, outage, 0, 0, "keeps 12 of the 12 rows"},
		{"a day between those that are read", "DATE(ts) != '2024-01-03'", false, apart, 0, 0, "in [2024-01-02, 2024-01-03) and [2024-01-04, 2024-01-05)"},
	} {
		p := alteredPlan(t, dataset, "t", i)
		p.TailMutation = &workflows.TailMutation{Source: "s", Where: c.where}
		p.Steps = []workflows.Step{{Kind: workflows.RunStep, Run: &workflows.Run{Phases: c.phases}}}
		if c.timeless {
			p.Descriptor.Sources = []workflows.Source{{Name: "s"}}
		}
		s, err := Source(t.Context(), client, p, vessels.Default(), io.Discard)
		switch {
		case c.refused != "":
			if !errors.Is(err, ErrBadSource) || !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%s: %v, want one about %q", c.reason, err, c.refused)
			}
		case err != nil || s.Mutated.RowsBefore != c.before || s.Mutated.RowsAfter != c.after:
			t.Errorf("%s: %+v, %v", c.reason, s, err)
		}
	}
}

// The predicate may read another table. When that changes between the runs of two versions these read different rows, which nothing else shows.
func TestATailMutationThatReadsAnotherTable(t *testing.T) {
	client, dataset := bqtest.Open(t, "tail")
	run(t, client, "CREATE SCHEMA "+dataset)
	run(t, client, "CREATE TABLE "+dataset+".t "+twelveRows)
	run(t, client, "CREATE TABLE "+dataset+".bad AS SELECT 'a' AS vessel")
	p := alteredPlan(t, dataset, "t", 1)
	p.TailMutation = &workflows.TailMutation{Source: "s", Where: "vessel NOT IN (SELECT vessel FROM " + dataset + ".bad)"}
	p.Steps = []workflows.Step{{Kind: workflows.RunStep, Run: &workflows.Run{Phases: []workflows.Phase{{Range: days(2, 5), Mutated: true}, {Range: days(2, 5)}}}}}
	var said strings.Builder
	s, err := Source(t.Context(), client, p, vessels.Default(), &said)
	if err != nil {
		t.Fatal(err)
	}
	rows := func() any {
		row, err := inRange(t.Context(), client, "COUNT(*)", s.Mutated.View, workflows.Source{})
		if err != nil {
			t.Fatal(err)
		}
		return row[0]
	}
	before := rows()
	run(t, client, "DELETE FROM "+dataset+".bad WHERE TRUE")
	if after := rows(); before == after {
		t.Fatalf("%v rows, and %v after the other table changed", before, after)
	}
	warnings := (&Report{Plan: p, Sources: s}).unnamed()
	if len(warnings) != 1 || !strings.Contains(warnings[0], s.Mutated.View.String()) || !strings.Contains(said.String(), "mutated source: what is made from it is not reused: its predicate reads other tables") {
		t.Errorf("the report warns %q, and the source step says\n%s", warnings, said.String())
	}
}
