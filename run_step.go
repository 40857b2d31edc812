package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// run is a run step on its way. Its results are handed on as text and not as a file of its container: to whoever takes a file
// of a container that failed, the engine gives it by running the container again.
type run struct {
	step workflows.Step
	// found is what the run cache answered; nil without an answer.
	found *dagger.Directory
	// ended is closed when outcome and made are there.
	ended         chan struct{}
	outcome, made string
}

// do makes the run's tables, once those it starts from are there; from is nil when it starts from nothing.
func (r *run) do(ctx context.Context, environment *dagger.Container, from *run, how how) {
	defer close(r.ended)
	out := r.found
	if out == nil {
		args := []string{"dit", "step", "run", "--plan", "/in/plan.json", "--id", r.step.ID, "--sources", "/in/sources.json",
			"--environments", "/in/environments.json", "--cache", how.cache, fmt.Sprintf("--detach=%t", how.detach), "--out", "/out"}
		if from != nil {
			environment = environment.WithNewFile("/in/from.json", from.tables())
			args = append(args, "--from", "/in/from.json")
		}
		out = environment.WithExec(args).Directory("/out")
	}
	var err error
	if r.outcome, err = out.File("outcome.json").Contents(ctx); err == nil {
		r.made, err = out.File("tables.json").Contents(ctx)
	}
	if err != nil {
		r.broken(err)
	}
}

// broken makes an outcome of a container that died without leaving one, so that what the others did is still reported.
func (r *run) broken(err error) {
	problem := err.Error()
	if failed := failedExec(err); failed != nil {
		problem = fmt.Sprintf("its process ended with exit code %d, after\n%s", failed.ExitCode, tail(failed.Stderr+failed.Stdout, 5))
	}
	outcome, _ := json.Marshal(map[string]string{"step": r.step.ID, "status": "broken", "cache": "unknown", "error": problem})
	made, _ := json.Marshal(map[string]string{"failed": r.step.Run.Name})
	r.outcome, r.made = string(outcome), string(made)
}

// tables waits for the run and returns its tables, or who has none.
func (r *run) tables() string {
	<-r.ended
	return r.made
}
