package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// Lists the golden recordings, the youngest first: of which pipeline, mode, ref and commit, when, and in which tables; and says of each that
// can be compared with nothing any more, because a table is gone or was changed. Exits with 2 when there is no such dataset.
//
// Example:
//
//	dagger call golden list --pipeline=sample-gaps
//
// +cache="never"
func (g *Golden) List(
	ctx context.Context,
	// Only recordings of this pipeline.
	// +optional
	pipeline string,
	// Also those that were replaced, retired or abandoned, with the tables that are left of them.
	// +optional
	all bool,
	// Dataset of the registry.
	// +default="dit"
	destDataset string,
	// text, or json: an array with one object a recording.
	// +default="text"
	format string,
) (string, error) {
	if err := oneOf("format", format, "text", "json"); err != nil {
		return "", err
	}
	args := []string{"dit", "golden", "list", "--dataset", destDataset, "--pipeline", pipeline, "--format", format}
	if all {
		args = append(args, "--all")
	}
	return g.Module.output(ctx, worker().With(g.Module.withCloud), args, false)
}

// Ends a golden recording, or all of a pipeline, and drops its tables. From then on nothing is compared with it. May be called again: it
// then does what was not done, and removes what a call that was killed has left.
//
// Exits with 2 when there is no such recording, 5 when something could not be done.
//
// Example:
//
//	dagger call golden retire --id=0123456789ab
//
// +cache="never"
func (g *Golden) Retire(
	ctx context.Context,
	// The recording: 12 hexadecimal digits; golden list has them.
	// +optional
	id string,
	// Or all recordings of this pipeline.
	// +optional
	pipeline string,
	// Dataset of the registry.
	// +default="dit"
	destDataset string,
) (string, error) {
	if (id == "") == (pipeline == "") {
		return "", exit(workflows.ExitArguments, "give one of --id and --pipeline: what to retire")
	}
	return g.Module.output(ctx, worker().With(g.Module.withCloud),
		[]string{"dit", "golden", "retire", "--dataset", destDataset, "--id", id, "--pipeline", pipeline}, false)
}
