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
		phase := cache.Phase{Start: p.Start.String(), End: p.End.String()}
		if p.Mutated {
			phase.Mutation = r.Sources.Mutated.Source + ": " + r.Sources.Mutated.Where
		}
		k.Phases = append(k.Phases, phase)
	}
	for name, s := range r.Sources.Tables {
		k.Sources[name] = r.identity(s)
	}
	return k
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

// register leaves the row of this run. A result from the cache expires with the row it came from.
func (r Runner) register(ctx context.Context, step *workflows.Step, key cache.Key, o *Outcome, outputs map[string]OutputTable, reused *cache.Row) error {
	row := cache.Row{
		ID: cache.ID{RunID: r.Plan.RunID, Run: step.Run.Name}, CacheKey: key.Digest(), Key: key, Workflow: r.Plan.Workflow,
		ExperimentID: r.Plan.ExperimentID, Status: cache.Succeeded, Error: o.Error, Outputs: map[string]cache.Output{},
		StartedAt: o.Started, FinishedAt: time.Now().UTC(), ExpiresAt: o.Started.Add(tableLifetime),
	}
	for name, t := range outputs {
		row.Outputs[name] = cache.Output(t)
	}
	if o.Status == Failed {
		row.Status = cache.Failed
	}
	if reused != nil {
		row.ReusedRunID, row.ExpiresAt = reused.RunID, reused.ExpiresAt
		if reused.ReusedRunID != "" {
			row.ReusedRunID = reused.ReusedRunID
		}
	}
	return r.Registry.Insert(ctx, row)
}

func outputsOf(row *cache.Row) map[string]OutputTable {
	outputs := map[string]OutputTable{}
	for name, o := range row.Outputs {
		outputs[name] = OutputTable(o)
	}
	return outputs
}
