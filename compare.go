package main

import (
	"context"
	"strconv"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
)

// Do two tables, views or queries hold the same rows? Says which rows and columns differ, and by how much.
//
// A side is project.dataset.table, or a query that begins with SELECT or WITH. Columns are matched by name, rows by their
// keys; the same row twice is not the same as once, NULL equals NULL, NaN equals NaN. What was not looked at is never called
// equal. docs/compare.md has the rules and the members of the JSON.
//
// With --engine=table-check, the program table-check is installed and compares instead; dit reads its answer, and looks where
// it does not. It takes tables and views, needs keys, and has tolerances for FLOAT64 and NUMERIC only.
//
// Exits with 0 when they are equal, 1 when they differ, 2 on bad arguments, 3 when that could not be told, 4 when table-check
// could not be installed, 5 when BigQuery did not answer.
//
// Examples:
//
//	dagger call compare --left=dit-sandbox.dit.gaps_1 --right=dit-sandbox.dit.gaps_2 --keys=gap_id,start_timestamp
//	dagger call compare --left='SELECT 1 AS x' --right='SELECT 2 AS x' --format=json
//
// +cache="never"
func (m *Dit) Compare(
	ctx context.Context,
	// Table, view, snapshot or query.
	left string,
	// Table, view, snapshot or query.
	right string,
	// Columns that identify a row, comma separated. Without them whole rows are compared.
	// +optional
	keys []string,
	// Columns to leave out, comma separated; * and ? make a pattern.
	// +optional
	ignore []string,
	// Column that has another name on the right, left=right; repeatable.
	// +optional
	rename []string,
	// Let texts agree by case, unicode, trim or json, such as name=trim, and arrays in any order, such as tags=unordered;
	// column.field for what is inside; repeatable. Rows that agree only so are within tolerance, not identical.
	// +optional
	normalise []string,
	// Tolerance of a column, or of a field inside as column.field: v=0.001 (absolute), v=rel:1e-9 (share of the larger value),
	// v=ulp:4 (units in the last place), ts=us:500 (microseconds), g=m:10 (metres) or g=topological; repeatable.
	// +optional
	tolerance []string,
	// Compare only rows in a range of a column, column=from..to, to left out, such as day=2024-01-01..2024-02-01. BigQuery then
	// reads only these partitions.
	// +optional
	between string,
	// Condition for the rows that must differ, no more and no less, such as "id IN (1, 2)".
	// +optional
	expect string,
	// How many keys must differ, with --expect; 0 for at least one.
	// +default=0
	expectKeys int,
	// Another run of what made the left side: tells what two such runs differ in from the finding.
	// +optional
	aa string,
	// Store the rows that differ in this table, project.dataset.table, which expires. A table that was not made so is never
	// replaced.
	// +optional
	writeDiffs string,
	// After how long BigQuery deletes that table, such as 48h.
	// +default="168h"
	expire string,
	// Two empty tables are equal. Otherwise they show nothing, and are not comparable.
	// +default=false
	allowEmpty bool,
	// Rows of each kind of difference to show; -1 for none.
	// +default=10
	samples int,
	// Most bytes to read and to be billed; 0 for no limit.
	// +default=0
	maxBytes int,
	// Tell where differing rows are, by day and by value, with a second statement: auto (small tables), always or never.
	// +default="auto"
	explain string,
	// What compares: dit, or table-check.
	// +default="dit"
	engine string,
	// URL of the git repository of table-check, with --engine=table-check.
	// +optional
	tableCheckRepo string,
	// Directory with that repository, instead of a URL.
	// +optional
	tableCheckDirectory *dagger.Directory,
	// Branch, tag or commit of table-check to install, with --engine=table-check.
	// +optional
	tableCheckRef string,
	// text, json, markdown or junit.
	// +default="text"
	format string,
	// Exit with 0 whatever the verdict, so that the report comes on standard output; otherwise it is the error's message.
	// +default=false
	exitZero bool,
) (string, error) {
	args := []string{"dit", "compare", "--format", format, "--allow-empty=" + strconv.FormatBool(allowEmpty),
		"--samples", strconv.Itoa(samples), "--max-bytes", strconv.Itoa(maxBytes), "--explain", explain,
		"--between", between, "--expect", expect, "--expect-keys", strconv.Itoa(expectKeys), "--aa", aa,
		"--write-diffs", writeDiffs, "--expire", expire}
	for _, list := range []struct {
		flag   string
		values []string
	}{{"--keys", keys}, {"--ignore", ignore}, {"--rename", rename}, {"--normalise", normalise}, {"--tolerance", tolerance}} {
		for _, value := range list.values {
			args = append(args, list.flag, value)
		}
	}
	c, commit, err := m.comparer(ctx, engine, tableCheckDirectory, tableCheckRepo, tableCheckRef)
	if err != nil {
		return "", err
	}
	if commit != "" {
		args = append(args, "--engine", engine, "--table-check-commit", commit)
	}
	c = c.With(m.withCloud)
	return m.output(ctx, c, append(args, "--", left, right), exitZero)
}
