package main

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/compare"
)

// compareFlags are the flags that tune a comparison, as texts where they have a form of their own.
type compareFlags struct {
	o                               compare.Options
	tolerances, renamed, normalised []string
	between, expect, again, diffs   string
	expire                          time.Duration
	expectKeys                      int64
}

func (c *compareFlags) add(f *pflag.FlagSet) {
	f.StringSliceVar(&c.o.Keys, "keys", nil, "columns that identify a row, comma separated; without them whole rows are compared")
	f.StringSliceVar(&c.o.Ignore, "ignore", nil, "columns to leave out, comma separated; * and ? make a pattern")
	f.Float64Var(&c.o.Tolerance.Absolute, "absolute", 0, "largest difference of FLOAT64 values")
	f.Float64Var(&c.o.Tolerance.Relative, "relative", 0, "largest difference of FLOAT64 values, as a share of the larger one")
	f.Int64Var(&c.o.Tolerance.Microseconds, "microseconds", 0, "largest difference of TIMESTAMP and DATETIME values")
	f.StringArrayVar(&c.tolerances, "tolerance", nil, "tolerance of a column, or of a field inside as column.field: v=0.001 (absolute), v=rel:1e-9, v=ulp:4, ts=us:500 (microseconds), g=m:10 (metres) or g=topological; repeatable")
	f.StringArrayVar(&c.renamed, "rename", nil, "column with another name on the right, left=right; repeatable")
	f.StringArrayVar(&c.normalised, "normalise", nil, "let texts agree by case, unicode, trim or json, such as name=trim, and arrays in any order, such as tags=unordered; column.field for what is inside; repeatable")
	f.BoolVar(&c.o.AllowEmpty, "allow-empty", false, "two empty tables are equal")
	f.IntVar(&c.o.Samples, "samples", compare.DefaultSamples, "rows of each kind of difference to show; -1 for none")
	f.Int64Var(&c.o.MaxBytes, "max-bytes", 0, "most bytes to read and to be billed; 0 for no limit")
	f.StringVar((*string)(&c.o.Explain), "explain", string(compare.ExplainAuto), "tell where differing rows are, by day and by value, with a second statement: auto (small tables), always or never")
	f.StringVar(&c.between, "between", "", "compare only rows in a range of a column, column=from..to, to left out, such as day=2024-01-01..2024-02-01; prunes partitions")
	f.StringVar(&c.expect, "expect", "", "condition for the rows that must differ, no more and no less, such as \"id IN (1, 2)\"")
	f.Int64Var(&c.expectKeys, "expect-keys", 0, "how many keys must differ, with --expect; 0 for at least one")
	f.StringVar(&c.again, "aa", "", "another run of what made LEFT: tells what two such runs differ in from the finding")
	f.StringVar(&c.diffs, "write-diffs", "", "store the rows that differ in this table, project.dataset.table; one that was not made so is never replaced")
	f.DurationVar(&c.expire, "expire", compare.DefaultExpires, "after how long BigQuery deletes that table")
}

// options reads the texts.
func (c *compareFlags) options() (o compare.Options, err error) {
	o = c.o
	if o.Tolerances, err = compare.ParseTolerances(c.tolerances); err != nil {
		return o, err
	}
	if o.Rename, err = compare.ParseRenames(c.renamed); err != nil {
		return o, err
	}
	if o.Normalise, err = compare.ParseNormalisations(c.normalised); err != nil {
		return o, err
	}
	if o.Between, err = compare.ParseBetween(c.between); err != nil {
		return o, err
	}
	if c.expect != "" || c.expectKeys != 0 {
		o.Expect = &compare.Expectation{Where: c.expect, Keys: c.expectKeys}
	}
	if c.diffs == "" && c.expire != compare.DefaultExpires {
		return o, &compare.ArgumentError{Message: "--expire is for the table of --write-diffs: name that too"}
	}
	if c.diffs != "" {
		table, err := bq.ParseTable(c.diffs)
		if err != nil {
			return o, &compare.ArgumentError{Message: err.Error()}
		}
		o.WriteDiffs = &compare.Diffs{Table: table, Expires: c.expire}
	}
	if c.again != "" {
		again, err := compare.ParseInput(c.again)
		if err != nil {
			return o, err
		}
		o.Again = &again
	}
	return o, nil
}
