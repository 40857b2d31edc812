package trail

import (
	"strings"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
)

func TestTrailOfGolden(t *testing.T) {
	const id = "0123456789ab"
	for _, c := range []struct {
		name   string
		table  string // t unless given; v is what the view showed
		etag   string // of the table now, e unless given
		change func(*world, *cache.Golden)
		status cache.GoldenStatus
		state  State
		reason string
	}{
		{name: "active", state: Proven, reason: "golden recording 0123456789ab of main"},
		{name: "what the view showed", table: "v", state: Proven, reason: "golden recording 0123456789ab of main"},
		{name: "a row changed", etag: "x", change: func(w *world, _ *cache.Golden) { w.prints["t"] = "g" }, reason: "of main: it was modified, and its fingerprint is not"},
		{name: "a label changed", etag: "x", state: Proven, reason: "metadata changed, rows did not"},
		{name: "what the view showed was changed", table: "v", etag: "x", reason: "of main: it was modified, and no fingerprint was recorded"},
		{name: "the commit is gone", change: func(w *world, g *cache.Golden) { w.gone[g.Commit] = nil }, reason: "is not in https://example.com/r any more"},
		{name: "uncommitted code", change: func(_ *world, g *cache.Golden) { g.Commit = "files:abc" }, reason: "not one of 40 digits"},
		{name: "being recorded", status: cache.GoldenRecording, state: Making, reason: "being recorded as golden 0123456789ab"},
		{name: "abandoned", status: cache.GoldenRecording, change: func(_ *world, g *cache.Golden) { g.StartedAt = g.StartedAt.Add(-2 * time.Hour) },
			reason: "was abandoned; golden retire --id=0123456789ab removes it"},
		{name: "retired", status: cache.GoldenRetired, reason: "was retired; golden retire --id=0123456789ab removes it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.table == "" {
				c.table = "t"
			}
			if c.etag == "" {
				c.etag = "e"
			}
			if c.state == "" {
				c.state = Unexplained
			}
			if c.status == "" {
				c.status = cache.GoldenActive
			}
			w := &world{tables: map[string]Holding{c.table: {Table: named(c.table), Kind: "TABLE", Version: version(c.etag)}}, prints: map[string]string{"t": "f"}, gone: map[string]error{}}
			g := cache.Golden{ID: id, Key: "k", Mode: "bf", RunID: "a", Run: "bf", Repository: "https://example.com/r", Ref: "main", Commit: strings.Repeat("c0", 20), StartedAt: time.Now().Add(-time.Minute),
				Outputs: map[string]cache.Output{"o": {Table: named("t"), Version: version("e"), Fingerprint: "f", View: &cache.View{Table: named("v"), Version: version("e")}}}}
			if c.change != nil {
				c.change(w, &g)
			}
			reg := &cache.Memory{}
			if err := reg.Propose(t.Context(), g); err != nil {
				t.Fatal(err)
			}
			if c.status != cache.GoldenRecording {
				if ok, err := reg.Promote(t.Context(), g); !ok || err != nil {
					t.Fatal(ok, err)
				}
			}
			if c.status == cache.GoldenRetired {
				if ok, err := reg.Retire(t.Context(), id, cache.GoldenActive); !ok || err != nil {
					t.Fatal(ok, err)
				}
			}
			report, err := Follow(t.Context(), w, reg, w)
			if err != nil {
				t.Fatal(err)
			}
			if f := report.Tables[0]; f.State != c.state || !strings.Contains(f.Reason, c.reason) || f.RunID != "a" || f.Commit != g.Commit {
				t.Errorf("%s: %q, want %s: %q; %+v", f.State, f.Reason, c.state, c.reason, f.Proof)
			}
		})
	}
}
