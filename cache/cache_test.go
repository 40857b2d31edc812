package cache_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cachetest"
)

func TestMemory(t *testing.T) { cachetest.Run(t, &cache.Memory{}) }

func sampleKey() cache.Key {
	return cache.Key{Schema: 1, Behaviour: 1, OutputSchema: 2, Pipeline: "p", Repository: "r", Commit: strings.Repeat("c0", 20), Environment: "e", WorkerImage: "w",
		Descriptor: "d", Runner: "direct", Params: map[string]string{"b": "2", "a": "1"},
		Phases: []cache.Phase{{Start: "2024-01-01", End: "2024-01-03"}, {Start: "2024-01-02", End: "2024-01-03", Mutation: "x > 1"}}, Sources: map[string]string{"s": "t@1"}}
}

// The text under the digest is a contract: when it changes by accident, every team's cache is lost.
func TestKeyGolden(t *testing.T) {
	want, err := os.ReadFile("testdata/key.json")
	if err != nil {
		t.Fatal(err)
	}
	if got := sampleKey().JSON(); got != strings.TrimSpace(string(want)) {
		t.Errorf("the canonical key is now\n%s\nif that is meant, raise KeySchema and rewrite testdata/key.json", got)
	}
}

// Every member of the key must change the digest and be named by Difference: found by reflection, so that a member added
// later is tested too.
func TestEveryMemberCounts(t *testing.T) {
	base := sampleKey()
	v := reflect.ValueOf(base)
	for i := range v.NumField() {
		changed := base
		f := reflect.ValueOf(&changed).Elem().Field(i)
		switch f.Kind() {
		case reflect.Int:
			f.SetInt(f.Int() + 1)
		case reflect.String:
			f.SetString(f.String() + "x")
		case reflect.Map:
			f.Set(reflect.ValueOf(map[string]string{"other": "1"}))
		case reflect.Slice:
			f.Set(f.Slice(0, 1))
		}
		name := v.Type().Field(i).Name
		if changed.Digest() == base.Digest() {
			t.Errorf("%s does not count", name)
		}
		if len(changed.Difference(base)) == 0 {
			t.Errorf("a difference in %s is not told", name)
		}
	}
	if d := base.Difference(sampleKey()); len(d) != 0 {
		t.Errorf("equal keys differ: %v", d)
	}
}

func FuzzKeyRoundTrip(f *testing.F) {
	f.Add("a", "b", "c")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		k := sampleKey()
		k.Params = map[string]string{a: b, b: c}
		k.Commit = c
		var back cache.Key
		if err := json.Unmarshal([]byte(k.JSON()), &back); err != nil {
			t.Fatal(err)
		}
		if back.Digest() != k.Digest() {
			t.Fatalf("%s reads back as %s", k.JSON(), back.JSON())
		}
	})
}

func TestDecide(t *testing.T) {
	now := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	key := sampleKey()
	good := cachetest.Row("good", key, time.Hour)
	table := good.Outputs["gaps"].Table
	version := good.Outputs["gaps"].Version
	for _, c := range []struct {
		reason   string
		row      func(*cache.Row)
		versions map[bq.Table]bq.Version
		policy   cache.Policy
		kind     cache.Kind
		want     string
		required bool
	}{
		{reason: "all is as it was", kind: cache.Hit, want: "run good"},
		{reason: "required and there", policy: cache.Require, kind: cache.Hit},
		{reason: "refresh never looks", policy: cache.Refresh, kind: cache.Miss, want: "not looked up"},
		{reason: "off never looks", policy: cache.Off, kind: cache.Miss, want: "not looked up"},
		{reason: "the table is gone", versions: map[bq.Table]bq.Version{}, kind: cache.Stale, want: "is gone"},
		{reason: "a row more", versions: map[bq.Table]bq.Version{table: {Etag: "e", LastModified: 1, NumRows: 3}}, kind: cache.Stale, want: "3 rows, not 2"},
		{reason: "modified", versions: map[bq.Table]bq.Version{table: {Etag: "f", LastModified: 1, NumRows: 2}}, kind: cache.Stale, want: "modified"},
		{reason: "made anew with the same rows", versions: map[bq.Table]bq.Version{table: {Etag: "e", LastModified: 1, NumRows: 2, Created: 5}}, kind: cache.Stale, want: "made anew"},
		{reason: "no outputs recorded", row: func(r *cache.Row) { r.Outputs = nil }, kind: cache.Stale, want: "no output tables"},
		{reason: "no version recorded", row: func(r *cache.Row) { r.Outputs = map[string]cache.Output{"gaps": {Table: table}} },
			versions: map[bq.Table]bq.Version{table: {}}, kind: cache.Stale, want: "not recorded"},
		{reason: "required and stale", policy: cache.Require, versions: map[bq.Table]bq.Version{}, kind: cache.Stale, required: true},
		{reason: "another commit", row: func(r *cache.Row) { r.Key.Commit = strings.Repeat("ab", 20); r.CacheKey = r.Key.Digest() }, kind: cache.Miss, want: "commit is c0c0c0c0c0, was ababababab"},
		{reason: "a row whose digest lies", row: func(r *cache.Row) { r.Key.Commit = "other" }, kind: cache.Miss},
		{reason: "expired", row: func(r *cache.Row) { r.ExpiresAt = now }, kind: cache.Miss, want: "no run"},
		{reason: "failed", row: func(r *cache.Row) { r.Status = cache.Failed }, kind: cache.Miss, want: "no run"},
	} {
		t.Run(c.reason, func(t *testing.T) {
			row, reg := cachetest.Row("good", key, time.Hour), &cache.Memory{}
			if c.row != nil {
				c.row(&row)
			}
			if err := reg.Insert(t.Context(), row); err != nil {
				t.Fatal(err)
			}
			if c.versions == nil {
				c.versions = map[bq.Table]bq.Version{table: version}
			}
			if c.policy == "" {
				c.policy = cache.Use
			}
			d, err := cache.Decide(t.Context(), reg, func(_ context.Context, table bq.Table) (bq.Version, error) {
				v, ok := c.versions[table]
				if !ok {
					return v, bq.ErrNotFound
				}
				return v, nil
			}, key, c.policy, now)
			if errors.Is(err, cache.ErrRequired) != c.required || err != nil && !c.required {
				t.Fatalf("error %v", err)
			}
			if d.Kind != c.kind || !strings.Contains(d.Reason, c.want) || (d.Row != nil) != (c.kind == cache.Hit) {
				t.Errorf("decision %s, want %s with %q", d, c.kind, c.want)
			}
		})
	}
	if _, err := cache.Decide(t.Context(), &cache.Memory{}, nil, key, "always", now); err == nil {
		t.Error("an unknown policy was accepted")
	}
}

// When the world cannot be asked, the answer is an error: neither a hit nor a miss that would silently run again.
func TestDecideDoesNotGuess(t *testing.T) {
	key, reg := sampleKey(), &cache.Memory{}
	if err := reg.Insert(t.Context(), cachetest.Row("r", key, 0)); err != nil {
		t.Fatal(err)
	}
	down := errors.New("down")
	_, err := cache.Decide(t.Context(), reg, func(context.Context, bq.Table) (bq.Version, error) { return bq.Version{}, down }, key, cache.Use,
		time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC))
	if !errors.Is(err, down) {
		t.Errorf("error %v", err)
	}
}
