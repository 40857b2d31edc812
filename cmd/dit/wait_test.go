package main

import (
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/cache"
)

// What is said of a run is true of one whose phases others did, and of one that is done.
func TestWaited(t *testing.T) {
	key := cache.Key{Phases: make([]cache.Phase, 3)}
	done := cache.Row{ID: cache.ID{Run: "bf"}, Key: key, Status: cache.Succeeded, Phases: make([]cache.PhaseDone, 3), Command: "dagger call"}
	reused, left := done, done
	reused.Phases, reused.ReusedRunID = nil, "0123456789ab"
	left.Status, left.Phases = cache.Detached, left.Phases[:1]
	for name, c := range map[string]struct {
		rows []cache.Row
		want string
	}{
		"done":     {[]cache.Row{done}, "run bf: succeeded\nfor the verdict, ask again:\n  dagger call\n"},
		"reused":   {[]cache.Row{reused}, "run bf: succeeded, with the tables of run 0123456789ab\nfor the verdict, ask again:\n  dagger call\n"},
		"one left": {[]cache.Row{done, left}, "run bf: succeeded\nrun bf: detached, 1 of 3 phases done\nfor the rest, and the verdict, ask again:\n  dagger call\n"},
	} {
		var out strings.Builder
		if err := waited(&out, c.rows, nil); err != nil || out.String() != "no job of this call is left to wait for\n"+c.want {
			t.Errorf("%s: %v\n%s", name, err, out.String())
		}
	}
}
