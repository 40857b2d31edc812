//go:build sandbox

package steps

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
)

// mortal lets so many requests through, and then none: to the service a process that was killed at the next one, whose request may
// (late) or may not have arrived.
type mortal struct {
	at   int64
	late bool
	seen atomic.Int64
}

func (m *mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	n := m.seen.Add(1)
	if n < m.at || m.at == 0 {
		return http.DefaultTransport.RoundTrip(r)
	}
	if n == m.at && m.late {
		if answer, err := http.DefaultTransport.RoundTrip(r); err == nil {
			answer.Body.Close()
		}
	}
	const body = `{"error":{"code":403,"message":"dead","errors":[{"reason":"accessDenied","message":"dead"}]}}`
	return &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// keeper is one that dies.
func (v *vault) keeper(m *mortal) (Keeper, *bigquery.Client) {
	v.t.Helper()
	client, err := bq.Open(v.t.Context(), bqtest.Project, "US", bqtest.Endpoint(v.t), option.WithHTTPClient(&http.Client{Transport: m}))
	if err != nil {
		v.t.Fatal(err)
	}
	return Keeper{v.plan(), vaultSources(), client, cache.BigQuery{Client: client, Dataset: v.dataset}, io.Discard}, client
}

// TestKeepKilled kills who records at requests drawn at random. Whatever was left, exactly one whole recording is active; and the next
// to record leaves nothing but its own tables.
func TestKeepKilled(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	v := newVault(t, seen)
	tables, outcome := v.run("a", 9)
	alone := &mortal{}
	k, client := v.keeper(alone)
	first, err := k.Keep(t.Context(), "keep-bf", tables, outcome)
	client.Close()
	if err != nil {
		t.Fatal(err)
	}
	requests := int(alone.seen.Load())
	t.Logf("%d requests", requests)
	// Where the registry changes, while the tables of the one before are dropped, and some before.
	points := []int{requests - 2, requests - 1, requests, requests + 1 + random.IntN(4)}
	for _, n := range random.Perm(requests - 3)[:2] {
		points = append(points, n+1)
	}
	ids := map[string]bool{first.ID: true}
	for _, n := range points {
		m := &mortal{at: int64(n), late: random.IntN(2) == 0}
		k, client := v.keeper(m)
		_, err := k.Keep(t.Context(), "keep-bf", tables, outcome)
		client.Close()
		ids[k.Plan.RunID] = true
		t.Logf("killed at %d, late %v: %v", n, m.late, err)
		v.whole(1)
		if t.Failed() {
			t.FailNow()
		}
	}
	v.do("UPDATE DATASET.dit_golden SET started_at = TIMESTAMP_SUB(started_at, INTERVAL 2 HOUR) WHERE TRUE")
	last := v.keep(tables, outcome)
	v.whole(1)
	for _, name := range v.golden() {
		if !strings.Contains(name, last.ID) {
			t.Errorf("%s is left", name)
		}
	}
}

// Of several who record at once each comes to its end, one is the reference afterwards, and nothing is left of the others.
func TestKeepRace(t *testing.T) {
	v := newVault(t, plain)
	tables, outcome := v.run("a", 9)
	var all sync.WaitGroup
	for range 3 {
		k := Keeper{v.plan(), vaultSources(), v.client, v.reg, io.Discard}
		all.Go(func() {
			if _, err := k.Keep(t.Context(), "keep-bf", tables, outcome); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	v.whole(1)
	active, err := v.reg.Goldens(t.Context(), cache.GoldenFilter{Status: cache.GoldenActive})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range v.golden() {
		if !strings.Contains(name, active[0].ID) {
			t.Errorf("%s is left", name)
		}
	}
}
