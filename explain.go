package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
)

// What would a workflow do? The workflow that is called on this runs nothing: it says for each of its runs whether the run cache
// has the tables (HIT), has them no more (STALE), has none (MISS), or another call is making them (WAIT), with the reason: which
// member of the key differs from the nearest run, which table is gone or changed; and which phases would be run.
//
// Installs the pipeline, since what is installed is part of the key, and looks at the sources. Writes nothing but missing
// synthetic tables of the sandbox.
//
// Example:
//
//	dagger call explain mode-equivalence --pipeline=sample-gaps --ref=main --format=json
func (m *Dit) Explain() *Dit {
	explaining := *m
	explaining.Explaining = true
	return &explaining
}

// explanation is the answer for all runs of a plan.
func explanation(ctx context.Context, cloud *dagger.Container, plan, sources, environments *dagger.File, format string) (string, error) {
	return output(ctx, cloud.WithFile("/in/plan.json", plan).WithFile("/in/sources.json", sources).WithFile("/in/environments.json", environments),
		[]string{"dit", "step", "explain", "--plan", "/in/plan.json", "--sources", "/in/sources.json", "--environments", "/in/environments.json", "--format", format}, false)
}
