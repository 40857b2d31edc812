package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/audit"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func runs() *cobra.Command {
	var f cache.Filter
	var dataset, status, since, format string
	c := &cobra.Command{
		Use:   "runs",
		Short: "list the runs in the registry, the youngest first",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			now := time.Now()
			if err := readFilter(&f, status, since, now); err != nil {
				return coded{workflows.ExitArguments, err}
			}
			registry, err := openRegistry(c.Context(), dataset)
			if err != nil {
				return err
			}
			defer registry.Client.Close()
			list, err := audit.List(c.Context(), registry, f, now)
			if err == nil && len(list) == 0 {
				err = thereIs(c.Context(), registry)
			}
			if err != nil {
				return err
			}
			if format == "json" {
				enc := json.NewEncoder(os.Stdout)
				enc.SetIndent("", "  ")
				return enc.Encode(list)
			}
			if len(list) == 0 {
				fmt.Printf("No such runs are in the registry of dataset %s.\n", dataset)
				return nil
			}
			return audit.WriteList(os.Stdout, list, f.Limit)
		},
	}
	flags := c.Flags()
	flags.StringVar(&dataset, "dataset", "dit", "dataset of the registry")
	flags.StringVar(&f.Pipeline, "pipeline", "", "only runs of this pipeline")
	flags.StringVar(&f.ExperimentID, "experiment-id", "", "only runs of this experiment")
	flags.StringVar(&status, "status", "", "only running, detached, succeeded, failed or cancelled ones")
	flags.StringVar(&since, "since", "", "only runs that began on or after a day (2024-01-31) or time (2024-01-31T12:00:00Z), or so long ago at most (7d, 36h); a year, unless given")
	flags.IntVar(&f.Limit, "limit", 50, "most runs to list")
	addFormat(c, &format, "text", "json")
	return c
}

// readFilter reads what has a form of its own.
func readFilter(f *cache.Filter, status, since string, now time.Time) (err error) {
	switch f.Status = cache.Status(status); f.Status {
	case "", cache.Running, cache.Detached, cache.Succeeded, cache.Failed, cache.Cancelled:
	default:
		return fmt.Errorf("--status %q: want %s, %s, %s, %s or %s", status, cache.Running, cache.Detached, cache.Succeeded, cache.Failed, cache.Cancelled)
	}
	if f.Limit < 1 {
		return fmt.Errorf("--limit %d: want 1 or more", f.Limit)
	}
	if f.Since, err = audit.ParseSince(since, now); err != nil {
		return fmt.Errorf("--%w", err)
	}
	return nil
}
