package main

import (
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache/cleanup"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func cancel() *cobra.Command {
	var dataset, run, experiment string
	var grace time.Duration
	c := &cobra.Command{
		Use:   "cancel",
		Short: "end a run or an experiment: its Dataflow jobs, its rows in the registry, its tables",
		Long: `End a run or an experiment: its Dataflow jobs, its rows in the registry, its tables.

A table that a living row of another run names is kept, and said to be. Cancelling again does what was not done the first time.
Exits with 2 when there is no such run, 5 when something could not be done.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if (run == "") == (experiment == "") {
				return coded{workflows.ExitArguments, errors.New("give one of --run-id and --experiment-id: what to cancel")}
			}
			registry, err := openRegistry(c.Context(), dataset)
			if err != nil {
				return err
			}
			client := registry.Client
			defer client.Close()
			canceller := cleanup.Canceller{
				Client: client, Registry: registry, Where: dataset, Jobs: runners.NewJobs(client.Project()),
				Stop: grace, JobTime: cleanup.DefaultJobTime,
			}
			what, ask := run, canceller.Run
			if experiment != "" {
				what, ask = experiment, canceller.Experiment
			}
			result, err := ask(c.Context(), what)
			if result != nil {
				err = errors.Join(result.Write(os.Stdout), err)
			}
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&run, "run-id", "", "the run: 12 hexadecimal digits")
	f.StringVar(&experiment, "experiment-id", "", "all runs of an experiment instead")
	f.StringVar(&dataset, "dataset", "dit", "dataset of the registry and the run's tables")
	f.DurationVar(&grace, "grace", cleanup.DefaultStop, "how long a process that is running has to stop writing before tables are dropped")
	return c
}
