package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/trail"
	"github.com/GlobalFishingWatch/dit/gitref"
	"github.com/GlobalFishingWatch/dit/workflows"
)

var trailFormats = map[string]func(*trail.Report, io.Writer) error{
	"text": (*trail.Report).WriteText,
	"json": (*trail.Report).WriteJSON,
}

func trailOf() *cobra.Command {
	var dataset, format string
	c := &cobra.Command{
		Use:   "trail",
		Short: "prove for every table of a dataset which run made it, from which code",
		Long: `Prove for every table, view and snapshot of a dataset which run made it, from which code.

A table is proven when a registered run that succeeded names it, the run's commit is still in its repository, and the table has
the version, or else the rows, that the run left. A run that is alive is making its tables. A snapshot of a
pinned source says itself of which table and instant it is. Exits with 0 when nothing is
unexplained, 1 when something is, 2 when there is no such dataset, 5 when BigQuery did not answer.

A token for private repositories is taken from DIT_GIT_TOKEN, an ssh agent from SSH_AUTH_SOCK.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			client, err := open(c.Context())
			if err != nil {
				return err
			}
			defer client.Close()
			held, err := trail.OpenDataset(client, dataset)
			if err != nil {
				return noDataset(err)
			}
			report, err := trail.Follow(c.Context(), held, held.Registry(), trail.Repositories{Auth: gitref.AuthFromEnv()})
			if err != nil {
				return noDataset(err)
			}
			if err := trailFormats[format](report, os.Stdout); err != nil {
				return err
			}
			os.Exit(report.ExitCode())
			return nil
		},
	}
	c.Flags().StringVar(&dataset, "dataset", "dit", "dataset with the tables and the registry: dataset, or project.dataset")
	addFormat(c, &format, "text", "json")
	return c
}

// thereIs refuses a dataset that does not exist: an empty list would say that nothing was run.
func thereIs(ctx context.Context, registry cache.BigQuery) error {
	held, err := trail.OpenDataset(registry.Client, registry.Dataset)
	if err == nil {
		err = held.Exists(ctx)
	}
	return noDataset(err)
}

// noDataset gives a dataset that is not there the exit code of a bad argument.
func noDataset(err error) error {
	if errors.Is(err, trail.ErrNoDataset) {
		return coded{workflows.ExitArguments, err}
	}
	return err
}
