//go:build sandbox

package steps

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// TestHalfABeginning offers a run the tables of another that are not what they are said to be. What was copied of them must be gone
// before the run does its first phase on nothing.
func TestHalfABeginning(t *testing.T) {
	client, dataset := bqtest.Open(t, "beginning")
	for _, sql := range []string{"CREATE SCHEMA " + dataset, "CREATE TABLE " + dataset + ".old AS SELECT 1 AS x"} {
		if _, err := client.Query(sql).Read(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	old, made := bq.Table{Project: "dit-sandbox", Dataset: dataset, Name: "old"}, bq.Table{Project: "dit-sandbox", Dataset: dataset, Name: "new"}
	version, err := bq.Current(t.Context(), client, old)
	if err != nil {
		t.Fatal(err)
	}
	key := cache.Key{Pipeline: "p", Phases: []cache.Phase{{Start: "a"}, {Start: "b"}}}
	for name, c := range map[string]struct {
		rows int64
		done int
	}{"as it says": {1, 1}, "with other rows": {99, 0}} {
		version.NumRows = c.rows
		reg := &cache.Memory{}
		row := cache.Row{ID: cache.ID{RunID: "old", Run: "bf"}, Key: key, CacheKey: key.Digest(), Status: cache.Failed, StartedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
			Outputs: map[string]cache.Output{"o": {Table: old}}, Phases: []cache.PhaseDone{{Phase: key.Phases[0], Outputs: map[string]bq.Version{"o": version}}}}
		if err := reg.Insert(t.Context(), row); err != nil {
			t.Fatal(err)
		}
		step := &workflows.Step{ID: "run-bf", Run: &workflows.Run{Name: "bf", Phases: make([]workflows.Phase, 2), History: make([]workflows.Phase, 2), Outputs: map[string]string{"o": made.String()}}}
		begins := &cache.Row{Outputs: map[string]cache.Output{"o": {Table: made}}}
		r := Runner{Plan: &workflows.Plan{RunID: "0123456789ab"}, Sources: &Sources{}, Policy: "use", Client: client, Registry: reg, Progress: io.Discard}
		if err := r.begin(t.Context(), step, key, begins); err != nil {
			t.Fatal(err)
		}
		_, err := bq.Current(t.Context(), client, made)
		if there := !errors.Is(err, bq.ErrNotFound); len(begins.Phases) != c.done || there != (c.done > 0) {
			t.Errorf("%s: begins after %d phases, its table is there: %v (%v)", name, len(begins.Phases), there, err)
		}
		_ = made.Of(client).Delete(t.Context())
	}
}
