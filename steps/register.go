package steps

import (
	"context"
	"fmt"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// key is what the step's tables depend on.
func (r Runner) key(step *workflows.Step) cache.Key {
	k := cache.Key{
		Schema: cache.KeySchema, Behaviour: cache.BehaviourVersion, Pipeline: r.Plan.Pipeline, Repository: r.Plan.Repository, Commit: r.Plan.Commit,
		Environment: workflows.Digest(r.Environment), Descriptor: r.Plan.DescriptorDigest, Runner: r.Runner.Kind(),
		Params: r.Plan.Params, Sources: map[string]string{},
	}
	for _, p := range step.Run.History {
		k.Phases = append(k.Phases, r.keyPhase(p))
	}
	for name, s := range r.Sources.Tables {
		k.Sources[name] = r.identity(s)
	}
	return k
}

// keyPhase is a phase as the key has it.
func (r Runner) keyPhase(p workflows.Phase) cache.Phase {
	phase := cache.Phase{Start: p.Start.String(), End: p.End.String()}
	if p.Mutated {
		phase.Mutation = r.Sources.Mutated.Source + ": " + r.Sources.Mutated.Where
	}
	return phase
}

// identity names a source's contents. Nothing names what a view shows, so it gets a name that is used once: what was read
// from it is never found again.
func (r Runner) identity(s SourceTable) string {
	if s.View || s.Version.Streaming {
		return fmt.Sprintf("%s, contents unknown, run %s", s.Table, r.Plan.RunID)
	}
	v := s.Version
	return fmt.Sprintf("%s, etag %s, modified %d, created %d, %d rows", s.Table, v.Etag, v.LastModified, v.Created, v.NumRows)
}

func (r Runner) decide(ctx context.Context, key cache.Key) (cache.Decision, error) {
	versions := func(ctx context.Context, t bq.Table) (bq.Version, error) { return bq.Current(ctx, r.Client, t) }
	return cache.Decide(ctx, r.Registry, versions, key, cache.Policy(r.Policy), time.Now())
}

// row is what the registry says of a run that begins.
func (r Runner) row(step *workflows.Step, key cache.Key, o *Outcome) cache.Row {
	return cache.Row{
		ID: cache.ID{RunID: r.Plan.RunID, Run: step.Run.Name}, CacheKey: key.Digest(), Key: key, Workflow: r.Plan.Workflow,
		ExperimentID: r.Plan.ExperimentID, StartedAt: o.Started.Truncate(time.Microsecond), ExpiresAt: o.Started.Add(tableLifetime).Truncate(time.Microsecond),
	}
}

// found leaves the row of a run that was answered by another's tables; it expires with the row they came from.
func (r Runner) found(ctx context.Context, step *workflows.Step, key cache.Key, o *Outcome, reused *cache.Row) error {
	row := r.row(step, key, o)
	row.Status, row.Outputs, row.FinishedAt, row.ExpiresAt = cache.Succeeded, reused.Outputs, time.Now().UTC(), reused.ExpiresAt
	row.ReusedRunID = reused.RunID
	if reused.ReusedRunID != "" {
		row.ReusedRunID = reused.ReusedRunID
	}
	return r.Registry.Insert(ctx, row)
}
