//go:build e2e

package tests

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// TestTheLifeOfAGoldenTable records what main makes, holds other refs against it, spoils it, and ends it.
func TestTheLifeOfAGoldenTable(t *testing.T) {
	dataset := fmt.Sprintf("golden_%d", time.Now().UnixNano())
	golden := func(verb string, args ...string) result {
		t.Helper()
		return dagger(t, append([]string{"-m", "..", "call", "golden", verb, "--dest-dataset=" + dataset}, args...)...)
	}
	of := func(ref string, more ...string) []string {
		return append([]string{"--pipeline=sample-gaps", "--ref=" + ref}, more...)
	}

	golden("check", of("main")...).want(t, 2, "golden record", "--ref=REF")
	golden("record", of("main")...).want(t, 0, "all 1 modes are recorded as golden")
	golden("check", of("main")...).want(t, 0, "golden-bf : bf", "IDENTICAL", "all 1 pairs are equal", "1 of 1 runs from the cache")
	golden("check", of("day-boundary-bug", "--require-evidence")...).want(t, 1, "6 rows are only on the left", "1 of 1 pairs differ")
	golden("check", of("main", "--param=min_gap_length=12")...).want(t, 2, "min_gap_length")

	r := golden("list", "--format=json")
	var list []struct {
		ID      string `json:"id"`
		Ref     string `json:"ref"`
		Outputs map[string]struct {
			Table string `json:"table"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(r.stdout), &list); err != nil || len(list) != 1 || list[0].Ref != "main" || list[0].Outputs["gaps"].Table == "" {
		t.Fatalf("the list is %v, %v\n%s", list, err, r.all())
	}
	registered(t, dataset, "trail").want(t, 0, "0 unexplained")
	table := list[0].Outputs["gaps"].Table
	dagger(t, "-m", "..", "call", "query", "--sql", fmt.Sprintf("DELETE FROM `%s` WHERE gap_id = (SELECT MIN(gap_id) FROM `%s`)", table, table)).want(t, 0)
	golden("check", of("refactored")...).want(t, 3, "golden tables are spoilt", table)

	golden("retire", "--id="+list[0].ID).want(t, 0, list[0].ID)
	golden("list").want(t, 0, "no golden tables are recorded")
	golden("check", of("main")...).want(t, 2, "golden record")
}
