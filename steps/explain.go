package steps

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Explanation is what a run step would do now.
type Explanation struct {
	Step     string     `json:"step"`
	Run      string     `json:"run"`
	CacheKey string     `json:"cache_key"`
	Decision cache.Kind `json:"decision"`
	Reason   string     `json:"reason"`
	// Begins says which tables of another run it would start from; empty when it would run all of its phases, or none.
	Begins string `json:"begins,omitempty"`
	// Phases is how many invocations of the pipeline are left.
	Phases int `json:"phases"`
	// Key is all that the tables depend on.
	Key cache.Key `json:"key"`
}

// Explain says for each run of the plan what the run cache would answer, and why. It writes nothing.
func (r Runner) Explain(ctx context.Context) (all []Explanation, err error) {
	for _, step := range r.Plan.Of(workflows.RunStep) {
		if problem := r.Environments[step.Binding].Problem; problem != "" {
			all = append(all, Explanation{Step: step.ID, Run: step.Run.Name, Decision: cache.Miss, Reason: problem})
			continue
		}
		key := r.key(&step)
		d, err := cache.Decide(ctx, r.Registry, versionsOf(r.Client), key, cache.Use, time.Now())
		if err != nil {
			return nil, err
		}
		e := Explanation{Step: step.ID, Run: step.Run.Name, CacheKey: key.Digest(), Decision: d.Kind, Reason: d.Reason, Key: key}
		if d.Kind == cache.Miss || d.Kind == cache.Stale {
			b, err := r.would(ctx, &step, key)
			if err != nil {
				return nil, err
			}
			e.Begins, e.Phases = b.said, len(step.Run.History)-len(b.phases)
		}
		all = append(all, e)
	}
	return all, nil
}

// would is the beginning that the step would take, as far as can be told without taking it.
func (r Runner) would(ctx context.Context, step *workflows.Step, key cache.Key) (beginning, error) {
	planned := r.planned(step, key)
	if before := r.Plan.Step(step.Run.From); before != nil {
		planned.phases = key.Phases[:len(step.Run.History)-len(step.Run.Phases)]
		planned.said = "starts from a copy of " + before.Run.Name
	}
	found, err := r.beginnings(ctx, key, len(planned.phases))
	if err != nil {
		return planned, err
	}
	for _, b := range found {
		usable := true
		for _, from := range b.tables {
			ok, err := r.still(ctx, b, from)
			if err != nil {
				return planned, err
			}
			usable = usable && ok
		}
		if usable {
			return b, nil
		}
	}
	return planned, nil
}

// WriteExplanations writes them for a person.
func WriteExplanations(w io.Writer, plan *workflows.Plan, all []Explanation) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "%s of %s at %s\n\n", plan.Workflow, plan.Pipeline, plan.Versions())
	fmt.Fprintln(out, "RUN\tRUN CACHE\tPHASES TO RUN\tWHY")
	for _, e := range all {
		reason := e.Reason
		if e.Begins != "" {
			reason += "; " + e.Begins
		}
		fmt.Fprintf(out, "%s\t%s\t%d\t%s\n", e.Run, e.Decision, e.Phases, strings.ReplaceAll(reason, "\n", " "))
	}
	return out.Flush()
}
