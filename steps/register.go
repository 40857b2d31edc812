package steps

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// key is what the step's tables depend on.
func (r Runner) key(step *workflows.Step) cache.Key {
	version := r.Plan.Binding(step.Binding)
	environment := r.Environments[step.Binding]
	k := cache.Key{
		Schema: cache.KeySchema, Behaviour: cache.BehaviourVersion, OutputSchema: cache.OutputSchema, Pipeline: r.Plan.Pipeline, Repository: r.Plan.Repository, Commit: version.Commit,
		Environment: workflows.Digest(environment.Packages), Descriptor: r.Plan.DescriptorDigest, Runner: r.Runner.Kind(),
		WorkerImage: workflows.ImageDigest(environment.WorkerImage),
		Params:      r.Plan.Params, Sources: map[string]string{},
	}
	if version.Again != "" {
		k.Repeat = 1
	}
	for _, p := range step.Run.History {
		k.Phases = append(k.Phases, r.keyPhase(p))
	}
	for name, s := range r.Sources.Tables {
		k.Sources[name] = s.Identity
		if s.Identity == "" { // a name that is used once
			k.Sources[name] = fmt.Sprintf("%s, contents unknown, run %s", s.Table, r.Plan.RunID)
		}
	}
	return k
}

// keyPhase is a phase as the key has it.
func (r Runner) keyPhase(p workflows.Phase) cache.Phase {
	phase := cache.Phase{Start: p.Start.String(), End: p.End.String()}
	if p.Mutated {
		m := r.Plan.TailMutation
		phase.Mutation = m.Source + ": " + m.Where
		if unnamedRows(m.Where) != "" {
			phase.Mutation += ", run " + r.Plan.RunID
		}
	}
	return phase
}

func (r Runner) decide(ctx context.Context, key cache.Key) (cache.Decision, error) {
	return cache.Decide(ctx, r.Registry, versionsOf(r.Client), key, cache.Policy(r.Policy), time.Now())
}

// versionsOf asks the service for versions of tables.
func versionsOf(client *bigquery.Client) cache.Versions {
	return func(ctx context.Context, t bq.Table) (bq.Version, error) { return bq.Current(ctx, client, t) }
}

// row is what the registry says of a run that begins. Its outputs are those it is going to make, so that whoever cleans up after it
// knows what to look for.
func (r Runner) row(step *workflows.Step, key cache.Key) (cache.Row, error) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	environment := r.Environments[step.Binding]
	row := cache.Row{
		ID: cache.ID{RunID: r.Plan.RunID, Run: step.Run.Name}, CacheKey: key.Digest(), Key: key, Workflow: r.Plan.Workflow,
		ExperimentID: r.Plan.ExperimentID, BuildID: os.Getenv("DIT_BUILD_ID"), DitCommit: os.Getenv("DIT_COMMIT"),
		Command: r.Plan.Command, Packages: environment.Packages, Unreviewed: environment.Unreviewed, CommitParent: r.Plan.Binding(step.Binding).Parent, LogLocation: r.logLocation(step.Run.Name), StartedAt: now, ExpiresAt: now.Add(tableLifetime), Outputs: map[string]cache.Output{},
	}
	if r.Plan.Dataflow != nil { // from the first moment: by region and label jobs are found that nobody had the time to note
		row.Region = r.Plan.Dataflow.Region
	}
	for _, o := range r.Plan.Descriptor.Outputs {
		table, err := bq.ParseTable(step.Run.Outputs[o.Name])
		if err != nil {
			return row, err
		}
		output := cache.Output{Table: table}
		if o.ViewSuffix != "" {
			output.View = &cache.View{Table: bq.Table{Project: table.Project, Dataset: table.Dataset, Name: table.Name + o.ViewSuffix}}
		}
		row.Outputs[o.Name] = output
	}
	row.Scratch = r.scratch(step)
	return row, nil
}

// scratch are the tables and views that were made for the call and that phases of the step read.
func (r Runner) scratch(step *workflows.Step) (all []bq.Table) {
	if r.Sources.Mutated != nil && slices.ContainsFunc(step.Run.Phases, func(p workflows.Phase) bool { return p.Mutated }) {
		all = append(all, r.Sources.Mutated.View)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Sources.Tables)) {
		if s := r.Sources.Tables[name]; s.altered() {
			all = append(all, s.Table)
		}
	}
	return all
}

// found leaves the row of a run that was answered by another's tables, and says whether it may use them; the row expires with the
// one they came from.
func (r Runner) found(ctx context.Context, step *workflows.Step, key cache.Key, reused *cache.Row) (bool, error) {
	row, err := r.row(step, key)
	if err != nil {
		return false, err
	}
	using(&row, reused)
	return cache.Reuse(ctx, r.Registry, row, *reused)
}

// using makes the row one that ends with the tables of another.
func using(row, reused *cache.Row) {
	row.Status, row.Outputs, row.Scratch, row.FinishedAt, row.ExpiresAt = cache.Succeeded, reused.Outputs, nil, time.Now().UTC(), reused.ExpiresAt
	row.LogLocation, row.ReusedRunID = reused.LogLocation, cmp.Or(reused.ReusedRunID, reused.RunID)
}
