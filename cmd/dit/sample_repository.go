package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/samples"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func sampleRepository() *cobra.Command {
	var name, out string
	c := &cobra.Command{
		Use:   "sample-repository",
		Short: "write the git repository of a sample pipeline that dit carries with it",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if name != "samples/gaps" {
				return coded{workflows.ExitArguments, fmt.Errorf("unknown sample %q; there is samples/gaps", name)}
			}
			refs, err := samples.BuildRepo(out)
			if err != nil {
				return err
			}
			for _, ref := range slices.Sorted(maps.Keys(refs)) {
				fmt.Println(refs[ref], ref)
			}
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "samples/gaps", "which sample")
	c.Flags().StringVar(&out, "out", "", "directory to make")
	return required(c, "out")
}
