package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// ErrSpoilt means that golden tables are gone, or are not what was recorded.
var ErrSpoilt = errors.New("golden tables are spoilt")

// Golden finds the golden tables that the golden step with that id is about: as the tables of a side of a comparison, and as they are
// registered.
//
// Without a recording of the question the error wraps [ErrArgument], says what the nearest one differs in, and how to record one. It wraps
// [ErrSpoilt] if a table is gone or was changed: nothing need be run to be held against that.
func Golden(ctx context.Context, client *bigquery.Client, reg cache.Goldens, plan *workflows.Plan, sources *Sources, id string) (*Tables, *cache.Golden, error) {
	step := plan.Step(id)
	if step == nil || step.Golden == nil || plan.Step(step.Golden.Run) == nil {
		return nil, nil, fmt.Errorf("the plan has no golden step %q", id)
	}
	question, err := questionOf(plan, sources, plan.Step(step.Golden.Run))
	if err != nil {
		return nil, nil, fmt.Errorf("golden tables of %s: %w", step.Golden.Mode, err)
	}
	g, err := cache.Reference(ctx, reg, question)
	var missing *cache.UnrecordedError
	if errors.As(err, &missing) {
		err = fmt.Errorf("%w: %w; record one, REF being the ref that is right: %s", ErrArgument, err, plan.RecordCommand("REF"))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("golden tables of %s: %w", step.Golden.Mode, err)
	}
	// Here, and not only in the comparison, which comes after the runs and is answered by what an earlier one found if it is given the same
	// tables.
	problem, err := g.Changed(ctx, versionsOf(client))
	if err != nil {
		return nil, nil, fmt.Errorf("golden tables of %s: %w", step.Golden.Mode, err)
	}
	if problem != "" {
		return nil, nil, fmt.Errorf("%w: recording %s of %s answers nothing: %s; record again: %s", ErrSpoilt, g.ID, step.Golden.Mode, problem, plan.RecordCommand("REF"))
	}
	return &Tables{Outputs: g.Outputs}, &g, nil
}

// questionOf is what the tables of a run are the answer to. The error wraps [ErrArgument]: of contents that cannot be named nothing can
// be said later.
func questionOf(plan *workflows.Plan, sources *Sources, run *workflows.Step) (cache.Question, error) {
	q := cache.Question{Schema: cache.GoldenSchema, Behaviour: cache.BehaviourVersion, Pipeline: plan.Pipeline, Params: plan.Params, Sources: map[string]string{}}
	for _, p := range run.Run.History {
		phase := Runner{Plan: plan}.keyPhase(p)
		if phase.Mutation != "" && strings.HasSuffix(phase.Mutation, ", run "+plan.RunID) {
			return q, fmt.Errorf("%w: the mutation %q reads other tables, the clock or chance: its rows are never the same again", ErrArgument, plan.TailMutation.Where)
		}
		q.Phases = append(q.Phases, phase)
	}
	for name, s := range sources.Tables {
		if s.Identity == "" {
			return q, fmt.Errorf("%w: nobody can name the contents of source %s (%s): %s; give a snapshot of it", ErrArgument, name, s.Table, s.WhyNot)
		}
		q.Sources[name] = s.Identity
	}
	for _, o := range plan.Descriptor.Outputs {
		q.Outputs = append(q.Outputs, strings.TrimSpace(o.Name+" "+o.ViewSuffix))
	}
	slices.Sort(q.Outputs)
	return q, nil
}
