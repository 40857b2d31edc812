// Package bqtest gives tests a BigQuery to work on: the one that DIT_SANDBOX names.
package bqtest

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Project is that of the client.
const Project = "dit-sandbox"

// Endpoint is the base URL of a BigQuery to test against. Without one the test fails.
func Endpoint(t testing.TB) option.ClientOption {
	t.Helper()
	endpoint := os.Getenv("DIT_SANDBOX")
	if endpoint == "" {
		t.Fatal("DIT_SANDBOX is not set: the base URL of a BigQuery to test against, such as http://127.0.0.1:9050/bigquery/v2/; ./tools/test sets it")
	}
	return option.WithEndpoint(endpoint)
}

// Open connects, and gives the name of a dataset that no other test has. It is not made; what is in it when the test ends goes.
func Open(t testing.TB, prefix string) (*bigquery.Client, string) {
	t.Helper()
	client, err := bq.Open(t.Context(), Project, "US", Endpoint(t), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	dataset := fmt.Sprintf("%s_%d", prefix, time.Now().UnixNano())
	t.Cleanup(func() {
		client.Dataset(dataset).DeleteWithContents(context.Background()) // the test's own context has ended by now
		client.Close()
	})
	return client, dataset
}
