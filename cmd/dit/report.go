package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func reportStep() *cobra.Command {
	var in, format string
	var seconds float64
	var register bool
	c := &cobra.Command{
		Use:   "report",
		Short: "draw the conclusion; the exit code is the workflow's",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			r, err := load(in)
			if err != nil {
				return err
			}
			r.Seconds = seconds
			r.Conclude()
			if register {
				registerVerdicts(c.Context(), r)
			}
			if err := r.Write(os.Stdout, format); err != nil {
				return err
			}
			os.Exit(r.ExitCode)
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&in, "in", "", "directory with plan.json, sources.json, environments.json, outcomes/, tables/, goldens/ and verdicts/")
	addFormat(c, &format, "text", "json", "markdown", "junit")
	f.Float64Var(&seconds, "seconds", 0, "wall time of the call so far")
	f.BoolVar(&register, "register", false, "put the verdicts into the registry of the plan's dataset; the report says so if that fails")
	return required(c, "in")
}

func registerVerdicts(ctx context.Context, r *steps.Report) {
	client, err := open(ctx)
	if err != nil {
		r.Unregistered = err.Error()
		return
	}
	defer client.Close()
	r.Register(ctx, cache.BigQuery{Client: client, Dataset: r.Plan.Dataset})
}

// load gathers what the steps left; a step that left nothing is missing in the report, which then is no success.
func load(dir string) (*steps.Report, error) {
	r := &steps.Report{Outcomes: map[string]*steps.Outcome{}, Tables: map[string]*steps.Tables{}, Verdicts: map[string]*steps.Verdict{},
		Goldens: map[string]*cache.Golden{}}
	var err error
	if r.Plan, err = read[workflows.Plan](filepath.Join(dir, "plan.json")); err != nil {
		return nil, err
	}
	if r.Sources, err = read[steps.Sources](filepath.Join(dir, "sources.json")); err != nil {
		return nil, err
	}
	environments, err := read[map[string]steps.Environment](filepath.Join(dir, "environments.json"))
	if err != nil {
		return nil, err
	}
	r.Environments = *environments
	for _, s := range r.Plan.Steps {
		switch s.Kind {
		case workflows.RunStep:
			err = errors.Join(into(r.Outcomes, s.ID, filepath.Join(dir, "outcomes")), into(r.Tables, s.ID, filepath.Join(dir, "tables")))
		case workflows.GoldenStep:
			err = errors.Join(into(r.Goldens, s.ID, filepath.Join(dir, "goldens")), into(r.Tables, s.ID, filepath.Join(dir, "tables")))
		case workflows.KeepStep:
			err = into(r.Goldens, s.ID, filepath.Join(dir, "goldens"))
		case workflows.CompareStep:
			err = into(r.Verdicts, s.ID, filepath.Join(dir, "verdicts"))
		}
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

func into[T any](m map[string]*T, id, dir string) error {
	v, err := read[T](filepath.Join(dir, id+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	m[id] = v
	return err
}
