package steps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Runner makes the tables of a run step.
type Runner struct {
	Plan    *workflows.Plan
	Sources *Sources
	// From are the tables of the run that the step starts from; nil when it starts from nothing.
	From *Tables
	// Environment lists what is installed; its digest is part of the cache key.
	Environment string
	// Policy is the cache policy: use, refresh, off or require.
	Policy string
	// Runner runs one invocation.
	Runner runners.Runner
	Client *bigquery.Client
	// Registry holds the runs of all calls.
	Registry cache.Registry
	// LogDir is where the pipeline's logs are kept, whole.
	LogDir string
	// TempLocation is where Beam may put objects: gs://bucket/path.
	TempLocation string
	Progress     io.Writer
}

// Run makes the tables of the step with that id: takes them from the run cache when it can vouch for them, or copies the
// tables it starts from and runs each phase on them. Every run that was started leaves a row in the registry.
//
// A pipeline that fails, or a run it starts from that has no tables, is an outcome and not an error. So is trouble with
// BigQuery once the run has begun (the status is then [Broken]), so that the other runs' results are still reported.
func (r Runner) Run(ctx context.Context, id string) (*Tables, *Outcome, error) {
	step := r.Plan.Step(id)
	if step == nil || step.Run == nil {
		return nil, nil, fmt.Errorf("the plan has no run step %q", id)
	}
	outcome := &Outcome{Step: id, RunID: r.Plan.RunID, Started: time.Now().UTC()}
	tables := r.run(ctx, step, outcome)
	outcome.Seconds = time.Since(outcome.Started).Seconds()
	if tables.Failed != "" && ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	return tables, outcome, nil
}

// Lookup answers the step from the run cache, and leaves the row that says so. Without a hit both results are nil: it is then
// for Run to decide again, and to say why not.
func (r Runner) Lookup(ctx context.Context, id string) (*Tables, *Outcome, error) {
	step := r.Plan.Step(id)
	if step == nil || step.Run == nil {
		return nil, nil, fmt.Errorf("the plan has no run step %q", id)
	}
	o := &Outcome{Step: id, Started: time.Now().UTC()}
	key := r.key(step)
	decision, err := r.decide(ctx, key)
	if errors.Is(err, cache.ErrRequired) || err == nil && decision.Kind != cache.Hit {
		return nil, nil, nil
	} else if err != nil {
		return nil, nil, err
	}
	tables, err := r.reuse(ctx, step, key, decision, o)
	o.Seconds = time.Since(o.Started).Seconds()
	return tables, o, err
}

// reuse takes the tables of the run that the cache found.
func (r Runner) reuse(ctx context.Context, step *workflows.Step, key cache.Key, d cache.Decision, o *Outcome) (*Tables, error) {
	o.Status, o.Cache, o.CacheKey, o.RunID = Cached, d.String(), key.Digest(), d.Row.RunID
	return &Tables{Outputs: d.Row.Outputs}, r.found(ctx, step, key, o, d.Row)
}

func (r Runner) run(ctx context.Context, step *workflows.Step, o *Outcome) *Tables {
	name := step.Run.Name
	if r.From != nil && r.From.Failed != "" {
		o.Status, o.Cache, o.Error = Skipped, "not looked up", fmt.Sprintf("it starts from the tables of %s, which has none", r.From.Failed)
		return &Tables{Failed: name}
	}
	broken := func(err error) *Tables {
		o.Status, o.Error = Broken, err.Error()
		return &Tables{Failed: name}
	}
	key := r.key(step)
	o.CacheKey = key.Digest()
	decision, err := r.decide(ctx, key)
	if errors.Is(err, cache.ErrRequired) {
		o.Status, o.Cache, o.Error = Missing, decision.String(), "--cache=require, and the run cache cannot answer: "+decision.Reason
		return &Tables{Failed: name}
	} else if err != nil {
		return broken(err)
	}
	o.Cache = decision.String()
	fmt.Fprintf(r.Progress, "[%s] run cache: %s\n", name, o.Cache)
	if decision.Kind == cache.Hit {
		tables, err := r.reuse(ctx, step, key, decision, o)
		if err != nil {
			return broken(err)
		}
		return tables
	}
	held, found, err := r.hold(ctx, step, key, o, decision)
	if err != nil {
		return broken(err)
	}
	if found != nil {
		tables, err := r.reuse(ctx, step, key, *found, o)
		if err != nil {
			return broken(err)
		}
		return tables
	}
	defer held.stop()
	row := held.row
	outputs, err := r.make(held, step, o, &row)
	row.Outputs, row.Status, row.FinishedAt = outputs, cache.Succeeded, time.Now().UTC()
	if err != nil {
		row.Status, row.Error, row.Failure = cache.Failed, err.Error(), failureOf(ctx, err)
	}
	o.Status, o.Seconds = Succeeded, time.Since(o.Started).Seconds()
	// Whatever ended it, the registry is told, if there is a moment left for it.
	ending, done := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer done()
	if ended := r.Registry.End(ending, held.lease, row); ended != nil {
		if err == nil {
			return broken(ended)
		}
		err = fmt.Errorf("%w; and that could not be registered: %v", err, ended)
	}
	var pipeline *pipelineError
	switch {
	case errors.As(err, &pipeline):
		o.Status, o.Error = Failed, err.Error()
		return &Tables{Failed: name}
	case err != nil:
		return broken(err)
	}
	return &Tables{Outputs: outputs}
}

// pipelineError says that the pipeline ended badly, as opposed to what is around it.
type pipelineError struct{ message string }

func (e *pipelineError) Error() string { return e.message }

func failureOf(ctx context.Context, err error) cache.FailureKind {
	var pipeline *pipelineError
	switch {
	case ctx.Err() != nil:
		return cache.Interrupted
	case errors.As(err, &pipeline):
		return cache.FailedPipeline
	}
	return cache.FailedInfrastructure
}

// make does the work of a run that is held: the copy it starts from, the phases, and the versions of what they left.
func (r Runner) make(held *held, step *workflows.Step, o *Outcome, row *cache.Row) (map[string]OutputTable, error) {
	ctx, name := held.ctx, step.Run.Name
	outputs, err := map[string]OutputTable(nil), r.copyFrom(ctx, step, name)
	if err == nil {
		err = r.phases(ctx, step, name, o, func(done cache.PhaseDone) error {
			row.Phases = append(row.Phases, done)
			return r.Registry.Progress(ctx, held.lease, *row)
		})
	}
	if err == nil {
		outputs, err = r.seal(ctx, step, name)
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause // what failed is only how it showed
	}
	return outputs, err
}

// copyFrom starts the step's tables as copies of those of the run before.
func (r Runner) copyFrom(ctx context.Context, step *workflows.Step, name string) error {
	if r.From == nil {
		return nil
	}
	for _, output := range slices.Sorted(maps.Keys(step.Run.Outputs)) {
		dst, err := bq.ParseTable(step.Run.Outputs[output])
		if err != nil {
			return err
		}
		src := r.From.Outputs[output]
		if _, err := bq.Copy(ctx, r.Client, src.Table, dst, labels(r.Plan, name), tableLifetime); err != nil {
			return err
		}
		fmt.Fprintf(r.Progress, "[%s] starts from a copy of %s\n", name, src.Table)
	}
	return nil
}

// phases runs the pipeline once for each phase. The error of a phase that failed says which.
func (r Runner) phases(ctx context.Context, step *workflows.Step, name string, o *Outcome, ended func(cache.PhaseDone) error) error {
	if err := os.MkdirAll(r.LogDir, 0o755); err != nil {
		return err
	}
	for i, phase := range step.Run.Phases {
		title := fmt.Sprintf("%s %d/%d", name, i+1, len(step.Run.Phases))
		fmt.Fprintf(r.Progress, "[%s] %s%s\n", title, phase.Range, map[bool]string{true: " on the mutated source"}[phase.Mutated])
		done := PhaseOutcome{Start: phase.Start.String(), End: phase.End.String(), Mutated: phase.Mutated}
		started := time.Now()
		var err error
		for _, command := range r.Plan.Descriptor.Steps {
			var result runners.Result
			if result, err = r.invoke(ctx, step, command, title, i, phase); err != nil || result.ExitCode != 0 {
				done.ExitCode, o.LogTail = result.ExitCode, result.LogTail
				if err != nil && ctx.Err() == nil {
					err = &pipelineError{err.Error()}
				} else if err == nil {
					err = &pipelineError{fmt.Sprintf("%s, %s: %s ended with exit code %d%s", title, phase.Range, command.Name, result.ExitCode, signalled(result))}
				}
				break
			}
		}
		done.Seconds = time.Since(started).Seconds()
		o.PipelineSeconds += done.Seconds
		o.Phases = append(o.Phases, done)
		if err != nil {
			return err
		}
		fmt.Fprintf(r.Progress, "[%s] done in %.1f s\n", title, done.Seconds)
		if err := ended(cache.PhaseDone{Phase: r.keyPhase(phase), Status: cache.Succeeded, Seconds: done.Seconds}); err != nil {
			return err
		}
	}
	return nil
}

func signalled(r runners.Result) string {
	if r.Signal == "" {
		return ""
	}
	return " (" + r.Signal + ")"
}

func (r Runner) invoke(ctx context.Context, step *workflows.Step, command workflows.Command, title string, i int, phase workflows.Phase) (runners.Result, error) {
	sources := map[string]string{}
	for name, s := range r.Sources.Tables {
		sources[name] = s.Table.String()
	}
	if phase.Mutated {
		sources[r.Sources.Mutated.Source] = r.Sources.Mutated.View.String()
	}
	name := step.Run.Name
	job, err := runners.JobName(runners.JobParts{Repo: r.Plan.Pipeline, Step: command.Name, Experiment: r.Plan.ExperimentID, RunID: r.Plan.RunID,
		Mode: name, Iteration: i + 1, Iterations: len(step.Run.Phases)})
	if err != nil {
		return runners.Result{}, err
	}
	line, err := command.Expand(r.Plan.Invocation(phase, sources, step.Run.Outputs, r.TempLocation, job))
	if err != nil {
		return runners.Result{}, err
	}
	return r.Runner.Run(ctx, runners.Invocation{
		Name: title, Args: line, Dir: os.TempDir(), LogFile: filepath.Join(r.LogDir, fmt.Sprintf("%d-%s.log", i+1, command.Name)),
	}, r.Progress)
}

// seal reads the version of each table that the run wrote. What a pipeline was told to write and did not is a failure of
// the run, found here and not in the comparison.
func (r Runner) seal(ctx context.Context, step *workflows.Step, name string) (map[string]OutputTable, error) {
	outputs := map[string]OutputTable{}
	for output, text := range step.Run.Outputs {
		table, err := bq.ParseTable(text)
		if err != nil {
			return nil, err
		}
		update := bigquery.TableMetadataToUpdate{ExpirationTime: time.Now().Add(tableLifetime)}
		for k, v := range labels(r.Plan, name) {
			update.SetLabel(k, v)
		}
		meta, err := table.Of(r.Client).Update(ctx, update, "")
		if err != nil {
			return nil, fmt.Errorf("%s ended well, but its output %s cannot be marked: %w", name, table, bq.Classify(err))
		}
		outputs[output] = OutputTable{Table: table, Version: bq.VersionOf(meta)}
	}
	for _, o := range r.Plan.Descriptor.Outputs {
		if o.ViewSuffix == "" { // else the view is compared, whose rows have no version
			table := outputs[o.Name]
			table.Fingerprint = r.fingerprint(ctx, name, table)
			outputs[o.Name] = table
		}
	}
	return outputs, nil
}

// fingerprint is what stands for the rows of an output, so that no comparison has to read equal ones. Without one, tables are
// read: it is nothing that a run could fail for.
func (r Runner) fingerprint(ctx context.Context, name string, o OutputTable) string {
	taken, err := compare.FingerprintOf(ctx, r.Client, o.Table, compare.Options{Labels: labels(r.Plan, name)})
	if err == nil && !taken.Version.Equal(o.Version) {
		err = errors.New("it was written to after the run had ended")
	}
	if err != nil {
		fmt.Fprintf(r.Progress, "[%s] no fingerprint of %s: %v\n", name, o.Table, err)
		return ""
	}
	return taken.Fingerprint
}
