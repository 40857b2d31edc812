package main

import (
	"encoding/json"
	"os"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/steps"
)

func explainStep() *cobra.Command {
	var f runFlags
	var format string
	c := &cobra.Command{
		Use:   "explain",
		Short: "say what the run cache would answer for each run of the plan, and why; runs and writes nothing",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			f.policy = "use"
			r, err := f.runner(c.Context(), "")
			if err != nil {
				return err
			}
			defer r.Client.Close()
			all, err := r.Explain(c.Context())
			if err != nil {
				return err
			}
			if format == "json" {
				out := json.NewEncoder(os.Stdout)
				out.SetIndent("", "  ")
				return out.Encode(all)
			}
			return steps.WriteExplanations(os.Stdout, r.Plan, all)
		},
	}
	f.read(c)
	addFormat(c, &format, "text", "json")
	return c
}
