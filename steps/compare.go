package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Compare compares one output of two runs. The tables of another run of what made the left side, again, tell its noise from what
// differs; nil without one. A run that failed, a table that is no longer what the run left, and a question that the tables
// cannot be asked give a verdict of NOT_COMPARABLE; an error means that the comparison itself could not be done.
func Compare(ctx context.Context, client *bigquery.Client, left, right, again *Tables, output workflows.Output, expected *workflows.Expected) (*Verdict, error) {
	started := time.Now()
	options := compare.Options{Keys: output.Keys, Ignore: output.Ignore, AllowEmpty: output.AllowEmpty, Tolerances: map[string]compare.Tolerance{}}
	for column, t := range output.Tolerances {
		options.Tolerances[column] = compare.Tolerance{Absolute: t.Absolute, Relative: t.Relative}
	}
	if expected != nil {
		options.Expect = &compare.Expectation{Where: expected.Where, Keys: expected.Keys}
	}
	var views [3]bq.Table
	for i, side := range []*Tables{left, right, again} {
		if side == nil {
			continue
		}
		if side.Failed != "" {
			return &Verdict{Result: &compare.Result{Verdict: compare.NotComparable, Reasons: []string{fmt.Sprintf("skipped: run %s has no tables", side.Failed)}}}, nil
		}
		table := side.Outputs[output.Name]
		options.Bases = append(options.Bases, compare.Base{Table: table.Table, Version: &table.Version, Fingerprint: table.Fingerprint})
		views[i] = table.Table
		switch {
		case table.View == nil && output.ViewSuffix != "":
			return nil, fmt.Errorf("the run that made table %s does not know of its view", table.Table)
		case table.View != nil:
			views[i] = table.View.Table
			options.Bases = append(options.Bases, compare.Base{Table: table.View.Table, Version: &table.View.Version})
		}
	}
	if again != nil {
		options.Again = &compare.Input{Table: views[2]}
		options.Propose = func(p compare.Proposal) string { return inDescriptor(output.Name, p) }
	}
	// Before the comparison, which looks at versions: what is counted is then of the tables that it compares.
	evidence, err := evidenceOf(ctx, client, views[0], views[1], output)
	if err != nil {
		return nil, err
	}
	result, err := compare.Tables(ctx, client, views[0], views[1], options)
	var impossible *compare.ArgumentError
	switch {
	case errors.As(err, &impossible): // such as a condition over a column that the tables do not have; it will not be otherwise the next time
		return &Verdict{Result: &compare.Result{Verdict: compare.NotComparable, Reasons: []string{impossible.Message}}}, nil
	case err != nil:
		return nil, err
	case result.Noise != nil && result.Noise.Verdict == "": // the verdict would be kept, and noise be called a finding for good
		return nil, fmt.Errorf("comparing %s with the other run of its version: %s", views[0], strings.Join(result.Notes, "; "))
	}
	evidence.Touched = result.Rows.Changed + result.Rows.OnlyLeft + result.Rows.OnlyRight + result.Rows.UnpairedLeft + result.Rows.UnpairedRight
	return &Verdict{Result: result, Evidence: evidence, Seconds: time.Since(started).Seconds()}, nil
}

// inDescriptor words a setting that lets noise pass as the descriptor has it, whose tolerances are of numbers alone.
func inDescriptor(output string, p compare.Proposal) string {
	text := fmt.Sprintf("in the descriptor, under output %s: ", output)
	if limit := p.Tolerance.Absolute; limit > 0 {
		return text + fmt.Sprintf("tolerances: {%s: {absolute: %g}}", p.Column, limit)
	}
	why := "differs not only by a distance"
	if p.Tolerance != (compare.Tolerance{}) {
		why = "a descriptor has tolerances for numbers only"
	}
	return text + fmt.Sprintf("ignore: [%s] # %s", p.Column, why)
}
