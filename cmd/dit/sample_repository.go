package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/samples"
)

func sampleRepository() *cobra.Command {
	var name, out string
	c := &cobra.Command{
		Use:   "sample-repository",
		Short: "write the git repository of a sample pipeline that dit carries with it",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			refs, err := samples.BuildRepo(name, out)
			if err != nil {
				return err
			}
			for ref, commit := range refs {
				fmt.Println(commit, ref)
			}
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "samples/gaps", "which sample")
	c.Flags().StringVar(&out, "out", "", "directory to make")
	return required(c, "out")
}
