package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// keepFlags are what recording golden tables and finding them have in common.
type keepFlags struct{ plan, sources, id, out string }

func (f *keepFlags) add(c *cobra.Command) *cobra.Command {
	c.Flags().StringVar(&f.plan, "plan", "", "the plan, a JSON file")
	c.Flags().StringVar(&f.sources, "sources", "", "what the source step wrote")
	c.Flags().StringVar(&f.id, "id", "", "the step of the plan")
	c.Flags().StringVar(&f.out, "out", "", "directory for the results")
	return required(c, "plan", "sources", "id", "out")
}

// keeper reads the files that the flags name and connects to BigQuery.
func (f *keepFlags) keeper(ctx context.Context) (k steps.Keeper, err error) {
	k.Progress = os.Stderr
	if k.Plan, err = read[workflows.Plan](f.plan); err != nil {
		return k, err
	}
	if k.Sources, err = read[steps.Sources](f.sources); err != nil {
		return k, err
	}
	if k.Client, err = open(ctx); err != nil {
		return k, err
	}
	k.Registry = cache.BigQuery{Client: k.Client, Dataset: k.Plan.Dataset}
	return k, nil
}

func keepStep() *cobra.Command {
	var f keepFlags
	var run string
	c := &cobra.Command{
		Use:   "keep",
		Short: "record the tables of a run as golden ones",
		Long: `Record the tables of a run as golden ones, instead of those recorded before for the same question.

Writes golden.json.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			tables, err := read[steps.Tables](filepath.Join(run, "tables.json"))
			if err != nil {
				return err
			}
			outcome, err := read[steps.Outcome](filepath.Join(run, "outcome.json"))
			if err != nil {
				return err
			}
			k, err := f.keeper(c.Context())
			if err != nil {
				return err
			}
			defer k.Client.Close()
			g, err := k.Keep(c.Context(), f.id, tables, outcome)
			if err != nil {
				return err
			}
			return write(filepath.Join(f.out, "golden.json"), g)
		},
	}
	c.Flags().StringVar(&run, "run", "", "directory with tables.json and outcome.json of the run")
	return required(f.add(c), "run")
}

func goldenStep() *cobra.Command {
	var f keepFlags
	c := &cobra.Command{
		Use:   "golden",
		Short: "find the golden tables that a run is to be compared with",
		Long: `Find the golden tables that a run is to be compared with.

Writes tables.json, as a run does, and golden.json. Exits with 2 when none were recorded for the question, and says what the
nearest recording differs in; with 3 when they are gone or were changed.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			k, err := f.keeper(c.Context())
			if err != nil {
				return err
			}
			defer k.Client.Close()
			tables, g, err := steps.Golden(c.Context(), k.Client, k.Registry, k.Plan, k.Sources, f.id)
			if err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "[%s] golden %s: %s (%.10s), recorded %s\n", g.Mode, g.ID, g.Ref, g.Commit, g.RecordedAt.Format("2006-01-02 15:04"))
			if err := write(filepath.Join(f.out, "tables.json"), tables); err != nil {
				return err
			}
			return write(filepath.Join(f.out, "golden.json"), g)
		},
	}
	return f.add(c)
}
