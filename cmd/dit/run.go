package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// runFlags are what looking up and running have in common.
type runFlags struct{ plan, sources, environments, policy, out string }

// read adds the flags that name what is read.
func (f *runFlags) read(c *cobra.Command) {
	c.Flags().StringVar(&f.plan, "plan", "", "the plan, a JSON file")
	c.Flags().StringVar(&f.sources, "sources", "", "what the source step wrote")
	c.Flags().StringVar(&f.environments, "environments", "", "what the plan's versions were installed as, a JSON file")
	required(c, "plan", "sources", "environments")
}

func (f *runFlags) add(c *cobra.Command) *cobra.Command {
	f.read(c)
	c.Flags().StringVar(&f.policy, "cache", "use", "use, refresh, off or require")
	c.Flags().StringVar(&f.out, "out", "", "directory for the results")
	return required(c, "out")
}

// runner reads the files that the flags name and connects to BigQuery. Its jobs run with the workers' image of the step's version; no
// step is for looking only.
func (f *runFlags) runner(ctx context.Context, step string) (r steps.Runner, err error) {
	r = steps.Runner{Policy: f.policy, LogDir: filepath.Join(f.out, "logs"), Progress: os.Stderr, TempLocation: os.Getenv("DIT_TEMP_LOCATION")}
	if r.Plan, err = read[workflows.Plan](f.plan); err != nil {
		return r, err
	}
	if r.Sources, err = read[steps.Sources](f.sources); err != nil {
		return r, err
	}
	environments, err := read[map[string]steps.Environment](f.environments)
	if err != nil {
		return r, err
	}
	r.Environments = *environments
	for _, b := range r.Plan.Bindings {
		if e := r.Environments[b.Name]; e.Packages == "" && e.Problem == "" {
			return r, coded{workflows.ExitArguments, fmt.Errorf("%s says nothing of version %s", f.environments, b.Said())}
		}
	}
	if r.Client, err = open(ctx); err != nil {
		return r, err
	}
	r.Registry = cache.BigQuery{Client: r.Client, Dataset: r.Plan.Dataset}
	if r.Plan.Runner != workflows.DataflowRunner {
		r.Runner = runners.Direct{}
		return r, nil
	}
	options := *r.Plan.Dataflow
	options.WorkerImage = ""
	if s := r.Plan.Step(step); s != nil {
		options.WorkerImage = r.Environments[s.Binding].WorkerImage
	}
	if options.WorkerImage != "" && !strings.Contains(options.WorkerImage, "@sha256:") {
		return r, coded{workflows.ExitArguments, fmt.Errorf("worker image %s has no digest: another image may get the name", options.WorkerImage)}
	}
	flow := runners.Dataflow{Jobs: runners.NewJobs(r.Plan.Project), Options: options}
	if flow.Watch.Timeout, flow.Watch.Stuck, err = options.Limits(); err != nil {
		return r, coded{workflows.ExitArguments, err}
	}
	flow.Watch.CancelStuck = options.CancelStuck
	r.Runner, r.Watch = flow, &flow.Watch
	r.Watch.Jobs = flow.Jobs
	return r, nil
}

func runStep() *cobra.Command {
	var f runFlags
	var id, from string
	var lease time.Duration
	var detach bool
	c := &cobra.Command{
		Use:   "run",
		Short: "make the tables of one run: from the run cache, or by running the pipeline",
		Long: `Make the tables of one run: from the run cache, or by running the pipeline.

Writes tables.json (what other steps depend on) and outcome.json (what a person wants to know). A pipeline that fails is an
outcome, not an error: the exit code is 0 and outcome.json says so.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			r, err := f.runner(c.Context(), id)
			if err != nil {
				return err
			}
			defer r.Client.Close()
			r.Lease, r.Detach = lease, detach
			if from != "" {
				if r.From, err = read[steps.Tables](from); err != nil {
					return err
				}
			}
			command := fmt.Sprintf("dagger call cancel --run-id=%s --dest-dataset=%s", r.Plan.RunID, r.Plan.Dataset)
			finish.Store(&command)
			// A registry of a later dit is refused as the source step refuses it; other trouble with it is the run's outcome.
			var newer *cache.NewerError
			if err := r.Registry.Prepare(c.Context()); errors.As(err, &newer) {
				return err
			}
			tables, outcome, err := r.Run(c.Context(), id)
			if err != nil {
				return err
			}
			return writeRun(f.out, tables, outcome)
		},
	}
	c.Flags().StringVar(&id, "id", "", "the step of the plan")
	c.Flags().StringVar(&from, "from", "", "tables.json of the run that this one starts from")
	c.Flags().BoolVar(&detach, "detach", false, "leave the run running once its first Dataflow job is submitted")
	c.Flags().DurationVar(&lease, "lease", 0, "how long the run may be silent before another call takes its work over; 0 for two minutes")
	return required(f.add(c), "id")
}

func writeRun(dir string, tables *steps.Tables, outcome *steps.Outcome) error {
	if err := write(filepath.Join(dir, "tables.json"), tables); err != nil {
		return err
	}
	return write(filepath.Join(dir, "outcome.json"), outcome)
}
