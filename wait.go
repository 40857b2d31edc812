package main

import (
	"context"
)

// Waits for the Dataflow jobs of a call that was detached, or lost, from any machine.
//
// Says how each job ended, and the line that gives the verdict: whoever asks that takes up the runs where they were left. Exits
// with 0 when all jobs are done, 2 when there is no such call, 4 when a job did not end well, 5 on trouble around it.
//
// Example:
//
//	dagger call --project=my-project --credentials=file://key.json wait --run-id=0123456789ab
//
// +cache="never"
func (m *Dit) Wait(
	ctx context.Context,
	// The call: the 12 hexadecimal digits that it printed.
	runId string,
	// Dataset with the run registry.
	// +default="dit"
	destDataset string,
) (string, error) {
	return m.output(ctx, worker().With(m.withCloud), []string{"dit", "wait", "--run-id", runId, "--dataset", destDataset}, false)
}
