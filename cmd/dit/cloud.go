package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/names"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// clientOptions are further options of the client; tests lead it to services of theirs.
var clientOptions []option.ClientOption

// open connects to BigQuery as the environment says.
func open(ctx context.Context) (*bigquery.Client, error) {
	project := os.Getenv("GOOGLE_CLOUD_PROJECT")
	if project == "" {
		return nil, fmt.Errorf("GOOGLE_CLOUD_PROJECT is not set: the project that runs the jobs")
	}
	return bq.Open(ctx, project, os.Getenv("DIT_LOCATION"), clientOptions...)
}

// openRegistry connects to the registry in the dataset, "dataset" or "project.dataset"; a name that cannot be one is refused.
func openRegistry(ctx context.Context, dataset string) (cache.BigQuery, error) {
	if _, _, err := names.SplitDataset(dataset); err != nil {
		return cache.BigQuery{}, coded{workflows.ExitArguments, err}
	}
	client, err := open(ctx)
	return cache.BigQuery{Client: client, Dataset: dataset}, err
}

// read parses a JSON file.
func read[T any](path string) (*T, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	v := new(T)
	if err := json.Unmarshal(text, v); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return v, nil
}

// write makes a JSON file, and its directory.
func write(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
