package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// beginning is what a run need not do itself: the tables to copy, and the phases of its history that are in them.
type beginning struct {
	tables map[string]bq.Table
	done   []cache.PhaseDone
	// said tells where they come from; empty for a run that starts from nothing.
	said string
}

// begin chooses the beginning with the most phases: that of the plan, or what another call left, finished or not.
func (r Runner) begin(ctx context.Context, step *workflows.Step, key cache.Key) (beginning, error) {
	planned := r.planned(step)
	if r.Policy != string(cache.Use) {
		return planned, nil
	}
	rows, err := r.Registry.Kin(ctx, key.Pipeline, key.Stem().Digest(), time.Now(), 50)
	if err != nil {
		return planned, err
	}
	type candidate struct {
		row  *cache.Row
		done int
	}
	var candidates []candidate
	for i := range rows {
		if n := shared(&rows[i], key); n > len(planned.done) {
			candidates = append(candidates, candidate{&rows[i], n})
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return b.done - a.done })
	for _, c := range candidates {
		ok, err := r.untouched(ctx, c.row, key, c.done)
		if err != nil {
			return planned, err
		}
		if ok {
			return taken(c.row, key, c.done), nil
		}
	}
	return planned, nil
}

// planned is the beginning that the plan says: the tables of the run before.
func (r Runner) planned(step *workflows.Step) (b beginning) {
	if r.From == nil {
		return b
	}
	b.tables = map[string]bq.Table{}
	for name, o := range r.From.Outputs {
		b.tables[name] = o.Table
		b.said = "starts from a copy of " + o.Table.String()
	}
	for _, p := range step.Run.History[:len(step.Run.History)-len(step.Run.Phases)] {
		b.done = append(b.done, cache.PhaseDone{Phase: r.keyPhase(p), Status: cache.Succeeded, ReusedRunID: r.Plan.RunID})
	}
	return b
}

// shared is how many phases of the key are in the tables of a row with the same stem; 0 when they are not its first ones.
func shared(row *cache.Row, key cache.Key) int {
	phases := row.Key.Phases
	if row.Status == cache.Failed {
		phases = nil
		for _, p := range row.Phases {
			phases = append(phases, p.Phase)
		}
	}
	n := len(phases)
	if n == 0 || n > len(key.Phases) || !slices.Equal(phases, key.Phases[:n]) || len(row.Outputs) == 0 {
		return 0
	}
	return n
}

// untouched tells whether the tables of the row hold n phases and nothing else. Those of a run that failed may also hold part of
// the phase it failed in: that does no harm where that phase comes next, and the pipeline is idempotent.
func (r Runner) untouched(ctx context.Context, row *cache.Row, key cache.Key, n int) (bool, error) {
	versions, partly := map[string]bq.Version{}, false
	for name, o := range row.Outputs {
		versions[name] = o.Version
	}
	if row.Status == cache.Failed {
		standing, err := r.Registry.Leases(ctx, row.CacheKey)
		if err != nil || slices.ContainsFunc(standing, func(s cache.Standing) bool { return s.ID == row.ID && s.Live }) {
			return false, err // it is running after all
		}
		versions = row.Phases[n-1].Outputs
		partly = r.Plan.Descriptor.Idempotent && (n == len(key.Phases) || n < len(row.Key.Phases) && row.Key.Phases[n] == key.Phases[n])
	}
	for name, o := range row.Outputs {
		then, known := versions[name]
		if !known {
			return false, nil
		}
		now, err := bq.Current(ctx, r.Client, o.Table)
		if errors.Is(err, bq.ErrNotFound) {
			return false, nil
		} else if err != nil {
			return false, err
		}
		if !then.Equal(now) && !(partly && then.Created == now.Created && !now.Streaming) {
			return false, nil
		}
	}
	return true, nil
}

func taken(row *cache.Row, key cache.Key, n int) beginning {
	b := beginning{tables: map[string]bq.Table{}}
	for name, o := range row.Outputs {
		b.tables[name] = o.Table
	}
	for i, p := range key.Phases[:n] {
		done := cache.PhaseDone{Phase: p, Status: cache.Succeeded, ReusedRunID: row.RunID}
		if i < len(row.Phases) && row.Phases[i].Phase == p && row.Phases[i].ReusedRunID != "" {
			done.ReusedRunID = row.Phases[i].ReusedRunID
		}
		b.done = append(b.done, done)
	}
	if row.Status == cache.Failed {
		b.said = fmt.Sprintf("resumes run %s, which failed after %d of %d phases", row.RunID, n, len(row.Key.Phases))
	} else {
		b.said = fmt.Sprintf("starts from a copy of run %s, which has done the first %d of %d phases", row.RunID, n, len(key.Phases))
	}
	return b
}

// copy makes the step's tables copies of those of the beginning, and notes in the row what is done by that.
func (b beginning) copy(ctx context.Context, r Runner, step *workflows.Step, row *cache.Row) error {
	if len(b.done) == 0 {
		return nil
	}
	versions := map[string]bq.Version{}
	for _, output := range slices.Sorted(maps.Keys(step.Run.Outputs)) {
		version, err := bq.Copy(ctx, r.Client, b.tables[output], row.Outputs[output].Table, labels(r.Plan, step.Run.Name), tableLifetime)
		if err != nil {
			return err
		}
		versions[output] = version
	}
	row.Phases = slices.Clone(b.done)
	row.Phases[len(row.Phases)-1].Outputs = versions
	fmt.Fprintf(r.Progress, "[%s] %s\n", step.Run.Name, b.said)
	return nil
}
