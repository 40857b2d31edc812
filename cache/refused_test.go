package cache_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cachetest"
)

func clientOf(t *testing.T, s *cachetest.Service) *bigquery.Client {
	t.Helper()
	client, err := bq.Open(t.Context(), "dit-sandbox", "US", s.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// A registry of a later dit is not written to, by whatever way.
func TestNewerRegistry(t *testing.T) {
	row, held := cachetest.Row("r", sampleKey(), 0), cache.Lease{CacheKey: "k", Holder: "h"}
	for name, write := range map[string]func(cache.Registry) error{
		"prepare":  func(r cache.Registry) error { return r.Prepare(t.Context()) },
		"insert":   func(r cache.Registry) error { return r.Insert(t.Context(), row) },
		"claim":    func(r cache.Registry) error { _, err := r.Claim(t.Context(), row, time.Minute); return err },
		"renew":    func(r cache.Registry) error { return r.Renew(t.Context(), held, time.Minute) },
		"progress": func(r cache.Registry) error { return r.Progress(t.Context(), held, row) },
		"end":      func(r cache.Registry) error { return r.End(t.Context(), held, row) },
		"mark":     func(r cache.Registry) error { _, err := r.Mark(t.Context(), "r"); return err },
		"revoke": func(r cache.Registry) error {
			_, err := r.Revoke(t.Context(), row.ID, cache.Succeeded, cache.Abandoned, "why")
			return err
		},
		"judge":   func(r cache.Registry) error { return r.Judge(t.Context(), []cache.Verdict{{RunID: "r"}}) },
		"propose": func(r cache.Registry) error { return r.Propose(t.Context(), cache.Golden{}) },
		"promote": func(r cache.Registry) error { _, err := r.Promote(t.Context(), cache.Golden{}); return err },
		"retire": func(r cache.Registry) error {
			_, err := r.Retire(t.Context(), "g", cache.GoldenActive)
			return err
		},
		"dropped": func(r cache.Registry) error { return r.Dropped(t.Context(), "g") },
		"reuse":   func(r cache.Registry) error { _, err := cache.Reuse(t.Context(), r, row, row); return err },
	} {
		t.Run(name, func(t *testing.T) {
			service := cachetest.Serve(t, cachetest.Registry("99"))
			reg := cache.BigQuery{Client: clientOf(t, service), Dataset: "d"}
			for range 2 { // a refusal is not forgotten
				var newer *cache.NewerError
				if err := write(reg); !errors.As(err, &newer) || newer.Found != 99 || newer.Table != "dit-sandbox.d.dit_runs" {
					t.Fatalf("%v", err)
				}
			}
			if wrote := service.Wrote(); len(wrote) != 0 {
				t.Errorf("it wrote: %s", strings.Join(wrote, "\n"))
			}
		})
	}
}

// Looking up costs its own requests and no more, and works in a registry of a later dit.
func TestLookupAsksOnce(t *testing.T) {
	service := cachetest.Serve(t, cachetest.Registry("99"))
	reg := cache.BigQuery{Client: clientOf(t, service), Dataset: "d"}
	if _, err := reg.Find(t.Context(), "p", "k", time.Now(), 1); err != nil {
		t.Fatal(err)
	}
	if asked := service.Asked(); len(asked) != 1 || !strings.HasPrefix(asked[0], "POST ") {
		t.Errorf("a look-up asked %q", asked)
	}
}

func TestNoPermission(t *testing.T) {
	const denied = "Access Denied: Dataset dit-sandbox:d: Permission bigquery.tables.create denied on dataset dit-sandbox:d (or it may not exist)."
	service := cachetest.Serve(t, func(method, path string) (int, any) {
		switch {
		case method == http.MethodPost:
			return http.StatusForbidden, cachetest.Refusal(http.StatusForbidden, "accessDenied", denied)
		case strings.HasSuffix(path, "/datasets/d"):
			return http.StatusOK, map[string]any{"location": "US"}
		}
		return 0, nil
	})
	err := cache.BigQuery{Client: clientOf(t, service), Dataset: "d"}.Prepare(t.Context())
	for _, want := range []string{"make registry table dit-sandbox.d.dit_leases", denied, "roles/bigquery.dataEditor"} {
		if !errors.Is(err, bq.ErrPermission) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %q", err, want)
		}
	}
}
