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
