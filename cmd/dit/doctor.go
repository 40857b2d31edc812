package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/gitref"
	"github.com/GlobalFishingWatch/dit/steps"
)

func doctor() *cobra.Command {
	var dataset, repo string
	c := &cobra.Command{
		Use:   "doctor",
		Short: "check what a workflow needs; each finding with its remedy",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			findings := steps.Doctor(c.Context(), open, dataset, os.Getenv("DIT_TEMP_LOCATION"))
			if repo != "" {
				f := steps.Finding{What: "repository " + repo}
				if _, err := gitref.Resolve(c.Context(), repo, "HEAD", gitref.AuthFromEnv()); err != nil {
					f.Problem = err.Error()
				}
				findings = append(findings, f)
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
	c.Flags().StringVar(&repo, "repo", "", "a pipeline's repository, to be looked at as well")
	return c
}
