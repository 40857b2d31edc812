package main

import "context"

// Runs a SQL statement where the tables are, the sandbox by default, and prints its rows.
//
// Exits with 2 when the statement is wrong or names what does not exist, 5 when BigQuery did not answer.
//
// Example:
//
//	dagger call query --sql='SELECT run_id, pipeline, status, started_at FROM dit.dit_runs ORDER BY started_at DESC LIMIT 5'
//
// +cache="never"
func (m *Dit) Query(
	ctx context.Context,
	// A statement in GoogleSQL.
	sql string,
	// text, or json with one object a line.
	// +default="text"
	format string,
) (string, error) {
	if err := oneOf("format", format, "text", "json"); err != nil {
		return "", err
	}
	c := worker().With(m.withCloud)
	return m.output(ctx, c, []string{"dit", "query", "--format", format, sql}, false)
}
