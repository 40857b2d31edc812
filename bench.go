package main

import (
	"context"
	"strconv"
)

// Measures the comparison against two other ways to compare, on the same tables in the sandbox: a full join written to a table,
// and datacompy on fetched rows. Prints a table; fails only if dit gives a wrong verdict or reads a table more often than it may.
// +cache="never"
func (m *Dit) BenchCompare(
	ctx context.Context,
	// How many rows the tables have, comma separated; 10000,100000,1000000 unless given.
	// +optional
	rows []int,
) (string, error) {
	args := []string{"bench", "--python", "python"}
	for _, n := range rows {
		args = append(args, strconv.Itoa(n))
	}
	c := pythonImage("3.13").With(uv).
		WithFile("/etc/dit/requirements.txt", dag.CurrentModule().Source().File("compare/bench/requirements.txt")).
		WithExec([]string{"uv", "pip", "install", "-q", "--requirements", "/etc/dit/requirements.txt"}).
		WithoutMount(uvCache).
		WithFile("/usr/local/bin/bench", program("compare/bench")).
		WithServiceBinding("sandbox", m.Sandbox()).
		WithEnvVariable("DIT_SANDBOX", "http://sandbox:9050/bigquery/v2/")
	return m.output(ctx, c, args, false)
}

// Measures what a look-up in the registry of runs takes as it grows, against the same one without the predicates by which BigQuery
// prunes. Prints a table; fails only if a look-up does not find the run it must.
// +cache="never"
func (m *Dit) BenchLookup(
	ctx context.Context,
	// How many rows the registries have, comma separated; 10,10000,1000000 unless given.
	// +optional
	rows []int,
) (string, error) {
	args := []string{"bench"}
	for _, n := range rows {
		args = append(args, strconv.Itoa(n))
	}
	c := worker().
		WithFile("/usr/local/bin/bench", program("cache/bench")).
		WithServiceBinding("sandbox", m.Sandbox()).
		WithEnvVariable("DIT_SANDBOX", "http://sandbox:9050/bigquery/v2/")
	return m.output(ctx, c, args, false)
}
