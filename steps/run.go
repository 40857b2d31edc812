package steps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Runner makes the tables of a run step.
type Runner struct {
	Plan    *workflows.Plan
	Sources *Sources
	// From are the tables of the run that the step starts from; nil when it starts from nothing.
	From *Tables
	// Environments are those of the plan's versions, by the names of these.
	Environments map[string]Environment
	// Policy is the cache policy: use, refresh, off or require.
	Policy string
	// Watch waits for Dataflow's jobs; nil for a runner without.
	Watch *runners.Watch
	// Detach leaves each run running once its first job is submitted. The plan's pipeline must be one that can be left.
	Detach bool
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
	// Lease is how long the run may be silent before another takes it over; 0 for [DefaultLease].
	Lease time.Duration
}

// Run makes the tables of the step with that id: takes them from the run cache when it can vouch for them, or copies the
// tables it starts from and runs each phase on them. Every run that was started leaves a row in the registry.
//
// A pipeline that fails, or a run it starts from that has no tables, is an outcome and not an error. So is trouble with
// BigQuery once the run has begun (the status is then [Broken]), so that the other runs' results are still reported.
func (r Runner) Run(ctx context.Context, id string) (*Tables, *Outcome, error) {
	step, err := r.step(id)
	if err != nil {
		return nil, nil, err
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
	step, err := r.step(id)
	if err != nil {
		return nil, nil, err
	}
	if r.Environments[step.Binding].Problem != "" {
		return nil, nil, nil
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
	if tables == nil {
		return nil, nil, err
	}
	o.Seconds = time.Since(o.Started).Seconds()
	return tables, o, nil
}

// step is the run step with that id.
func (r Runner) step(id string) (*workflows.Step, error) {
	step := r.Plan.Step(id)
	if step == nil || step.Run == nil || r.Plan.Binding(step.Binding) == nil {
		return nil, fmt.Errorf("the plan has no run step %q of one of its versions", id)
	}
	return step, nil
}

// reuse takes the tables of the run that the cache found; nil when they were taken away at the same moment.
func (r Runner) reuse(ctx context.Context, step *workflows.Step, key cache.Key, d cache.Decision, o *Outcome) (*Tables, error) {
	ok, err := r.found(ctx, step, key, d.Row)
	if err != nil || !ok {
		return nil, err
	}
	return cached(d, o), nil
}

func cached(d cache.Decision, o *Outcome) *Tables {
	o.Status, o.Cache, o.CacheKey, o.RunID = Cached, d.String(), d.Row.CacheKey, d.Row.RunID
	return &Tables{Outputs: d.Row.Outputs}
}

func (r Runner) run(ctx context.Context, step *workflows.Step, o *Outcome) *Tables {
	name := step.Run.Name
	if r.From != nil && r.From.Failed != "" {
		o.Status, o.Cache, o.Error = Skipped, "not looked up", fmt.Sprintf("it starts from the tables of %s, which has none", r.From.Failed)
		return &Tables{Failed: name}
	}
	if problem := r.Environments[step.Binding].Problem; problem != "" {
		o.Status, o.Cache, o.Error = Failed, "not looked up", problem
		return &Tables{Failed: name}
	}
	key := r.key(step)
	o.CacheKey = key.Digest()
	tables, held, err := r.lookOrHold(ctx, step, key, o)
	if errors.Is(err, cache.ErrRequired) {
		o.Status, o.Error = Missing, "--cache=require, and the run cache cannot answer: "+o.Cache
		return &Tables{Failed: name}
	}
	if err == nil && tables == nil {
		defer held.stop()
		tables, err = r.compute(ctx, held, step, key, o)
	}
	var pipeline *pipelineError
	switch {
	case errors.Is(err, runners.ErrDetached):
		o.Status = Detached
		return &Tables{Failed: name}
	case errors.As(err, &pipeline):
		o.Status, o.Error = Failed, err.Error()
		return &Tables{Failed: name}
	case err != nil:
		o.Status, o.Error = Broken, err.Error()
		return &Tables{Failed: name}
	}
	return tables
}

// lookOrHold gives the tables that the cache can vouch for or, without such, the right to make them.
func (r Runner) lookOrHold(ctx context.Context, step *workflows.Step, key cache.Key, o *Outcome) (*Tables, *held, error) {
	for {
		decision, err := r.decide(ctx, key)
		o.Cache = decision.String()
		if err != nil {
			return nil, nil, err
		}
		fmt.Fprintf(r.Progress, "[%s] run cache: %s\n", step.Run.Name, o.Cache)
		var held *held
		found := &decision
		if decision.Kind != cache.Hit {
			if took, err := r.takeUp(ctx, step, key, o); err != nil {
				return nil, nil, err
			} else if took {
				continue
			}
			if held, found, err = r.hold(ctx, step, key); err != nil {
				return nil, nil, err
			}
		}
		if held != nil {
			tables, mine, err := r.again(ctx, held, key, o)
			if mine || err != nil || tables != nil {
				return tables, held, err
			}
			continue
		}
		if tables, err := r.reuse(ctx, step, key, *found, o); err != nil || tables != nil {
			return tables, nil, err
		}
	}
}

// again looks once more from within the lease: another may have ended its run between the look and the claim. Then the row ends as
// one that uses those tables. Without such, the run is for this process to do.
func (r Runner) again(ctx context.Context, held *held, key cache.Key, o *Outcome) (tables *Tables, mine bool, err error) {
	decision, err := r.decide(ctx, key)
	if err == nil && decision.Kind != cache.Hit {
		return nil, true, nil
	}
	defer held.stop()
	row := held.row
	if err != nil {
		row.Status, row.Failure, row.Error, row.FinishedAt = cache.Failed, failureOf(ctx, err), err.Error(), time.Now().UTC()
		return nil, false, errors.Join(err, r.Registry.End(context.WithoutCancel(ctx), held.lease, row))
	}
	using(&row, decision.Row)
	if err := r.Registry.End(ctx, held.lease, row); err != nil {
		return nil, false, err
	}
	if ok, err := cache.Confirm(ctx, r.Registry, row, *decision.Row); !ok {
		return nil, false, err
	}
	return cached(decision, o), false, nil
}

// compute makes the tables of a run that is held, and gives the row its end whatever happens.
func (r Runner) compute(ctx context.Context, held *held, step *workflows.Step, key cache.Key, o *Outcome) (*Tables, error) {
	row := held.row
	err := r.make(held, step, key, o, &row)
	row.Status, row.FinishedAt = cache.Succeeded, time.Now().UTC()
	if err == nil {
		if o.Moved, err = r.spoiled(ctx, row.Run); o.Moved != "" {
			row.ExpiresAt = row.FinishedAt // it answers for no contents that anyone could name
			fmt.Fprintf(r.Progress, "[%s] is not reused by others: %s\n", step.Run.Name, o.Moved)
		}
	}
	switch {
	case err == nil:
	case r.leave(err) && ctx.Err() == nil:
		row.Status, row.FinishedAt = cache.Detached, time.Time{}
		if !errors.Is(err, runners.ErrDetached) {
			err = fmt.Errorf("%w; ask again and it is taken up, or end it with: dagger call cancel --run-id=%s --dest-dataset=%s", err, row.RunID, r.Plan.Dataset)
		}
	default:
		row.Status, row.Error, row.Failure = cache.Failed, err.Error(), failureOf(ctx, err)
		if row.Failure == cache.Interrupted {
			row.Status = cache.Cancelled
		}
	}
	o.Status, o.Seconds = Succeeded, time.Since(o.Started).Seconds()
	// Whatever ended it, the registry is told, if there is a moment left for it.
	ending, done := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
	defer done()
	ended := r.Registry.End(ending, held.lease, row)
	if row.Status == cache.Cancelled && ended == nil {
		ended = r.drop(ending, &row)
	}
	switch {
	case err == nil && ended == nil:
		return &Tables{Outputs: row.Outputs, Moved: o.Moved}, nil
	case ended == nil || errors.Is(ended, cache.ErrLost) && errors.Is(err, cache.ErrLost):
		return nil, err
	case err == nil:
		return nil, ended
	case errors.Is(ended, cache.ErrLost): // whoever has the run now, or has cancelled it, may have ended its work as well
		return nil, fmt.Errorf("%w; until then: %v", ended, err)
	}
	return nil, fmt.Errorf("%w; and that could not be registered: %v", err, ended)
}

// make does the work of a run that is held: the copy it starts from, the phases, and the versions of what they left.
func (r Runner) make(held *held, step *workflows.Step, key cache.Key, o *Outcome, row *cache.Row) error {
	var err error
	if held.takenUp {
		err = r.gather(held, step, key, row)
	} else {
		err = r.start(held, step, key, row)
	}
	if err == nil {
		err = r.phases(held, step, o, row)
	}
	if err == nil {
		err = r.seal(held.ctx, step, row)
	}
	if cause := context.Cause(held.ctx); err != nil && cause != nil {
		err = cause // what failed is only how it showed
	}
	return err
}

// start makes the beginning of a run: what another left running is ended, and what need not be done again is copied.
func (r Runner) start(held *held, step *workflows.Step, key cache.Key, row *cache.Row) error {
	err := r.bury(held.ctx, held.previous)
	if err == nil {
		err = r.begin(held.ctx, step, key, row)
	}
	if err == nil && len(row.Phases) > 0 {
		err = r.Registry.Progress(held.ctx, held.lease, *row)
	}
	return err
}

// drop removes what a run has made that did not end well: nobody else can have begun to use it.
func (r Runner) drop(ctx context.Context, row *cache.Row) (err error) {
	for _, t := range row.OutputTables() {
		if problem := bq.Classify(t.Of(r.Client).Delete(ctx)); problem != nil && !errors.Is(problem, bq.ErrNotFound) {
			err = errors.Join(err, fmt.Errorf("drop %s: %w", t, problem))
		}
	}
	return err
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
