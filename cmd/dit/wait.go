package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func wait() *cobra.Command {
	var dataset, run string
	var watch runners.Watch
	c := &cobra.Command{
		Use:   "wait",
		Short: "wait for the Dataflow jobs of a call, from anywhere",
		Long: `Wait for the Dataflow jobs of a call, from anywhere: those that its runs were left with, and those of runs that are going on.

Changes nothing. Exits with 0 when all jobs are done, 2 when there is no such call, 4 when a job did not end well, 5 when the
service does not tell.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := workflows.CheckRunID(run); err != nil {
				return coded{workflows.ExitArguments, err}
			}
			registry, err := openRegistry(c.Context(), dataset)
			if err != nil {
				return err
			}
			defer registry.Client.Close()
			rows, err := registry.List(c.Context(), cache.Filter{RunID: run})
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				return coded{workflows.ExitArguments, fmt.Errorf("wait for run %s: the registry of dataset %s has no such run; runs lists those it has", run, dataset)}
			}
			var jobs []runners.Job
			for _, row := range rows {
				for _, id := range row.Pending() {
					jobs = append(jobs, runners.Job{ID: id, Region: row.Region, RunID: row.RunID})
				}
			}
			watch.Jobs, watch.Progress = runners.NewJobs(registry.Client.Project()), os.Stderr
			reports, err := watch.Until(c.Context(), jobs)
			if err != nil {
				return err
			}
			return waited(os.Stdout, rows, reports)
		},
	}
	f := c.Flags()
	f.StringVar(&run, "run-id", "", "the call: 12 hexadecimal digits")
	f.StringVar(&dataset, "dataset", "dit", "dataset of the registry")
	return required(c, "run-id")
}

// waited says how the jobs ended, and what to do next.
func waited(w io.Writer, rows []cache.Row, reports []runners.JobReport) error {
	var problems []string
	for _, r := range reports {
		fmt.Fprintf(w, "job %s (%s) in %s: %s after %.0f s\n", r.ID, r.Name, r.Region, r.State, r.Seconds)
		if p := r.Problem(); p != "" {
			problems = append(problems, p)
		}
	}
	if len(reports) == 0 {
		fmt.Fprintln(w, "no job of this call is left to wait for")
	}
	want := "the verdict"
	for _, row := range rows {
		switch {
		case row.Status != cache.Succeeded:
			want = "the rest, and the verdict"
			fmt.Fprintf(w, "run %s: %s, %d of %d phases done\n", row.Run, row.Status, len(row.Phases), len(row.Key.Phases))
		case row.ReusedRunID != "":
			fmt.Fprintf(w, "run %s: %s, with the tables of run %s\n", row.Run, row.Status, row.ReusedRunID)
		default:
			fmt.Fprintf(w, "run %s: %s\n", row.Run, row.Status)
		}
	}
	if rows[0].Command != "" {
		fmt.Fprintf(w, "for %s, ask again:\n  %s\n", want, rows[0].Command)
	}
	if len(problems) > 0 {
		return coded{workflows.ExitPipeline, errors.New(strings.Join(problems, "; "))}
	}
	return nil
}
