package compare

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
)

// maxCandidates is how many columns one statement looks at. Counting distinct
// values is dear, and a key is seldom far from the front.
const maxCandidates = 40

// Candidates names the columns of a table or view that could be its key: as it
// stands, no two rows have the same value and none has NULL. Names that end in id or
// key come first, else the order is the table's. An empty table has no candidates.
//
// It is a proposal and decides nothing: what is unique today need not be a key, and
// keys of several columns are not looked for. One statement reads the columns that
// can be a key, at most 40 in that order; it pays for these. Of o only Location,
// Labels and MaxBytes count. The error is an [*ArgumentError] where the table is not
// there or cannot be read as a whole.
func Candidates(ctx context.Context, client *bigquery.Client, table Table, o Options) ([]string, error) {
	s, err := describe(ctx, client, table)
	if err != nil {
		return nil, err
	}
	if s.meta == nil {
		return nil, argument("table %s does not exist", table)
	}
	if reasons := unfiltered(s, nil); len(reasons) > 0 {
		return nil, argument("%s", reasons[0])
	}
	columns := possibleKeys(s.meta.Schema)
	if len(columns) == 0 {
		return nil, nil
	}
	a, err := newRunner(client, o, s.meta.Location).row(ctx, candidateStatement(columns, table.SQL()))
	if err != nil {
		return nil, fmt.Errorf("key candidates of %s: %w", table, err)
	}
	return readCandidates(columns, a.row)
}

// possibleKeys are the columns worth counting, the likeliest first. Not a FLOAT64: a
// measurement is unique by chance, and the next run gives another. Not a BOOL, which
// has two values, and nothing nested.
func possibleKeys(schema bigquery.Schema) (columns bigquery.Schema) {
	for _, f := range schema {
		switch kindOf(f) {
		case kindInt64, kindString, kindBytes, kindNumeric, kindBigNumeric, kindDate, kindDatetime, kindTime, kindTimestamp:
			if !f.Repeated && why(f) == "" {
				columns = append(columns, f)
			}
		}
	}
	named := func(f *bigquery.FieldSchema) int {
		name := strings.ToLower(f.Name)
		if strings.HasSuffix(name, "id") || strings.HasSuffix(name, "key") {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(columns, func(a, b *bigquery.FieldSchema) int { return named(a) - named(b) })
	return columns[:min(len(columns), maxCandidates)]
}

// candidateStatement counts the rows, and for each column the distinct values as
// the comparison tells them apart. NULL is not among these, so where they are as
// many as the rows, the column is unique and never NULL.
func candidateStatement(columns bigquery.Schema, table string) string {
	x := rangeVariable(columns)
	counts := make([]string, len(columns))
	for i, f := range columns {
		counts[i] = "COUNT(DISTINCT " + encoder{name: x}.comparable(x+"."+quote(f.Name), f, f) + ")"
	}
	return fmt.Sprintf("SELECT\n  COUNT(*) AS row_count,\n  ARRAY<INT64>[\n    %s\n  ] AS value_counts\nFROM %s AS %s\n", strings.Join(counts, ",\n    "), table, x)
}

func readCandidates(columns bigquery.Schema, row map[string]bigquery.Value) (names []string, err error) {
	d := decoder{row: row}
	rows := d.integer("row_count")
	for i, f := range columns {
		if n := element[int64](&d, "value_counts", i); n == rows && rows > 0 {
			names = append(names, f.Name)
		}
	}
	if d.err != nil {
		return nil, d.err
	}
	return names, nil
}
