package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func compareStep() *cobra.Command {
	var left, right, again, output, expected, out string
	c := &cobra.Command{
		Use:   "compare",
		Short: "compare one output of two runs",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var o workflows.Output
			if err := json.Unmarshal([]byte(output), &o); err != nil {
				return fmt.Errorf("--output: %w", err)
			}
			var e *workflows.Expected
			if expected != "" {
				if err := json.Unmarshal([]byte(expected), &e); err != nil {
					return fmt.Errorf("--expect: %w", err)
				}
			}
			var a *steps.Tables
			if again != "" {
				var err error
				if a, err = read[steps.Tables](again); err != nil {
					return err
				}
			}
			l, err := read[steps.Tables](left)
			if err != nil {
				return err
			}
			r, err := read[steps.Tables](right)
			if err != nil {
				return err
			}
			client, err := open(c.Context())
			if err != nil {
				return err
			}
			defer client.Close()
			verdict, err := steps.Compare(c.Context(), client, l, r, a, o, e)
			if err != nil {
				return err
			}
			return write(out, verdict)
		},
	}
	f := c.Flags()
	f.StringVar(&left, "left", "", "tables.json of one run")
	f.StringVar(&right, "right", "", "tables.json of the other")
	f.StringVar(&again, "again", "", "tables.json of another run of what made the left side, which tells its noise; none unless given")
	f.StringVar(&expected, "expect", "", "what is expected to differ, as JSON with where and keys; nothing unless given")
	f.StringVar(&output, "output", "", "the output's entry in the descriptor, as JSON")
	f.StringVar(&out, "out", "", "where to write the verdict")
	return required(c, "left", "right", "output", "out")
}
