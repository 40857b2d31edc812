package steps

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"al.essio.dev/pkg/shellescape"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// phases runs the pipeline once for each phase of the step that the row does not have yet. The error of a phase that failed says
// which. After each, the row says so in the registry.
func (r Runner) phases(held *held, step *workflows.Step, o *Outcome, row *cache.Row) error {
	ctx, name := held.ctx, step.Run.Name
	if err := os.MkdirAll(r.LogDir, 0o755); err != nil {
		return err
	}
	before := len(step.Run.History) - len(step.Run.Phases)
	for n := len(row.Phases); n < len(step.Run.History); n++ {
		phase, i := step.Run.History[n], n-before
		title := fmt.Sprintf("%s %d/%d", name, i+1, len(step.Run.Phases))
		fmt.Fprintf(r.Progress, "[%s] %s%s\n", title, phase.Range, map[bool]string{true: " on the mutated source"}[phase.Mutated])
		outcome := PhaseOutcome{Start: phase.Start.String(), End: phase.End.String(), Mutated: phase.Mutated}
		done := cache.PhaseDone{Phase: r.keyPhase(phase), Status: cache.Succeeded}
		started := time.Now()
		var err error
		for _, command := range r.Plan.Descriptor.Steps {
			var result runners.Result
			var line []string
			line, result, err = r.invoke(held, step, command, title, i, phase, row)
			done.Commands = append(done.Commands, shellescape.QuoteCommand(line))
			done.Jobs = append(done.Jobs, result.Jobs...)
			if err == nil && result.Problem == "" {
				continue
			}
			outcome.ExitCode, o.LogTail = result.ExitCode, result.LogTail
			text := fmt.Sprintf("%s, %s: %s %s", title, phase.Range, command.Name, result.Problem)
			switch {
			case errors.Is(err, runners.ErrNotStarted):
				err = &pipelineError{err.Error()}
			case err == nil && result.Outside:
				err = errors.New(text)
			case err == nil:
				err = &pipelineError{text}
			}
			break
		}
		outcome.Seconds = time.Since(started).Seconds()
		o.PipelineSeconds += outcome.Seconds
		o.Phases = append(o.Phases, outcome)
		if err != nil {
			return err
		}
		fmt.Fprintf(r.Progress, "[%s] done in %.1f s\n", title, outcome.Seconds)
		done.Seconds, done.Outputs = outcome.Seconds, r.versions(ctx, row)
		row.Phases = append(row.Phases, done)
		if err := r.Registry.Progress(ctx, held.lease, *row); err != nil {
			return err
		}
	}
	return nil
}

// versions are those of the output tables between two phases; nil when one cannot be told, such as a table that no phase has
// written to yet, and when a source has changed. Then nobody starts from them.
func (r Runner) versions(ctx context.Context, row *cache.Row) map[string]bq.Version {
	if moved, err := r.spoiled(ctx, row.Run); err != nil || moved != "" {
		return nil
	}
	found := map[string]bq.Version{}
	for name, o := range row.Outputs {
		v, err := bq.Current(ctx, r.Client, o.Table)
		if err != nil {
			return nil
		}
		found[name] = v
	}
	return found
}

// invoke runs one command of a phase to its end. The registry has the jobs that it submits before they are waited for.
func (r Runner) invoke(held *held, step *workflows.Step, command workflows.Command, title string, i int, phase workflows.Phase, row *cache.Row) (line []string, result runners.Result, err error) {
	sources := map[string]string{}
	for name, s := range r.Sources.Tables {
		if s.Base != nil && !s.altered() {
			return nil, result, fmt.Errorf("source %s was looked at, and its mutations were not made", name)
		}
		sources[name] = s.Table.String()
	}
	if phase.Mutated {
		sources[r.Sources.Mutated.Source] = r.Sources.Mutated.View.String()
	}
	name := step.Run.Name
	job, err := runners.JobName(runners.JobParts{Repo: r.Plan.Pipeline, Step: command.Name, Experiment: r.Plan.ExperimentID, RunID: r.Plan.RunID,
		Run: name, Iteration: i + 1, Iterations: len(step.Run.Phases)})
	if err != nil {
		return nil, result, err
	}
	line, err = command.Expand(r.Plan.Invocation(phase, sources, step.Run.Outputs, r.TempLocation, job), r.Runner.Kind())
	if err != nil {
		return nil, result, err
	}
	in := runners.Invocation{Name: title, Args: line, Dir: os.TempDir(), Leave: r.detachable(),
		LogFile: filepath.Join(r.LogDir, fmt.Sprintf("%d-%s.log", i+1, command.Name))}
	if command.Beam != nil {
		in.Job = &runners.Submission{Name: job, Labels: labels(r.Plan, name), Detached: len(command.Beam.NoWait) > 0}
		in.Job.Labels["dit_phase"] = fmt.Sprintf("%d_%s", i+1, bq.SanitizeLabel(command.Name))
	}
	in.Args = append(in.Args, r.Runner.Arguments(in)...)
	result, err = runners.Run(held.ctx, r.Runner, in, r.Progress, func(jobs []runners.Job) error {
		for _, j := range jobs {
			row.JobIDs = append(row.JobIDs, j.ID)
		}
		if len(jobs) == 0 {
			return nil
		}
		err := r.Registry.Progress(held.ctx, held.lease, *row)
		if err == nil && r.Detach {
			err = runners.ErrDetached
		}
		return err
	})
	if kept := r.keepLog(held.ctx, name, in.LogFile); kept != nil && !errors.Is(kept, os.ErrNotExist) { // what was not started has none
		fmt.Fprintf(r.Progress, "[%s] its log is not kept: %v\n", title, kept)
	}
	return in.Args, result, err
}
