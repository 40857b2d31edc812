//go:build sandbox

package registry_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/steps"
)

// In the older system what a run left that failed, or was stopped, was in no row, and the views of no run were: nobody could
// tell whose they were, and nobody removed them.
func TestHole7(t *testing.T) {
	t.Run("failed", func(t *testing.T) {
		q := question{tag: "hole_7_failed", modes: "bfd", tail: 1}
		c := ask(t, q).source(t)
		c.env = []string{failVariable + "=2024-01-06"} // in the second of two phases
		c.run(t, newProxy(t), "run-bfd").want(t, steps.Failed)
		wantNamed(t, c.plan.RunID)
	})
	t.Run("killed", func(t *testing.T) {
		q := question{tag: "hole_7_killed", modes: "bfd", tail: 1}
		c, by := ask(t, q).source(t), newProxy(t)
		c.lease = lease
		var views atomic.Int64
		by.before = func(body []byte) {
			if bytes.Contains(body, []byte("CREATE VIEW")) && views.Add(1) == 2 {
				by.struck.Store(true)
				by.strike()
			}
		}
		c.run(t, by, "run-bfd")
		if !by.struck.Load() {
			t.Fatal("the run was not killed: the test proves nothing")
		}
		wantNamed(t, c.plan.RunID)
	})
	t.Run("succeeded", func(t *testing.T) {
		q := question{tag: "hole_7_succeeded", modes: "bfd", tail: 1}
		c, _ := answers(t, q, "run-bfd", steps.Succeeded)
		wantNamed(t, c.plan.RunID)
	})
}

// wantNamed fails the test unless each table and view that a run made is in a row of it.
func wantNamed(t *testing.T, runID string) {
	t.Helper()
	rows, err := world.reg.List(t.Context(), cache.Filter{RunID: runID})
	if err != nil {
		t.Fatal(err)
	}
	var named, made []string
	for _, r := range rows {
		for _, table := range r.Tables() {
			named = append(named, table.Name)
		}
	}
	for it := world.client.Dataset(world.dataset).Tables(t.Context()); ; {
		table, err := it.Next()
		if errors.Is(err, iterator.Done) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(table.TableID, runID) {
			made = append(made, table.TableID)
		}
	}
	if len(made) == 0 {
		t.Fatal("the run made no tables: the test proves nothing")
	}
	for _, table := range made {
		if !slices.Contains(named, table) {
			t.Errorf("%s is in no row of the run that made it; they name %q", table, named)
		}
	}
}
