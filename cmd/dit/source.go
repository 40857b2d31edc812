package main

import (
	"context"
	"fmt"
	"os"

	"cloud.google.com/go/storage"
	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/samples/vessels"
	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func sourceStep() *cobra.Command {
	var plan, out string
	var look bool
	data := vessels.Default()
	c := &cobra.Command{
		Use:   "source",
		Short: "check the source tables and note the state they are in; make the synthetic ones",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := read[workflows.Plan](plan)
			if err != nil {
				return err
			}
			client, err := open(c.Context())
			if err != nil {
				return err
			}
			defer client.Close()
			do := steps.Source
			if look {
				do = steps.Look
			}
			if err := preflight(c.Context(), p); err != nil {
				return err
			}
			found, err := do(c.Context(), client, p, data, os.Stderr)
			if err != nil {
				return err
			}
			return write(out, found)
		},
	}
	f := c.Flags()
	f.StringVar(&plan, "plan", "", "the plan, a JSON file")
	f.StringVar(&out, "out", "", "where to write what was found")
	f.BoolVar(&look, "look", false, "only look: make neither the registry nor a mutated source")
	f.IntVar(&data.Vessels, "vessels", data.Vessels, "vessels in the synthetic data")
	f.IntVar(&data.Days, "days", data.Days, "days of synthetic data")
	f.Uint64Var(&data.Seed, "seed", data.Seed, "seed of the synthetic data")
	return required(c, "plan", "out")
}

// preflight asks Dataflow, where the plan has jobs.
func preflight(ctx context.Context, p *workflows.Plan) error {
	if p.Dataflow == nil {
		return nil
	}
	objects, err := storage.NewClient(ctx, clientOptions...)
	if err != nil {
		return fmt.Errorf("connect to Cloud Storage: %w", err)
	}
	defer objects.Close()
	return steps.Preflight(ctx, p, runners.NewJobs(p.Project, clientOptions...), objects)
}

// required marks flags without which the command makes no sense.
func required(c *cobra.Command, names ...string) *cobra.Command {
	for _, n := range names {
		if err := c.MarkFlagRequired(n); err != nil {
			panic(err) // the flag is defined a few lines above
		}
	}
	return c
}
