//go:build sandbox

package cache_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cachetest"
)

func TestBigQuery(t *testing.T) { cachetest.Run(t, sandboxRegistry(t)) }

// sandboxRegistry is one in a dataset that is not there yet.
func sandboxRegistry(t *testing.T) cache.BigQuery {
	t.Helper()
	endpoint := os.Getenv("DIT_SANDBOX")
	if endpoint == "" {
		t.Fatal("DIT_SANDBOX is not set: the base URL of a BigQuery to test against; ./tools/test sets it")
	}
	client, err := bq.Open(t.Context(), "dit-sandbox", "US", option.WithEndpoint(endpoint), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	dataset := fmt.Sprintf("registry_%d", time.Now().UnixNano())
	t.Cleanup(func() {
		client.Dataset(dataset).DeleteWithContents(context.Background())
		client.Close()
	})
	return cache.BigQuery{Client: client, Dataset: dataset}
}
