package main

import (
	"context"
)

// Where does every table of a dataset come from? Proves for each which run made it, from which code, and that nobody changed
// it since.
//
// A table, view or snapshot is proven when a registered run that succeeded names it, the run's commit is still in its repository, and
// the table has the version that the run left. Where only the version moved, as when a label was changed, the table is read once
// and proven if its rows are those that were recorded. The tables of a run that is alive are being made. A pinned source is a snapshot
// that --pin-source-at made: it says itself of which table and instant it is. Anything
// else is unexplained, with the reason: nobody registered it, it was changed, its commit is gone, its run failed or was cancelled, or a
// repository did not answer. A repository that was given as a directory cannot be asked, so its tables stay unexplained.
//
// Exits with 0 when nothing is unexplained, 1 when something is, 2 on bad arguments or when there is no such dataset, 5 when
// BigQuery did not answer.
//
// Examples:
//
//	dagger call trail
//	dagger call --project=my-project --credentials=file://key.json --git-token=env://GITHUB_TOKEN trail --dest-dataset=dit --format=json --exit-zero
//
// +cache="never"
func (m *Dit) Trail(
	ctx context.Context,
	// Dataset with the tables and the run registry.
	// +default="dit"
	destDataset string,
	// text or json.
	// +default="text"
	format string,
	// Exit with 0 whatever was found, so that the report comes on standard output; otherwise it is the error's message.
	// +default=false
	exitZero bool,
) (string, error) {
	if err := oneOf("format", format, "text", "json"); err != nil {
		return "", err
	}
	c, _ := m.git(&repository{}) // of no repository: for what all of them may need
	c = c.With(m.withCloud)
	return m.output(ctx, c, []string{"dit", "trail", "--dataset", destDataset, "--format", format}, exitZero)
}
