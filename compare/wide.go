package compare

import (
	"context"
	"fmt"
	"slices"

	"cloud.google.com/go/bigquery"
)

// lengthy is how many bytes of SQL one statement has at most, if its columns can be
// divided. BigQuery refuses 1 MB, and before that what is too complex, without saying
// where the line is.
//
// It is a variable because tests take tables of a few columns for wide ones.
var lengthy = 256 << 10

// refused is what BigQuery does not take.
const refused = 1 << 20

// split gives the shapes that are compared one by one: s itself, unless its statement
// is too long; then each has all the keys and some of the columns. A shape without
// columns cannot be split.
func split(s shape, left, right string, lengthy int) []shape {
	if len(statement(s, left, right)) <= lengthy || len(s.columns) < 2 {
		return []shape{s}
	}
	half := len(s.columns) / 2
	first, second := s, s
	first.columns, second.columns = s.columns[:half:half], s.columns[half:]
	return append(split(first, left, right, lengthy), split(second, left, right, lengthy)...)
}

// readWide compares tables with too many columns for one statement. The proof, which
// is short, looks at all of them and counts rows; the parts tell which columns differ
// and how. Of a repeated key no part can tell which rows belong together, so then it
// is only known how many rows have no equal one.
func (result *Result) readWide(ctx context.Context, client *bigquery.Client, run runner, l, r source, s shape, parts []shape, watched []source, f *findings) error {
	a, err := run.row(ctx, proof(s, l.sql(), r.sql()))
	if overBudget(err) {
		f.unread = append(f.unread, tooMuch(run.maxBytes))
		return nil
	}
	if err != nil {
		return gone(ctx, client, watched, err, f)
	}
	result.Job = a.job
	proven, err := result.decodeProof(a.row)
	if err != nil {
		return fmt.Errorf("comparison job %s: %w", a.job.ID, err)
	}
	result.Notes = append(result.Notes, fmt.Sprintf("%d columns are too many for one statement: one said whether they differ, %s where", len(s.all()), plural(int64(len(parts)), "another", "others")))
	switch {
	case proven:
	case result.Left.RepeatedKeys+result.Right.RepeatedKeys > 0 || len(result.Keys) == 0:
		result.Rows.UnpairedLeft, result.Rows.UnpairedRight = result.Left.Rows-result.Rows.Equal, result.Right.Rows-result.Rows.Equal
		result.Columns = nil
		result.Notes = append(result.Notes, "which columns differ is not known: that needs keys that are unique on both sides")
		if slices.ContainsFunc(s.columns, func(c column) bool { return !c.exact() }) {
			f.torn = append(f.torn, "tolerances and normalisation need unique keys where columns are too many for one statement: compare fewer columns, or by other keys")
		}
	default:
		if err := result.readParts(ctx, client, run, l, r, s, parts, watched, f); err != nil {
			return err
		}
	}
	torn := f.torn
	err = result.settle(ctx, client, watched, a, f)
	f.torn = append(f.torn, torn...)
	return err
}

// readParts runs a statement for each part and puts together what they found. Keys
// are unique on both sides, so each part has the same pairs.
func (result *Result) readParts(ctx context.Context, client *bigquery.Client, run runner, l, r source, s shape, parts []shape, watched []source, f *findings) error {
	whole := result.Rows
	var columns []Column
	samples := map[SampleKind][]Sample{}
	changed, tolerated := int64(0), int64(0)
	for _, part := range parts {
		a, err := run.row(ctx, statement(part, l.sql(), r.sql()))
		if overBudget(err) {
			f.unread = append(f.unread, tooMuch(run.maxBytes))
			return nil
		}
		if err != nil {
			return gone(ctx, client, watched, err, f)
		}
		result.Job = a.job.plus(result.Job)
		found := Result{Keys: result.Keys}
		for _, c := range result.Columns {
			if slices.ContainsFunc(part.columns, func(p column) bool { return p.name() == c.Name }) {
				found.Columns = append(found.Columns, c)
			}
		}
		if err := found.decode(a.row, part); err != nil {
			return fmt.Errorf("comparison job %s: %w", a.job.ID, err)
		}
		columns = append(columns, found.Columns...)
		changed, tolerated = changed+found.Rows.Changed, tolerated+found.Rows.Tolerated
		result.Rows.OnlyLeft, result.Rows.OnlyRight = found.Rows.OnlyLeft, found.Rows.OnlyRight
		for _, sample := range found.Samples {
			samples[sample.Kind] = merge(samples[sample.Kind], sample, s.keys)
		}
	}
	result.Columns = columns
	differing := result.Left.Rows - whole.Equal - result.Rows.OnlyLeft
	switch {
	case differing > 0 && changed+tolerated == 0:
		return fmt.Errorf("the engine's counts do not add up: %d pairs differ, but in no column", differing)
	case changed == 0:
		result.Rows.Tolerated = differing
	default:
		result.Rows.Changed = differing
		if tolerated > 0 {
			result.Notes = append(result.Notes, "pairs that are within tolerance in all columns are counted as changed")
		}
	}
	for _, kind := range sampleKinds {
		list := samples[kind]
		slices.SortStableFunc(list, func(a, b Sample) int { return compareKeys(a.Key, b.Key, s.keys) })
		result.Samples = append(result.Samples, list[:min(len(list), s.samples)]...)
	}
	return result.check()
}

// merge adds a sample, or what differs in it if its key is there already. The first
// keys of all parts together are among the first of each part that they differ in.
func merge(list []Sample, sample Sample, keys []column) []Sample {
	for i := range list {
		if compareKeys(list[i].Key, sample.Key, keys) == 0 {
			list[i].Differs = append(list[i].Differs, sample.Differs...)
			return list
		}
	}
	return append(list, sample)
}
