//go:build sandbox

package cache_test

import (
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/cache"
)

// A registry that an earlier dit made has no dit_golden: looking finds nothing, and the first recording makes it.
func TestGoldenInOlderRegistry(t *testing.T) {
	reg := sandboxRegistry(t)
	if err := reg.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := reg.Client.Dataset(reg.Dataset).Table(cache.GoldenName).Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	q := sampleQuestion()
	if all, err := reg.Goldens(t.Context(), cache.GoldenFilter{}); err != nil || len(all) != 0 {
		t.Fatalf("%v, %v", all, err)
	}
	if ok, err := reg.Retire(t.Context(), "000000000001", cache.GoldenActive); ok || err != nil {
		t.Fatalf("%v, %v", ok, err)
	}
	if err := reg.Client.Dataset(reg.Dataset).Table(cache.GoldenName).Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	recorded(t, reg, 1, q)
	if g, err := cache.Reference(t.Context(), reg, q); err != nil || g.ID != "000000000001" {
		t.Fatalf("%v, %v", g, err)
	}

	// A row that cannot be read is told of, and its tables are known by the names.
	if _, err := reg.Client.Query("UPDATE `" + reg.Dataset + "." + cache.GoldenName + "` SET outputs_json = 'two', question_json = '{' WHERE TRUE").Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := reg.Goldens(t.Context(), cache.GoldenFilter{Pipeline: "p"})
	if err != nil || len(all) != 1 || !strings.Contains(all[0].Unreadable, "question_json") || !strings.Contains(all[0].Unreadable, "outputs_json") || len(all[0].Tables()) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	if _, err := cache.Reference(t.Context(), reg, q); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Error(err)
	}
	if ok, err := reg.Retire(t.Context(), all[0].ID, cache.GoldenActive); err != nil || !ok {
		t.Errorf("%v, %v", ok, err)
	}
}
