package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// choice is the value of a flag that takes one of some words.
type choice struct {
	words []string
	taken *string
}

// addFormat adds --format, which takes one of the words, the first unless it is given. Another is an error of the command line.
func addFormat(c *cobra.Command, format *string, words ...string) {
	*format = words[0]
	one := choice{words, format}
	c.Flags().Var(one, "format", one.list())
}

func (c choice) list() string {
	last := len(c.words) - 1
	return strings.Join(c.words[:last], ", ") + " or " + c.words[last]
}

// String implements pflag.Value.
func (c choice) String() string {
	if c.taken == nil {
		return "" // cobra asks a value of nothing too
	}
	return *c.taken
}

// Set implements pflag.Value.
func (c choice) Set(word string) error {
	if !slices.Contains(c.words, word) {
		return coded{workflows.ExitArguments, fmt.Errorf("want %s", c.list())}
	}
	*c.taken = word
	return nil
}

// Type implements pflag.Value.
func (choice) Type() string { return "string" }
