package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/sandbox/fault"
)

// newFault looks at rules before a sandbox is started with them.
func newFault() *cobra.Command {
	return &cobra.Command{
		Use:   "fault RULE...",
		Short: "Check rules for --fault, and print them as they are understood",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, rules []string) error {
			for _, text := range rules {
				rule, err := fault.Parse(text)
				if err != nil {
					return fmt.Errorf("%w: --fault: %w", errUsage, err)
				}
				fmt.Fprintln(cmd.OutOrStdout(), rule)
			}
			return nil
		},
	}
}
