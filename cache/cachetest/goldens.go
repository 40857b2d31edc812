package cachetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// Golden is a recording that is to be made, to be varied. Its id is 12 digits, made of the number.
func Golden(id int, q cache.Question) cache.Golden {
	name, version := fmt.Sprintf("%012x", id), bq.Version{Etag: "proposed", LastModified: 1}
	return cache.Golden{ID: name, Status: cache.GoldenRecording, Question: q, Key: q.Digest(), Mode: "bf", RunID: "aaaaaaaaaaaa", Run: "bf", Repository: "r", Ref: "main", Commit: "c",
		Workflow: "golden-record", Command: "dagger call", StartedAt: now.Add(time.Duration(id) * time.Minute),
		Outputs: map[string]cache.Output{"gaps": {Table: table(cache.GoldenTable("gaps", name)), Version: version, View: &cache.View{Table: table(cache.GoldenTable("gaps_last", name)), Version: version}}}}
}

// goldens checks that of the recordings of a question at most one is active, whoever promotes and retires.
func goldens(t *testing.T, reg cache.Goldens) {
	q := cache.Question{Schema: cache.GoldenSchema, Pipeline: "golden", Params: map[string]string{"a": "it's \"quoted\" é"}, Phases: []cache.Phase{{Start: "2024-01-01", End: "2024-01-02"}}}
	other := q
	other.Params = map[string]string{"a": "2"}
	get := func(f cache.GoldenFilter) []cache.Golden {
		t.Helper()
		all, err := reg.Goldens(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	want := func(f cache.GoldenFilter, want ...string) {
		t.Helper()
		var got []string
		for _, g := range get(f) {
			got = append(got, g.ID[10:]+" "+string(g.Status))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v (-want +got)\n%s", f, diff)
		}
	}
	said := func(want bool) func(bool, error) {
		return func(got bool, err error) {
			t.Helper()
			if got != want || err != nil {
				t.Errorf("it says %v, %v, want %v", got, err, want)
			}
		}
	}
	want(cache.GoldenFilter{})
	first, second, third, elsewhere := Golden(1, q), Golden(2, q), Golden(3, q), Golden(4, other)
	for _, g := range []cache.Golden{first, second, third, elsewhere} {
		if err := reg.Propose(t.Context(), g); err != nil {
			t.Fatal(err)
		}
		if err := reg.Propose(t.Context(), g); !errors.Is(err, cache.ErrTaken) {
			t.Errorf("proposed twice: %v", err)
		}
	}
	if diff := cmp.Diff([]cache.Golden{first}, get(cache.GoldenFilter{ID: first.ID}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("it comes back otherwise than it went in (-want +got)\n%s", diff)
	}
	want(cache.GoldenFilter{Pipeline: "golden", Question: q.Digest()}, "03 recording", "02 recording", "01 recording")
	want(cache.GoldenFilter{Pipeline: "none"})
	o := first.Outputs["gaps"]
	o.Version = bq.Version{Etag: "e", LastModified: 1}
	first.Outputs = map[string]cache.Output{"gaps": o}
	said(true)(reg.Promote(t.Context(), first))
	said(false)(reg.Promote(t.Context(), first))
	said(true)(reg.Promote(t.Context(), elsewhere))
	if g := get(cache.GoldenFilter{ID: first.ID})[0]; g.Outputs["gaps"].Version != o.Version || g.RecordedAt.IsZero() || !g.EndedAt.IsZero() {
		t.Errorf("the active one is %+v", g)
	}
	said(true)(reg.Promote(t.Context(), second))
	want(cache.GoldenFilter{}, "04 active", "03 recording", "02 active", "01 replaced")
	if g := get(cache.GoldenFilter{ID: first.ID})[0]; g.ReplacedBy != second.ID || g.EndedAt.IsZero() || g.Outputs["gaps"].Version != o.Version {
		t.Errorf("the replaced one is %+v", g)
	}
	for _, dropped := range []string{first.ID, second.ID} { // an active one is not dropped
		if err := reg.Dropped(t.Context(), dropped); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := get(cache.GoldenFilter{ID: first.ID})[0], get(cache.GoldenFilter{ID: second.ID})[0]; a.DroppedAt.IsZero() || !b.DroppedAt.IsZero() {
		t.Errorf("dropped %v, and the active one %v", a.DroppedAt, b.DroppedAt)
	}
	said(false)(reg.Retire(t.Context(), second.ID, cache.GoldenRecording))
	said(true)(reg.Retire(t.Context(), third.ID, cache.GoldenRecording))
	said(false)(reg.Promote(t.Context(), third)) // which leaves the active one as it is
	want(cache.GoldenFilter{Status: cache.GoldenActive}, "04 active", "02 active")
	said(true)(reg.Retire(t.Context(), second.ID, cache.GoldenActive))
	said(false)(reg.Retire(t.Context(), second.ID, cache.GoldenActive))
	said(false)(reg.Retire(t.Context(), "000000000099", cache.GoldenActive))
	want(cache.GoldenFilter{Question: q.Digest(), Status: cache.GoldenActive})

	t.Run("many at once", func(t *testing.T) {
		const recorders = 5
		many := q
		many.Pipeline = "many"
		for i := range recorders {
			if err := reg.Propose(t.Context(), Golden(16+i, many)); err != nil {
				t.Fatal(err)
			}
		}
		var all sync.WaitGroup
		done := make(chan struct{})
		for i := range recorders {
			all.Go(func() {
				if ok, err := reg.Promote(t.Context(), Golden(16+i, many)); !ok || err != nil {
					t.Errorf("recorder %d: %v, %v", i, ok, err)
				}
			})
		}
		go func() {
			all.Wait()
			close(done)
		}()
		var seen bool
		for end := false; !end; {
			select {
			case <-done:
				end = true
			default:
			}
			active := get(cache.GoldenFilter{Pipeline: "many", Status: cache.GoldenActive})
			if seen = seen || len(active) > 0; seen && len(active) != 1 {
				t.Fatalf("%d are active", len(active))
			}
		}
		ended := slices.DeleteFunc(get(cache.GoldenFilter{Pipeline: "many"}), func(g cache.Golden) bool { return g.Status != cache.GoldenReplaced || g.ReplacedBy == "" })
		if !seen || len(ended) != recorders-1 {
			t.Errorf("one is active: %v, %d were replaced", seen, len(ended))
		}
	})
}
