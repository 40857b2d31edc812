package main

import (
	"context"
	"strconv"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// What was run? Lists the runs in the registry, the youngest first: when, which call, which pipeline and commit, how it ended.
//
// A run that is said to be running though its process has been silent for too long is shown as "running?", with what to do
// about it under the list. The function run shows all that is known of one call. docs/registry.md has the members of the JSON.
//
// Exits with 2 on bad arguments or when there is no such dataset, 5 when BigQuery did not answer.
//
// Examples:
//
//	dagger call runs
//	dagger call runs --pipeline=sample-gaps --status=failed --since=7d
//	dagger call runs --experiment-id=my-change --format=json
//
// +cache="never"
func (m *Dit) Runs(
	ctx context.Context,
	// Only runs of this pipeline.
	// +optional
	pipeline string,
	// Only runs of this experiment.
	// +optional
	experimentId string,
	// Only runs that are running, detached, succeeded, failed or cancelled.
	// +optional
	status string,
	// Only runs that began on or after a day (2024-01-31) or time (2024-01-31T12:00:00Z), or so long ago at most (7d, 36h).
	// Without it, those of the last year.
	// +optional
	since string,
	// Most runs to list.
	// +default=50
	limit int,
	// Dataset of the registry.
	// +default="dit"
	destDataset string,
	// text, or json: an array with one object a run.
	// +default="text"
	format string,
) (string, error) {
	if err := oneOf("format", format, "text", "json"); err != nil {
		return "", err
	}
	if status != "" {
		if err := oneOf("status", status, "running", "detached", "succeeded", "failed", "cancelled"); err != nil {
			return "", err
		}
	}
	if limit < 1 {
		return "", exit(workflows.ExitArguments, "--limit "+strconv.Itoa(limit)+": want 1 or more")
	}
	return m.output(ctx, worker().With(m.withCloud), []string{"dit", "runs", "--dataset", destDataset,
		"--pipeline", pipeline, "--experiment-id", experimentId, "--status", status, "--since", since, "--limit", strconv.Itoa(limit), "--format", format}, false)
}
