//go:build sandbox

package cache_test

import (
	"testing"

	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cachetest"
)

func TestBigQuery(t *testing.T) { cachetest.Run(t, sandboxRegistry(t)) }

// sandboxRegistry is one in a dataset that is not there yet.
func sandboxRegistry(t *testing.T) cache.BigQuery {
	t.Helper()
	client, dataset := bqtest.Open(t, "registry")
	return cache.BigQuery{Client: client, Dataset: dataset}
}
