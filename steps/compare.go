package steps

import (
	"context"
	"fmt"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Compare compares one output of two runs. A run that failed, or a table that is no longer what the run left, gives a
// verdict of NOT_COMPARABLE; an error means that the comparison itself could not be done.
func Compare(ctx context.Context, client *bigquery.Client, left, right *Tables, output workflows.Output) (*Verdict, error) {
	started := time.Now()
	options := compare.Options{Keys: output.Keys, Ignore: output.Ignore, Tolerances: map[string]compare.Tolerance{}}
	for column, t := range output.Tolerances {
		options.Tolerances[column] = compare.Tolerance{Absolute: t.Absolute, Relative: t.Relative}
	}
	var views [2]bq.Table
	for i, side := range []*Tables{left, right} {
		if side.Failed != "" {
			return &Verdict{Result: &compare.Result{Verdict: compare.NotComparable, Reasons: []string{fmt.Sprintf("run %s has no tables", side.Failed)}}}, nil
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
	result, err := compare.Tables(ctx, client, views[0], views[1], options)
	if err != nil {
		return nil, err
	}
	return &Verdict{Result: result, Seconds: time.Since(started).Seconds()}, nil
}
