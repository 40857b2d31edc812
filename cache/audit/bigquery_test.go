//go:build sandbox

package audit

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
)

func registry(t *testing.T) cache.BigQuery {
	client, dataset := bqtest.Open(t, "audit")
	return cache.BigQuery{Client: client, Dataset: dataset}
}

// What a registry in BigQuery gives is what one in memory does, however old the call is.
func TestBigQuery(t *testing.T) {
	reg := registry(t)
	if _, err := Load(t.Context(), reg, callID); err == nil || !strings.Contains(err.Error(), ErrUnknown.Error()) {
		t.Errorf("a registry that is not there: %v", err)
	}
	if list, err := List(t.Context(), reg, cache.Filter{}, noon); err != nil || len(list) != 0 {
		t.Errorf("a registry that is not there: %v, %v", list, err)
	}
	for _, r := range sampleRows() {
		if r.Status != cache.Running {
			if err := reg.Insert(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		} else if c, err := reg.Claim(t.Context(), r, -time.Second); err != nil || !c.Granted {
			t.Fatalf("claim %+v, %v", c, err)
		}
	}
	verdicts := sampleVerdicts(t)
	if err := reg.Judge(t.Context(), verdicts); err != nil {
		t.Fatal(err)
	}
	call, err := Load(t.Context(), reg, callID)
	if err != nil {
		t.Fatal(err)
	}
	dead := cache.ID{RunID: callID, Run: "mutate-recover"}
	if since, ok := call.Silent[dead]; !ok || time.Since(since) > time.Minute || len(call.Silent) != 1 {
		t.Errorf("silent are %v", call.Silent)
	}
	call.Silent = map[cache.ID]time.Time{dead: noon.Add(5 * time.Minute)}
	if diff := cmp.Diff(sampleCall(t), call, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-memory +BigQuery)\n%s", diff)
	}
	text, err := json.MarshalIndent(call.Manifest(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "manifest.json", string(text)+"\n")
	var events bytes.Buffer
	if err := WriteLineage(&events, call.Lineage()); err != nil {
		t.Fatal(err)
	}
	golden(t, "lineage.jsonl", events.String())

	recent := sampleRows()[2]
	recent.RunID, recent.StartedAt, recent.ExperimentID = "ffffffffffff", time.Now().UTC().Add(-time.Hour).Truncate(time.Millisecond), "mine"
	recent.Key.Pipeline = "another"
	if err := reg.Insert(t.Context(), recent); err != nil {
		t.Fatal(err)
	}
	all := time.Unix(0, 0)
	for _, c := range []struct {
		filter cache.Filter
		want   string
	}{
		{cache.Filter{}, "ffffffffffff"}, // the others are older than a year
		{cache.Filter{Since: all}, "ffffffffffff mutate-recover bftruncate bf bfd"},
		{cache.Filter{Since: all, Limit: 2}, "ffffffffffff mutate-recover"},
		{cache.Filter{Since: all, Pipeline: "sample-gaps", Limit: 1}, "mutate-recover"},
		{cache.Filter{Since: all, ExperimentID: "mine"}, "ffffffffffff"},
		{cache.Filter{Since: all, Status: cache.Failed}, "ffffffffffff bftruncate"},
		{cache.Filter{Since: all, Status: cache.Running}, "mutate-recover"},
		{cache.Filter{Since: all, Status: cache.Cancelled}, ""},
	} {
		list, err := List(t.Context(), reg, c.filter, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range list {
			name := e.Run
			if e.RunID != callID {
				name = e.RunID
			}
			got = append(got, name)
			if (e.SilentSince != nil) != (e.Run == "mutate-recover") {
				t.Errorf("%s is silent since %v", e.Run, e.SilentSince)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v gives %v", c.filter, got)
		}
	}
}
