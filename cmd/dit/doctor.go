package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/steps"
)

func doctor() *cobra.Command {
	var dataset string
	var troubles []string
	c := &cobra.Command{
		Use:   "doctor",
		Short: "check what a workflow needs; each finding with its remedy",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			findings := steps.Doctor(c.Context(), open, dataset, os.Getenv("DIT_TEMP_LOCATION"))
			for _, t := range troubles {
				findings = append(findings, steps.Finding{What: "pipeline", Problem: t})
			}
			bad := 0
			for _, f := range findings {
				fmt.Println(f)
				if f.Problem != "" {
					bad++
				}
			}
			if bad > 0 {
				return fmt.Errorf("%d of %d checks failed", bad, len(findings))
			}
			return nil
		},
	}
	c.Flags().StringVar(&dataset, "dataset", "dit", "dataset for output tables and the registry")
	c.Flags().StringArrayVar(&troubles, "trouble", nil, "a finding made elsewhere, to be reported with the others")
	return c
}
