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
	phases []cache.Phase
	tables map[string]cache.View
	// past says that the tables may hold more by now: they are copied as they were in that version.
	past  bool
	runID string
	said  string
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
		if ok && err == nil {
			return nil
		}
		// Half a beginning must not be taken for nothing: what follows may start from nothing, or copy less.
		if dropped := r.drop(ctx, row); dropped != nil {
			return errors.Join(err, dropped)
		}
		if err != nil && len(b.phases) == len(planned.phases) {
			return err
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
		// The stem is the registry's word, the key the row's own: both must agree.
		if b := beginningOf(&rows[i], key); len(b.phases) > more && rows[i].Key.Stem().Digest() == key.Stem().Digest() {
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

// beginningOf is what a row with the same stem has of the key: as many phases as both have in common, from the first one on. All of
// a run that succeeded are in its tables as they are; fewer are in the tables as they were between two of its phases, finished
// or not, which BigQuery remembers for some days. Of a run with views one phase is left to do, since only the pipeline can make them.
func beginningOf(row *cache.Row, key cache.Key) beginning {
	most := len(key.Phases)
	for _, o := range row.Outputs {
		if o.View != nil {
			most = len(key.Phases) - 1
		}
	}
	if all := len(row.Key.Phases); row.Status == cache.Succeeded && all <= most && slices.Equal(row.Key.Phases, key.Phases[:all]) {
		b := beginning{runID: row.RunID, phases: row.Key.Phases, tables: map[string]cache.View{},
			said: fmt.Sprintf("starts from a copy of run %s, which has done %d of %d phases", row.RunID, all, len(key.Phases))}
		for name, o := range row.Outputs {
			b.tables[name] = cache.View{Table: o.Table, Version: o.Version}
		}
		return b
	}
	n := 0
	for n < min(len(row.Phases), most) && row.Phases[n].Phase == key.Phases[n] {
		n++
	}
	for ; n > 0; n-- {
		versions := row.Phases[n-1].Outputs
		if len(versions) == 0 || len(versions) < len(row.Outputs) {
			continue // nothing is known of the tables between these two phases
		}
		b := beginning{runID: row.RunID, phases: key.Phases[:n], past: true, tables: map[string]cache.View{},
			said: fmt.Sprintf("starts from a copy of run %s after %d of %d phases", row.RunID, n, len(key.Phases))}
		if row.Status == cache.Failed && row.CacheKey == key.Digest() {
			b.said = fmt.Sprintf("resumes run %s, which failed after %d of %d phases", row.RunID, n, len(key.Phases))
		}
		for name, version := range versions {
			b.tables[name] = cache.View{Table: row.Outputs[name].Table, Version: version}
		}
		return b
	}
	return beginning{}
}

// copy makes the step's tables copies of those of the beginning, and says whether they are.
func (r Runner) copy(ctx context.Context, b beginning, step *workflows.Step, row *cache.Row) (bool, error) {
	if len(b.phases) == 0 {
		return true, nil
	}
	versions := map[string]bq.Version{}
	for _, output := range slices.Sorted(maps.Keys(step.Run.Outputs)) {
		from, known := b.tables[output]
		if !known || from.Version.Streaming {
			return false, nil
		}
		if ok, err := r.still(ctx, b, from); !ok || err != nil {
			return false, err
		}
		source := from.Table
		if b.past {
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
	if r.From == nil || r.From.Moved == "" { // otherwise nobody else starts from them
		row.Phases[len(b.phases)-1].Outputs = versions
	}
	fmt.Fprintf(r.Progress, "[%s] %s\n", step.Run.Name, b.said)
	return true, nil
}

// still tells whether a table of the beginning is what it was; of one whose past is meant, that it is the same table.
func (r Runner) still(ctx context.Context, b beginning, from cache.View) (bool, error) {
	now, err := bq.Current(ctx, r.Client, from.Table)
	if errors.Is(err, bq.ErrNotFound) {
		return false, nil
	}
	return err == nil && (now.Equal(from.Version) || b.past && now.Created == from.Version.Created && !now.Streaming), err
}
