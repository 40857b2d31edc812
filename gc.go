package main

import (
	"context"
)

// Lists what runs left behind and nobody needs any more; with --apply, removes it.
//
// That is: tables and views whose runs expired, were cancelled or failed with nothing to resume from; datasets and Dataflow
// jobs of such runs; and the rows of runs whose process stopped without a word. A table that a living run names is never
// touched, nor is anything that dit did not make. Without --apply nothing is written.
//
// Examples:
//
//	dagger call gc
//	dagger call gc --apply
//	dagger call --project=my-project --credentials=file://key.json gc --dest-dataset=my_dataset --format=json
//
// +cache="never"
func (m *Dit) Gc(
	ctx context.Context,
	// Dataset with the run registry and its runs' tables.
	// +default="dit"
	destDataset string,
	// Remove what is listed.
	// +optional
	apply bool,
	// text or json.
	// +default="text"
	format string,
) (string, error) {
	if err := oneOf("format", format, "text", "json"); err != nil {
		return "", err
	}
	args := []string{"dit", "gc", "--dataset", destDataset, "--format", format}
	if apply {
		args = append(args, "--apply")
	}
	return m.output(ctx, worker().With(m.withCloud), args, false)
}
