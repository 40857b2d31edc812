package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// registering is how long a report waits for a registry that does not answer.
const registering = time.Minute

// Register puts the verdict of each comparison into the registry. If that cannot be done, the report says so and is otherwise
// what it was: a verdict is not lost because it could not be written down.
func (r *Report) Register(ctx context.Context, reg cache.Registry) {
	verdicts, err := r.judged(time.Now().UTC().Truncate(time.Microsecond))
	if err == nil {
		ctx, done := context.WithTimeout(ctx, registering)
		defer done()
		err = reg.Judge(ctx, verdicts)
	}
	if err != nil {
		r.Unregistered = err.Error()
	}
}

// judged is what the registry is to keep of each comparison of the plan, also of those that left nothing.
func (r *Report) judged(now time.Time) (all []cache.Verdict, err error) {
	p := r.Plan
	for _, s := range p.Of(workflows.CompareStep) {
		v := cache.Verdict{RunID: p.RunID, Step: s.ID, Workflow: p.Workflow, Pipeline: p.Pipeline, ExperimentID: p.ExperimentID, Commit: r.commit(s.Compare.LeftStep), JudgedAt: now}
		v.Left, v.LeftRunID = r.side(s.Compare.LeftStep, s.Compare.Output)
		v.Right, v.RightRunID = r.side(s.Compare.RightStep, s.Compare.Output)
		switch found := r.Verdicts[s.ID]; {
		case found == nil || found.Result == nil:
			v.Error = undone(found)
		default:
			text, err := json.Marshal(found.Result)
			if err != nil {
				return nil, fmt.Errorf("write the result of %s: %w", s.ID, err)
			}
			v.Verdict, v.ResultJSON = string(found.Result.Verdict), string(text)
		}
		all = append(all, v)
	}
	return all, nil
}

// commit is that of the version that a run is of.
func (r *Report) commit(run string) string {
	if s := r.Plan.Step(run); s != nil {
		if version := r.Plan.Binding(s.Binding); version != nil {
			return version.Commit
		}
	}
	return ""
}

// side is the table that was compared and the run that made it; no table when the run has none.
func (r *Report) side(step, output string) (table, runID string) {
	if o := r.Outcomes[step]; o != nil {
		runID = o.RunID
	}
	if g := r.Goldens[step]; g != nil {
		runID = g.RunID
	}
	made := r.Tables[step]
	if made == nil || made.Failed != "" {
		return "", runID
	}
	if t, ok := made.Outputs[output]; ok {
		return t.Table.String() + r.Plan.Descriptor.Output(output).ViewSuffix, runID
	}
	return "", runID
}
