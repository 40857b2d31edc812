package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func compareTables() *cobra.Command {
	var flags compareFlags
	var format, engine string
	var check compare.TableCheck
	c := &cobra.Command{
		Use:   "compare LEFT RIGHT",
		Short: "say whether two tables, views or queries hold the same rows",
		Long: `Say whether two tables, views or queries hold the same rows.

A side is project.dataset.table, or a query that begins with SELECT or WITH. Exits with 0 when they are equal, 1 when they
differ, 2 on bad arguments, 3 when that could not be told, 5 when BigQuery did not answer.

With --engine=table-check the program table-check, which must be on PATH, compares instead. dit reads its answer and looks
where it does not: schemas, versions, row counts, NULL in keys. It takes tables and views, needs keys, and has tolerances for
FLOAT64 and NUMERIC. Of the other options it knows --allow-empty and --format.`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			ask, ok := map[string]engineFunc{"dit": compare.Inputs, "table-check": check.Inputs}[engine]
			if !ok {
				return coded{workflows.ExitArguments, fmt.Errorf("--engine %q: want dit or table-check", engine)}
			}
			var sides [2]compare.Input
			for i, text := range args {
				var err error
				if sides[i], err = compare.ParseInput(text); err != nil {
					return badArgument(err)
				}
			}
			o, err := flags.options()
			if err != nil {
				return badArgument(err)
			}
			client, err := open(c.Context())
			if err != nil {
				return err
			}
			defer client.Close()
			started := time.Now()
			result, err := ask(c.Context(), client, sides[0], sides[1], o)
			if err != nil {
				return badArgument(err)
			}
			if len(o.Keys) == 0 && result.Verdict == compare.Different {
				proposeKeys(c.Context(), client, sides[0], o, result)
			}
			if err := comparisonFormats[format](os.Stdout, result, time.Since(started)); err != nil {
				return err
			}
			os.Exit(verdictCode(result.Verdict))
			return nil
		},
	}
	flags.add(c.Flags())
	f := c.Flags()
	addFormat(c, &format, "text", "json", "markdown", "junit")
	f.StringVar(&engine, "engine", "dit", "what compares: dit, or table-check, a program")
	f.StringVar(&check.Commit, "table-check-commit", "", "commit that table-check was installed from, for the report")
	return c
}

type engineFunc func(context.Context, *bigquery.Client, compare.Input, compare.Input, compare.Options) (*compare.Result, error)

var comparisonFormats = map[string]func(io.Writer, *compare.Result, time.Duration) error{
	"text": func(w io.Writer, r *compare.Result, _ time.Duration) error { return compare.WriteText(w, r) },
	"json": func(w io.Writer, r *compare.Result, _ time.Duration) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	},
	"markdown": func(w io.Writer, r *compare.Result, _ time.Duration) error { return compare.WriteMarkdown(w, r) },
	"junit": func(w io.Writer, r *compare.Result, took time.Duration) error {
		name := r.Left.Table + " and " + r.Right.Table
		return compare.WriteJUnit(w, "dit compare", []compare.JUnitCase{{Name: name, Result: r, Seconds: took.Seconds()}})
	},
}

// proposeKeys notes which columns could be keys: with one, it could be said which columns differ. It decides nothing.
func proposeKeys(ctx context.Context, client *bigquery.Client, left compare.Input, o compare.Options, result *compare.Result) {
	note := "no keys were given, so whole rows were compared"
	if left.Query == "" && o.MaxBytes == 0 { // it would read the table once more
		candidates, err := compare.Candidates(ctx, client, left.Table, o)
		switch {
		case err != nil:
			note += "; looking for some failed: " + err.Error()
		case len(candidates) == 0:
			note += "; no single column of the left table is unique"
		default:
			note += "; unique and never NULL on the left: " + strings.Join(candidates, ", ")
		}
	}
	result.Notes = append(result.Notes, note)
}

// badArgument gives the exit code of a bad argument to those errors that are one.
func badArgument(err error) error {
	var argument *compare.ArgumentError
	if errors.As(err, &argument) {
		return coded{workflows.ExitArguments, err}
	}
	return err
}

// verdictCode is the exit code of a verdict; what there is to say was printed.
func verdictCode(v compare.Verdict) int {
	switch {
	case v.Equal():
		return workflows.ExitEqual
	case v == compare.Different:
		return workflows.ExitDifferent
	}
	return workflows.ExitIncomparable
}
