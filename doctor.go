package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
)

// Is everything there that a workflow needs, and allowed? One finding a line, each with its remedy when it fails.
//
// Looks at the credentials, the project, the dataset (makes it if it is missing), a query job, the place for temporary
// objects and, when a pipeline is named, its repository. Exits with 5 when something is wrong.
// +cache="never"
func (m *Dit) Doctor(
	ctx context.Context,
	// Name of a built-in pipeline whose repository and sources are looked at as well.
	// +optional
	pipeline string,
	// A descriptor of your own instead.
	// +optional
	descriptor *dagger.File,
	// Dataset for the output tables and the run registry.
	// +default="dit"
	destDataset string,
) (string, error) {
	c := worker()
	args := []string{"dit", "doctor", "--dataset", destDataset}
	if pipeline != "" || descriptor != nil {
		d, err := m.loadDescriptor(ctx, pipeline, descriptor)
		if err != nil {
			return "", err
		}
		r, err := m.repository(d, nil, "")
		if err != nil {
			return "", err
		}
		git, address := m.git(r)
		c, args = git, append(args, "--repo", address)
	}
	return m.output(ctx, c.With(m.withCloud), args, false)
}

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
