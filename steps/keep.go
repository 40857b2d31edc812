package steps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Keeper records the tables of runs as golden ones.
type Keeper struct {
	Plan     *workflows.Plan
	Sources  *Sources
	Client   *bigquery.Client
	Registry cache.Goldens
	Progress io.Writer
}

// Keep copies the tables of the run that the keep step with that id is about, each in the very version that the run left, to tables
// that do not expire, and makes them the reference of the run's question. What was the reference before goes.
//
// In this order: the recording is proposed, the tables are copied, the recording becomes active in one statement, the tables of the
// one before are dropped. Whoever is killed between leaves one whole reference, the one before or this one, and perhaps tables that
// the next recording of the question removes.
//
// An error that wraps [ErrArgument] says that the run can be no reference: contents of a source that nobody can name, or a table that is
// not what the run left.
func (k Keeper) Keep(ctx context.Context, id string, tables *Tables, outcome *Outcome) (*cache.Golden, error) {
	step := k.Plan.Step(id)
	if step == nil || step.Golden == nil || k.Plan.Step(step.Golden.Run) == nil {
		return nil, fmt.Errorf("the plan has no keep step %q", id)
	}
	g, err := k.proposal(step, tables, outcome)
	if err != nil {
		return nil, fmt.Errorf("keep the tables of %s: %w", step.Golden.Mode, err)
	}
	if err := k.Registry.Propose(ctx, *g); err != nil {
		return nil, err
	}
	err = k.copy(ctx, g, tables)
	promoted := false
	if err == nil {
		promoted, err = k.Registry.Promote(ctx, *g)
	}
	if !promoted {
		return k.abandon(ctx, g, err)
	}
	return k.kept(ctx, g)
}

// proposal is the recording that is to be made, with the names of its tables.
func (k Keeper) proposal(step *workflows.Step, tables *Tables, outcome *Outcome) (*cache.Golden, error) {
	run := k.Plan.Step(step.Golden.Run)
	version := k.Plan.Binding(run.Binding)
	switch {
	case tables.Failed != "":
		return nil, fmt.Errorf("run %s has no tables", tables.Failed)
	case outcome.Moved != "":
		return nil, fmt.Errorf("%w: %s, so nobody can name what %s was made of; give a snapshot of it", ErrArgument, outcome.Moved, run.Run.Name)
	case version == nil:
		return nil, fmt.Errorf("the plan has no version %q", run.Binding)
	}
	question, err := questionOf(k.Plan, k.Sources, run)
	if err != nil {
		return nil, err
	}
	g := &cache.Golden{ID: step.Golden.ID, Question: question, Key: question.Digest(), Mode: step.Golden.Mode, RunID: outcome.RunID, Run: run.Run.Name,
		Repository: k.Plan.Repository, Ref: version.Ref, Commit: version.Commit, Workflow: k.Plan.Workflow, Command: k.Plan.Command,
		StartedAt: time.Now().UTC().Truncate(time.Microsecond), Outputs: map[string]cache.Output{}}
	for _, o := range k.Plan.Descriptor.Outputs {
		made, ok := tables.Outputs[o.Name]
		if !ok || (made.View == nil) != (o.ViewSuffix == "") {
			return nil, fmt.Errorf("run %s does not say what its output %s is", run.Run.Name, o.Name)
		}
		copied := cache.Output{Table: bq.Table{Project: k.Plan.Project, Dataset: k.Plan.Dataset, Name: cache.GoldenTable(o.Name, g.ID)}}
		if made.View != nil {
			shown := copied.Table
			shown.Name += o.ViewSuffix
			copied.View = &cache.View{Table: shown}
		}
		g.Outputs[o.Name] = copied
	}
	return g, nil
}

// abandon ends a recording that did not become active, with the tables it made. Why it did not is err; nil says that another retired
// it. What became of a recording is first asked of the registry: an answer that was lost on its way is no failure.
func (k Keeper) abandon(ctx context.Context, g *cache.Golden, err error) (*cache.Golden, error) {
	ending, done := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
	defer done()
	retired, problem := k.Registry.Retire(ending, g.ID, cache.GoldenRecording)
	if problem == nil && !retired {
		now, look := k.Registry.Goldens(ending, cache.GoldenFilter{ID: g.ID})
		if problem = look; look == nil && len(now) == 1 && now[0].Status == cache.GoldenActive {
			return k.kept(ctx, g)
		}
	}
	if err == nil {
		err = fmt.Errorf("%w: it was retired while it was made; record again", ErrArgument)
	}
	if problem == nil {
		_, problem = dropGolden(ending, k.Client, k.Registry, *g)
	}
	err = fmt.Errorf("keep the tables of %s: %w", g.Mode, err)
	if problem != nil {
		err = fmt.Errorf("%w; what was copied may be left, golden retire --id=%s removes it: %v", err, g.ID, problem)
	}
	return nil, err
}

// kept is the recording as the registry has it now. What nobody needs any more is removed; trouble with that is no trouble of the
// recording's.
func (k Keeper) kept(ctx context.Context, g *cache.Golden) (*cache.Golden, error) {
	all, err := k.Registry.Goldens(ctx, cache.GoldenFilter{Question: g.Key})
	if err != nil {
		return nil, fmt.Errorf("golden recording %s is active: %w", g.ID, err)
	}
	now := time.Now()
	for i, other := range all {
		if other.ID == g.ID {
			g = &all[i]
			continue
		}
		if !other.Left(now) {
			continue
		}
		if other.Status == cache.GoldenRecording { // else its tables could still become active without being there
			ok, err := k.Registry.Retire(ctx, other.ID, cache.GoldenRecording)
			if err != nil {
				fmt.Fprintf(k.Progress, "golden recording %s, which was begun %s, is left: %v\n", other.ID, other.StartedAt.Format(time.DateTime), err)
			}
			if err != nil || !ok {
				continue
			}
		}
		if _, err := dropGolden(ctx, k.Client, k.Registry, other); err == nil {
			fmt.Fprintf(k.Progress, "[%s] golden %s goes, which was %s: %s at %s (%.10s) of %s\n", other.Mode, other.ID, other.Status, other.Question.Pipeline, other.Ref, other.Commit, other.StartedAt.Format(time.DateTime))
		} else {
			fmt.Fprintf(k.Progress, "tables of golden recording %s, which was %s, are left; golden retire --id=%s removes them: %v\n", other.ID, other.Status, other.ID, err)
		}
	}
	fmt.Fprintf(k.Progress, "[%s] golden %s: %s at %s (%.10s), run %s\n", g.Mode, g.ID, g.Question.Pipeline, g.Ref, g.Commit, g.RunID)
	return g, nil
}

// copy makes the golden tables, and notes their versions. Each table of the run must be in the version that the run left, before and
// after it is read.
func (k Keeper) copy(ctx context.Context, g *cache.Golden, tables *Tables) error {
	labels := map[string]string{"created_by": "dit", cache.GoldenLabel: g.ID, "dit_pipeline": bq.SanitizeLabel(g.Question.Pipeline), "dit_commit_sha": bq.SanitizeLabel(g.Commit)}
	for _, name := range slices.Sorted(maps.Keys(g.Outputs)) {
		made, copied := tables.Outputs[name], g.Outputs[name]
		if err := k.intact(ctx, made); err != nil {
			return err
		}
		if _, err := bq.Copy(ctx, k.Client, made.Table, copied.Table, labels, 0); err != nil {
			return err
		}
		var err error
		if copied.Version, err = k.forGood(ctx, copied.Table, labels); err != nil {
			return err
		}
		if made.View != nil {
			view := *copied.View
			if err := k.shown(ctx, made.View.Table, view.Table, labels); err != nil {
				return err
			}
			if view.Version, err = k.forGood(ctx, view.Table, labels); err != nil {
				return err
			}
			copied.View = &view
		}
		if copied.Fingerprint, err = k.fingerprint(ctx, made, copied, labels); err != nil {
			return err
		}
		if err := k.intact(ctx, made); err != nil {
			return err
		}
		g.Outputs[name] = copied
	}
	return nil
}

// intact says what is not as the run left it.
func (k Keeper) intact(ctx context.Context, made cache.Output) error {
	for _, p := range made.Parts() {
		now, err := bq.Current(ctx, k.Client, p.Table)
		if errors.Is(err, bq.ErrNotFound) {
			return fmt.Errorf("%w: table %s is gone; ask again with --cache=refresh", ErrArgument, p.Table)
		}
		if err != nil {
			return err
		}
		if d := p.Version.Difference(now); d != "" {
			return fmt.Errorf("%w: table %s is not what the run left (%s); ask again with --cache=refresh", ErrArgument, p.Table, d)
		}
	}
	return nil
}
