package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func golden() *cobra.Command {
	c := &cobra.Command{Use: "golden", Short: "golden tables: what was recorded as the reference of a question"}
	c.AddCommand(goldenList(), goldenRetire())
	return c
}

var goldenFormats = map[string]func(io.Writer, []steps.GoldenState) error{"text": steps.WriteGolden, "json": steps.WriteGoldenJSON}

func goldenList() *cobra.Command {
	var dataset, pipeline, format string
	var all bool
	c := &cobra.Command{
		Use:   "list",
		Short: "list golden recordings, the youngest first, and whether their tables are what was recorded",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			registry, err := openRegistry(c.Context(), dataset)
			if err != nil {
				return err
			}
			defer registry.Client.Close()
			list, err := steps.ListGolden(c.Context(), registry.Client, registry, pipeline, all)
			if err == nil && len(list) == 0 {
				err = thereIs(c.Context(), registry)
			}
			if err != nil {
				return err
			}
			return goldenFormats[format](os.Stdout, list)
		},
	}
	f := c.Flags()
	f.StringVar(&dataset, "dataset", "dit", "dataset of the registry")
	f.StringVar(&pipeline, "pipeline", "", "only recordings of this pipeline")
	f.BoolVar(&all, "all", false, "also those that were replaced, retired or abandoned, with the tables that are left of them")
	addFormat(c, &format, "text", "json")
	return c
}

var goldenID = regexp.MustCompile(`^[0-9a-f]{12}$`)

func goldenRetire() *cobra.Command {
	var dataset, pipeline, id string
	c := &cobra.Command{
		Use:   "retire",
		Short: "end a golden recording, or all of a pipeline, and drop its tables",
		Long: `End a golden recording, or all of a pipeline, and drop its tables.

It is marked first, so that nothing is compared with it any more. Called again it does what was not done. Exits with 2 when there is no
such recording, 5 when something could not be done.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if (id == "") == (pipeline == "") {
				return coded{workflows.ExitArguments, errors.New("give one of --id and --pipeline: what to retire")}
			}
			if id != "" && !goldenID.MatchString(id) {
				return coded{workflows.ExitArguments, fmt.Errorf("--id %q: want the 12 hexadecimal digits of a recording; golden list has them", id)}
			}
			registry, err := openRegistry(c.Context(), dataset)
			if err != nil {
				return err
			}
			defer registry.Client.Close()
			done, err := steps.Retire(c.Context(), registry.Client, registry, id, pipeline)
			if len(done) > 0 || err == nil {
				err = errors.Join(steps.WriteRetired(os.Stdout, done), err)
			}
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&dataset, "dataset", "dit", "dataset of the registry")
	f.StringVar(&id, "id", "", "the recording: 12 hexadecimal digits")
	f.StringVar(&pipeline, "pipeline", "", "or all recordings of this pipeline")
	return c
}
