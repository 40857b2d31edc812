package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func runStep() *cobra.Command {
	var plan, id, sources, from, environment, policy, out string
	c := &cobra.Command{
		Use:   "run",
		Short: "make the tables of one run: from the run cache, or by running the pipeline",
		Long: `Make the tables of one run: from the run cache, or by running the pipeline.

Writes tables.json (what other steps depend on) and outcome.json (what a person wants to know). A pipeline that fails is an
outcome, not an error: the exit code is 0 and outcome.json says so.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			r := steps.Runner{Runner: runners.Direct{}, Policy: policy, LogDir: filepath.Join(out, "logs"), Progress: os.Stderr, TempLocation: os.Getenv("DIT_TEMP_LOCATION")}
			var err error
			if r.Plan, err = read[workflows.Plan](plan); err != nil {
				return err
			}
			if r.Sources, err = read[steps.Sources](sources); err != nil {
				return err
			}
			if from != "" {
				if r.From, err = read[steps.Tables](from); err != nil {
					return err
				}
			}
			packages, err := os.ReadFile(environment)
			if err != nil {
				return err
			}
			r.Environment = strings.TrimSpace(string(packages))
			if r.Client, err = open(c.Context()); err != nil {
				return err
			}
			defer r.Client.Close()
			r.Registry = cache.BigQuery{Client: r.Client, Dataset: r.Plan.Dataset}
			tables, outcome, err := r.Run(c.Context(), id)
			if err != nil {
				return err
			}
			if err := write(filepath.Join(out, "tables.json"), tables); err != nil {
				return err
			}
			return write(filepath.Join(out, "outcome.json"), outcome)
		},
	}
	f := c.Flags()
	f.StringVar(&plan, "plan", "", "the plan, a JSON file")
	f.StringVar(&id, "id", "", "the step of the plan")
	f.StringVar(&sources, "sources", "", "what the source step wrote")
	f.StringVar(&from, "from", "", "tables.json of the run that this one starts from")
	f.StringVar(&environment, "environment", "", "the list of installed packages")
	f.StringVar(&policy, "cache", "use", "use, refresh, off or require")
	f.StringVar(&out, "out", "", "directory for the results")
	return required(c, "plan", "id", "sources", "environment", "out")
}
