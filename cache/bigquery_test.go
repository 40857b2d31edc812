//go:build sandbox

package cache_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cachetest"
)

func TestBigQuery(t *testing.T) {
	endpoint := os.Getenv("DIT_SANDBOX")
	if endpoint == "" {
		t.Fatal("DIT_SANDBOX is not set: the base URL of a BigQuery to test against; ./tools/test sets it")
	}
	client, err := bq.Open(t.Context(), "dit-sandbox", "US", option.WithEndpoint(endpoint), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	dataset := fmt.Sprintf("registry_%d", time.Now().UnixNano())
	t.Cleanup(func() { client.Dataset(dataset).DeleteWithContents(t.Context()) })
	cachetest.Run(t, cache.BigQuery{Client: client, Dataset: dataset})
}
