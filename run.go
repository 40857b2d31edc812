package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// What is known of one call? Shows what was asked, the command that asks it again, the code, the sources, each run with its phases
// and tables, and what comparisons found.
//
// With --format=json it is the manifest, one document for other programs and for later; with --format=openlineage the events that
// a lineage service takes, one a line. With --lineage-url these are sent there. docs/registry.md explains both.
//
// Exits with 2 on bad arguments and for a run that is not in the registry, 5 when BigQuery or the lineage service did not answer.
//
// Examples:
//
//	dagger call run --run-id=0123456789ab
//	dagger call run --run-id=0123456789ab --format=json > manifest.json
//	dagger call run --run-id=0123456789ab --format=openlineage --lineage-url=https://lineage.example.com/api/v1/lineage \
//	  --lineage-key=env://OPENLINEAGE_API_KEY
//
// +cache="never"
func (m *Dit) Run(
	ctx context.Context,
	// The call, 12 hexadecimal digits; its report and the function runs have it.
	runId string,
	// Dataset of the registry.
	// +default="dit"
	destDataset string,
	// text, json or openlineage.
	// +default="text"
	format string,
	// Where to send the OpenLineage events, each with a POST, such as https://lineage.example.com/api/v1/lineage.
	// +optional
	lineageUrl string,
	// Key for it, sent as a bearer token, such as env://OPENLINEAGE_API_KEY.
	// +optional
	lineageKey *dagger.Secret,
) (string, error) {
	if err := oneOf("format", format, "text", "json", "openlineage"); err != nil {
		return "", err
	}
	if err := workflows.CheckRunID(runId); err != nil {
		return "", exit(workflows.ExitArguments, "--run-id: "+err.Error())
	}
	switch {
	case lineageUrl != "" && format != "openlineage":
		return "", exit(workflows.ExitArguments, "--lineage-url is for --format=openlineage; give that too, or leave it out")
	case lineageUrl != "" && !strings.Contains(lineageUrl, "://"):
		return "", exit(workflows.ExitArguments, fmt.Sprintf("--lineage-url %q: want a URL such as https://lineage.example.com/api/v1/lineage", lineageUrl))
	case lineageUrl == "" && lineageKey != nil:
		return "", exit(workflows.ExitArguments, "--lineage-key is for --lineage-url; give that too, or leave it out")
	}
	c := worker().With(m.withCloud)
	if lineageKey != nil {
		c = c.WithSecretVariable("OPENLINEAGE_API_KEY", lineageKey)
	}
	args := []string{"dit", "run", "--run-id", runId, "--dataset", destDataset, "--format", format}
	if lineageUrl != "" {
		args = append(args, "--to", lineageUrl)
	}
	return m.output(ctx, c, args, false)
}
