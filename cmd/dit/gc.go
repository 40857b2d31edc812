package main

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache/cleanup"
	"github.com/GlobalFishingWatch/dit/runners"
)

var itemFormats = map[string]func(io.Writer, []cleanup.Item) error{"text": cleanup.WriteItems, "json": cleanup.WriteItemsJSON}

func gc() *cobra.Command {
	var dataset, format string
	var apply bool
	var grace, callTime time.Duration
	c := &cobra.Command{
		Use:   "gc",
		Short: "list what runs left behind and nobody needs; with --apply, remove it",
		Long: `List what runs left behind and nobody needs; with --apply, remove it.

Looks at the tables and views next to the registry, at the datasets and Dataflow jobs with the label of one of its runs, and at
runs whose process stopped without a word. Without --apply nothing is written.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			registry, err := openRegistry(c.Context(), dataset)
			if err != nil {
				return err
			}
			client := registry.Client
			defer client.Close()
			items, err := cleanup.Cleaner{
				Client: client, Registry: registry, Dataset: dataset, Jobs: runners.NewJobs(client.Project()),
				Grace: grace, CallTime: callTime,
			}.Clean(c.Context(), apply)
			if err == nil || len(items) > 0 {
				err = errors.Join(itemFormats[format](os.Stdout, items), err)
			}
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&dataset, "dataset", "dit", "dataset of the registry and its runs' tables")
	f.BoolVar(&apply, "apply", false, "remove what is listed")
	addFormat(c, &format, "text", "json")
	f.DurationVar(&grace, "grace", cleanup.DefaultGrace, "leave a table alone so long whose run has no row yet")
	f.DurationVar(&callTime, "call-time", cleanup.DefaultCallTime, "how long a call may take: leave alone so long what its runs may yet come to need")
	return c
}
