package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// Ends a run, or all runs of an experiment: its Dataflow jobs, its rows in the registry, its tables.
//
// A table that another run took over from the cache, or can be resumed from, is kept, and the answer names that run. Whoever
// asks for the same run again computes it anew. May be called again: it then does what could not be done the first time.
// Exits with 2 when there is no such run, 5 when something could not be done.
//
// Examples:
//
//	dagger call cancel --run-id=0123456789ab
//	dagger call --project=my-project --credentials=file://key.json cancel --experiment-id=solo_012345 --dest-dataset=my_dataset
//
// +cache="never"
func (m *Dit) Cancel(
	ctx context.Context,
	// The run: the 12 hexadecimal digits that its report and the names of its tables have.
	// +optional
	runId string,
	// Or an experiment, with all its runs that are running or have succeeded.
	// +optional
	experimentId string,
	// Dataset with the run registry and the run's tables.
	// +default="dit"
	destDataset string,
) (string, error) {
	if (runId == "") == (experimentId == "") {
		return "", exit(workflows.ExitArguments, "give one of --run-id and --experiment-id: what to cancel")
	}
	args := []string{"dit", "cancel", "--dataset", destDataset}
	if runId != "" {
		args = append(args, "--run-id", runId)
	} else {
		args = append(args, "--experiment-id", experimentId)
	}
	return m.output(ctx, worker().With(m.withCloud), args, false)
}
