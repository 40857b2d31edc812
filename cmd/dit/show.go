package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache/audit"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// callFormats write all that is known of a call.
var callFormats = map[string]func(io.Writer, *audit.Call) error{
	"text": func(w io.Writer, c *audit.Call) error { return c.Manifest().WritePage(w, time.Now()) },
	"json": func(w io.Writer, c *audit.Call) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(c.Manifest())
	},
	"openlineage": func(w io.Writer, c *audit.Call) error { return audit.WriteLineage(w, c.Lineage()) },
}

func show() *cobra.Command {
	var id, dataset, format, to string
	c := &cobra.Command{
		Use:     "run",
		Aliases: []string{"show"},
		Short:   "show all that the registry knows of one call",
		Long: `Show all that the registry knows of one call: as a page for a person, as JSON (the manifest), or as OpenLineage events, one a line.

With --to the output goes to a file instead or, the events, to an HTTP endpoint, each in a request of its own. A key for that is
taken from OPENLINEAGE_API_KEY.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			receiver, err := checkShow(id, format, to)
			if err != nil {
				return coded{workflows.ExitArguments, err}
			}
			registry, err := openRegistry(c.Context(), dataset)
			if err != nil {
				return err
			}
			defer registry.Client.Close()
			call, err := audit.Load(c.Context(), registry, id)
			if errors.Is(err, audit.ErrUnknown) {
				return coded{workflows.ExitArguments, fmt.Errorf("run %s is not in the registry, dataset %s of project %s; runs lists those that are", id, dataset, registry.Client.Project())}
			} else if err != nil {
				return err
			}
			switch {
			case receiver != nil:
				events := call.Lineage()
				if err := receiver.Send(c.Context(), events); err != nil {
					return err
				}
				fmt.Printf("%d events of run %s were sent\n", len(events), id)
				return nil
			case to != "":
				return writeTo(to, func(w io.Writer) error { return callFormats[format](w, call) })
			}
			return callFormats[format](os.Stdout, call)
		},
	}
	f := c.Flags()
	f.StringVar(&id, "run-id", "", "the call, 12 hexadecimal digits; its report and the list of runs have it")
	f.StringVar(&dataset, "dataset", "dit", "dataset of the registry")
	addFormat(c, &format, "text", "json", "openlineage")
	f.StringVar(&to, "to", "", "where to write it: a file, or for --format=openlineage an http or https URL")
	return required(c, "run-id")
}

// checkShow refuses what cannot be meant. The receiver is nil where nothing is to be sent.
func checkShow(id, format, to string) (*audit.Receiver, error) {
	if err := workflows.CheckRunID(id); err != nil {
		return nil, fmt.Errorf("--run-id: %w", err)
	}
	if !strings.Contains(to, "://") {
		return nil, nil
	}
	if format != "openlineage" {
		return nil, fmt.Errorf("--to with a URL is for --format=openlineage; give that, or a file")
	}
	r, err := audit.ParseReceiver(to)
	r.Key = os.Getenv("OPENLINEAGE_API_KEY")
	return &r, err
}

func writeTo(path string, do func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(do(f), f.Close())
}
