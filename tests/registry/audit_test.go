//go:build sandbox

package registry_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"cloud.google.com/go/civil"
	"github.com/google/go-cmp/cmp"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// ever is all days there are.
var ever = workflows.Range{Start: civil.Date{Year: 2000, Month: 1, Day: 1}, End: civil.Date{Year: 2100, Month: 1, Day: 1}}

// truth is what the pipeline makes of the common source.
var truth = sync.OnceValues(func() ([]string, error) {
	return rowsOf(ctx(), "("+daysOf(fmt.Sprintf("%s.%s.messages", project, world.dataset))+")", ever)
})

// wantRows fails the test unless the table has exactly the rows that the phases make of the common source.
func wantRows(t *testing.T, table bq.Table, phases []cache.Phase) {
	t.Helper()
	all, err := truth()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, row := range all {
		day := row[:len("2024-01-01")]
		if slices.ContainsFunc(phases, func(p cache.Phase) bool { return p.Start <= day && day < p.End }) {
			want = append(want, row)
		}
	}
	if len(want) == 0 {
		t.Fatalf("no rows are expected after %v: the test would prove nothing", phases)
	}
	got, err := rowsOf(t.Context(), table.SQL(), ever)
	if err != nil {
		t.Error(err)
	} else if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s after %v (-want +got)\n%s", table, phases, diff)
	}
}

// audit checks what must be true of the registry at every moment, also right after a kill: whoever says succeeded has whole
// tables in the version that was recorded, and no key is computed by two. It returns the experiment's rows.
func audit(t *testing.T, experiment string) []cache.Row {
	t.Helper()
	rows, err := world.reg.List(t.Context(), cache.Filter{ExperimentID: experiment})
	if err != nil {
		t.Fatal(err)
	}
	live := map[cache.ID]bool{}
	leases, err := world.reg.Leases(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range leases {
		live[l.ID] = l.Live
	}
	computing, seen := map[string]int{}, map[bq.Table]cache.Output{}
	for _, row := range rows {
		switch {
		case row.Status == cache.Running && live[row.ID]:
			computing[row.CacheKey]++
		case row.Status == cache.Succeeded:
			wantWhole(t, row, seen)
		}
	}
	for key, n := range computing {
		if n > 1 {
			t.Errorf("%d runs compute the key %.12s", n, key)
		}
	}
	return rows
}

// wantWhole fails the test unless all that a row names is there, as it was when the run was done. What was seen already, with
// another row, is not looked at again.
func wantWhole(t *testing.T, row cache.Row, seen map[bq.Table]cache.Output) {
	t.Helper()
	if len(row.Outputs) == 0 {
		t.Errorf("run %s (%s) succeeded without tables", row.RunID, row.Run)
	}
	for _, o := range row.Outputs {
		if cmp.Equal(seen[o.Table], o) {
			continue
		}
		seen[o.Table] = o
		now, err := bq.Current(t.Context(), world.client, o.Table)
		if err != nil {
			t.Error(err)
			continue
		}
		if d := o.Version.Difference(now); d != "" {
			t.Errorf("run %s (%s) succeeded, and its table is not what it left: %s", row.RunID, row.Run, d)
		}
		wantRows(t, o.Table, row.Key.Phases)
	}
}

// computed are the rows that succeeded by computing, of each key.
func computed(rows []cache.Row) map[string][]cache.Row {
	by := map[string][]cache.Row{}
	for _, r := range rows {
		if r.Status == cache.Succeeded && r.ReusedRunID == "" {
			by[r.CacheKey] = append(by[r.CacheKey], r)
		}
	}
	return by
}
