package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/workflows"
)

func lookupStep() *cobra.Command {
	var f runFlags
	c := &cobra.Command{
		Use:   "lookup",
		Short: "answer as many runs of the plan from the run cache as it can vouch for",
		Long: `Answer as many runs of the plan from the run cache as it can vouch for.

Writes a directory with tables.json and outcome.json for each run that was found; the others are left to "dit step run". All
runs are looked up at once, so a run that is found does not wait for the one it once started from.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			r, err := f.runner(c.Context(), "")
			if err != nil {
				return err
			}
			defer r.Client.Close()
			if err := os.MkdirAll(f.out, 0o755); err != nil {
				return err
			}
			all, ctx := errgroup.WithContext(c.Context())
			for _, s := range r.Plan.Of(workflows.RunStep) {
				all.Go(func() error {
					tables, outcome, err := r.Lookup(ctx, s.ID)
					if err != nil || tables == nil {
						return err
					}
					fmt.Fprintf(os.Stderr, "[%s] %s\n", s.ID, outcome.Cache)
					return writeRun(filepath.Join(f.out, s.ID), tables, outcome)
				})
			}
			return all.Wait()
		},
	}
	return f.add(c)
}
