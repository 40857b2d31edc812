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

// beginning is what a run need not do itself: the first phases of its history, and the tables that hold them, each in the version
// that is meant.
type beginning struct {
	phases  []cache.Phase
	tables  map[string]cache.View
	resumed bool
	runID   string
	said    string
}

// begin copies the beginning with the most phases into the step's tables, and notes in the row what is done by that: the beginning
// that the plan says, or what another call left, finished or not.
func (r Runner) begin(ctx context.Context, step *workflows.Step, key cache.Key, row *cache.Row) error {
	planned := r.planned(step, key)
	found, err := r.beginnings(ctx, key, len(planned.phases))
	if err != nil {
		return err
	}
	for _, b := range append(found, planned) {
		ok, err := r.copy(ctx, b, step, row)
		if err != nil && len(b.phases) == len(planned.phases) {
			return err
		}
		if ok && err == nil {
			return nil
		}
		if err != nil {
			fmt.Fprintf(r.Progress, "[%s] cannot use what run %s left: %v\n", step.Run.Name, b.runID, err)
		}
	}
	return fmt.Errorf("the tables of run %s, which this one starts from, are not what they were", planned.runID)
}

// beginnings are those with more phases than that many which other calls left, the most phases first.
func (r Runner) beginnings(ctx context.Context, key cache.Key, more int) (found []beginning, err error) {
	if r.Policy != string(cache.Use) {
		return nil, nil
	}
	rows, err := r.Registry.Kin(ctx, key.Pipeline, key.Stem().Digest(), time.Now(), 50)
	for i := range rows {
		if b := beginningOf(&rows[i], key); len(b.phases) > more {
			found = append(found, b)
		}
	}
	slices.SortStableFunc(found, func(a, b beginning) int { return len(b.phases) - len(a.phases) })
	return found, err
}

// planned is the beginning that the plan says: the tables of the run before, or nothing.
func (r Runner) planned(step *workflows.Step, key cache.Key) beginning {
	b := beginning{tables: map[string]cache.View{}, runID: r.Plan.RunID}
	if r.From == nil {
		return b
	}
	b.phases = key.Phases[:len(step.Run.History)-len(step.Run.Phases)]
	for name, o := range r.From.Outputs {
		b.tables[name] = cache.View{Table: o.Table, Version: o.Version}
		b.said = "starts from a copy of " + o.Table.String()
	}
	return b
}

// beginningOf is what a row with the same stem has done of the key: all of its phases when it succeeded, those that ended when
// it failed. It has no phases when they are not the first ones of the key.
func beginningOf(row *cache.Row, key cache.Key) beginning {
	b := beginning{runID: row.RunID, tables: map[string]cache.View{}, phases: row.Key.Phases, resumed: row.Status == cache.Failed}
	var versions map[string]bq.Version
	if b.resumed {
		b.phases = nil
		for _, p := range row.Phases {
			b.phases, versions = append(b.phases, p.Phase), p.Outputs
		}
	}
	n := len(b.phases)
	if n == 0 || n > len(key.Phases) || !slices.Equal(b.phases, key.Phases[:n]) || len(row.Outputs) == 0 {
		return beginning{}
	}
	for name, o := range row.Outputs {
		version := o.Version
		if b.resumed {
			version = versions[name]
		}
		if version == (bq.Version{}) || version.Streaming {
			return beginning{}
		}
		b.tables[name] = cache.View{Table: o.Table, Version: version}
	}
	b.said = fmt.Sprintf("starts from a copy of run %s, which has done the first %d of %d phases", row.RunID, n, len(key.Phases))
	if b.resumed {
		b.said = fmt.Sprintf("resumes run %s, which failed after %d of %d phases", row.RunID, n, len(row.Key.Phases))
	}
	return b
}

// copy makes the step's tables copies of those of the beginning, and says whether they are. What a run that failed left may hold
// part of its next phase by now: it is copied as it was after the last that ended, which BigQuery remembers for some days.
func (r Runner) copy(ctx context.Context, b beginning, step *workflows.Step, row *cache.Row) (bool, error) {
	if len(b.phases) == 0 {
		return true, nil
	}
	versions := map[string]bq.Version{}
	for _, output := range slices.Sorted(maps.Keys(step.Run.Outputs)) {
		from, known := b.tables[output]
		if !known {
			return false, nil
		}
		if ok, err := r.still(ctx, b, from); !ok || err != nil {
			return false, err
		}
		source := from.Table
		if b.resumed {
			source = bq.At(source, from.Version)
		}
		version, err := bq.Copy(ctx, r.Client, source, row.Outputs[output].Table, labels(r.Plan, step.Run.Name), tableLifetime)
		if err != nil {
			return false, err
		}
		if ok, err := r.still(ctx, b, from); !ok || err != nil || version.NumRows != from.Version.NumRows {
			return false, err
		}
		versions[output] = version
	}
	for _, p := range b.phases {
		row.Phases = append(row.Phases, cache.PhaseDone{Phase: p, Status: cache.Succeeded, ReusedRunID: b.runID})
	}
	row.Phases[len(b.phases)-1].Outputs = versions
	fmt.Fprintf(r.Progress, "[%s] %s\n", step.Run.Name, b.said)
	return true, nil
}

// still tells whether a table of the beginning is what it was. Of one that is resumed, only that it is the same table: what was
// written to it since does no harm.
func (r Runner) still(ctx context.Context, b beginning, from cache.View) (bool, error) {
	now, err := bq.Current(ctx, r.Client, from.Table)
	if errors.Is(err, bq.ErrNotFound) {
		return false, nil
	}
	return err == nil && (now.Equal(from.Version) || b.resumed && now.Created == from.Version.Created && !now.Streaming), err
}
