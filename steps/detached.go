package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// A run is detached when its job is left running and its process ends: because that was asked for, or because the service did not
// tell about the job any more. Whoever asks for the same tables next takes the run up where it was left, in its own tables, and
// then finds it in the cache.

// detachable reports whether nothing is left to do of a phase when its job is done. See [workflows.Descriptor.Detachable].
func (r Runner) detachable() bool { return r.Watch != nil && r.Plan.Descriptor.Detachable() }

// leave says whether the run is to be left running, given how its work ended.
func (r Runner) leave(err error) bool {
	var left *runners.LeftRunning
	return errors.Is(err, runners.ErrDetached) || errors.As(err, &left) && r.detachable()
}

// takeUp finishes a run of the same key that was left running; it says whether there was one.
func (r Runner) takeUp(ctx context.Context, step *workflows.Step, key cache.Key, o *Outcome) (bool, error) {
	if !r.detachable() || r.Policy != string(cache.Use) {
		return false, nil
	}
	rows, err := r.Registry.Kin(ctx, key.Pipeline, key.Stem().Digest(), time.Now(), 50)
	if err != nil {
		return false, err
	}
	lease, _, _ := r.times()
	for _, row := range rows {
		if row.Status != cache.Detached || row.CacheKey != o.CacheKey || row.Key.Digest() != o.CacheKey {
			continue
		}
		if r.Detach {
			return false, fmt.Errorf("run %s is making the same tables: %w", row.RunID, runners.ErrDetached)
		}
		began := time.Now()
		held, ok, err := r.Registry.Resume(ctx, row, lease)
		if err != nil {
			return false, err
		}
		if !ok { // another was quicker
			continue
		}
		fmt.Fprintf(r.Progress, "[%s] takes up run %s, which was left with %d of %d phases done\n", step.Run.Name, row.RunID, len(row.Phases), len(key.Phases))
		return true, r.finish(r.beat(ctx, held, row, began), step, key, o)
	}
	return false, nil
}

// finish does what is left of a run that was taken up. To the service and the registry it stays the run that it was: names, labels and numbers of what
// it does are those of its row, since by these others find it, and two calls may have one name for two runs.
func (r Runner) finish(held *held, step *workflows.Step, key cache.Key, o *Outcome) error {
	defer held.stop()
	held.takenUp = true
	plan, own, run := *r.Plan, *step, *step.Run
	plan.RunID, plan.ExperimentID = held.row.RunID, held.row.ExperimentID
	run.Name, run.Outputs = held.row.Run, maps.Clone(run.Outputs)
	run.Phases = run.History // what the other call would have begun with may be less than it has, or more
	for name, output := range held.row.Outputs {
		run.Outputs[name] = output.Table.String()
	}
	r.Plan, own.Run = &plan, &run
	plan.Steps = []workflows.Step{own}
	_, err := r.compute(held.ctx, held, &own, key, o)
	return err
}

// gather waits for the jobs of the phase that was left, and notes the phase. Before that, the row names what this call made for the phases
// to come to read, so that clean-up leaves it; after it all jobs of the run are in this call's region.
func (r Runner) gather(held *held, step *workflows.Step, key cache.Key, row *cache.Row) error {
	var jobs []runners.Job
	for _, id := range row.Pending() {
		jobs = append(jobs, runners.Job{ID: id, Region: row.Region, RunID: row.RunID})
	}
	row.Scratch = slices.Clone(row.Scratch)
	for _, t := range r.scratch(step) {
		if !slices.Contains(row.Scratch, t) {
			row.Scratch = append(row.Scratch, t)
		}
	}
	err := r.Registry.Progress(held.ctx, held.lease, *row)
	if len(jobs) > 0 {
		w := *r.Watch
		w.Progress, w.Prefix = r.Progress, "["+row.Run+"] "
		var reports []runners.JobReport
		if err == nil {
			reports, err = w.Until(held.ctx, jobs)
		}
		if err != nil {
			return &runners.LeftRunning{Jobs: jobs, Err: err}
		}
		done := cache.PhaseDone{Phase: key.Phases[len(row.Phases)], Status: cache.Succeeded, Jobs: reports}
		for _, report := range reports {
			if p := report.Problem(); p != "" {
				return &pipelineError{p}
			}
			done.Seconds += report.Seconds
		}
		done.Outputs = r.versions(held.ctx, row)
		row.Phases = append(row.Phases, done)
	}
	if err != nil {
		return err
	}
	if r.Plan.Dataflow != nil {
		row.Region = r.Plan.Dataflow.Region
	}
	return r.Registry.Progress(held.ctx, held.lease, *row)
}
