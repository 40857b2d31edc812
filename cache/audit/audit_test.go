package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make it with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), rewrite with -update when that is meant:\n%s", path, diff)
	}
}

const callID = "0123456789ab"

var noon = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

func table(name string) bq.Table { return bq.Table{Project: "dit-sandbox", Dataset: "dit", Name: name} }

// sampleRows are a run that succeeded, one found in the cache, one that failed and one whose process died.
func sampleRows() []cache.Row {
	key := cache.Key{Schema: 1, Behaviour: 1, Pipeline: "sample-gaps", Repository: "https://example.com/pipe/gaps.git", Commit: strings.Repeat("c0ffee00", 5),
		Environment: strings.Repeat("e", 64), Descriptor: strings.Repeat("d", 64), Runner: "dataflow", Params: map[string]string{"min_gap_length": "6", "ssvids": ""},
		Phases:  []cache.Phase{{Start: "2024-01-02", End: "2024-01-07"}, {Start: "2024-01-07", End: "2024-01-08", Mutation: "messages: x > 1"}},
		Sources: map[string]string{"messages": "dit-sandbox.ais.messages, etag abc, modified 5, created 4, 1000 rows", "segments": "dit-sandbox.ais.segments, contents unknown, run " + callID}}
	row := func(run string, started time.Duration) cache.Row {
		k := key
		if run != "bfd" {
			k.Phases = k.Phases[:1]
		}
		return cache.Row{ID: cache.ID{RunID: callID, Run: run}, CacheKey: k.Digest(), Key: k, Workflow: "mode-equivalence", ExperimentID: "solo_012345",
			Status: cache.Succeeded, DitCommit: strings.Repeat("d17", 13) + "d", BuildID: "build-7", ParentRunID: "fedcba987654",
			Command: "dagger call mode-equivalence --pipeline=sample-gaps", Packages: "apache-beam==2.71.0\npipe-gaps==1.0\n",
			StartedAt: noon.Add(started), FinishedAt: noon.Add(started + time.Minute), ExpiresAt: noon.Add(720 * time.Hour)}
	}
	version := bq.Version{Etag: "e1", LastModified: 20, Created: 10, NumRows: 7, NumBytes: 70}
	good := row("bfd", 0)
	good.Region, good.JobIDs, good.LogLocation, good.BytesBilled, good.SlotMillis = "us-east1", []string{"2024-05-01_1", "2024-05-01_2"}, "gs://bucket/logs/"+callID, 2048, 17
	good.Scratch = []bq.Table{table("mutated")}
	good.Phases = []cache.PhaseDone{
		{Phase: good.Key.Phases[0], Status: cache.Succeeded, Seconds: 300, ReusedRunID: "aaaaaaaaaaaa", Outputs: map[string]bq.Version{"gaps": version}},
		{Phase: good.Key.Phases[1], Status: cache.Succeeded, Seconds: 40.5, Commands: []string{"gaps detect --date-range=2024-01-07,2024-01-08"}, Outputs: map[string]bq.Version{"gaps": version}}}
	good.Outputs = map[string]cache.Output{"gaps": {Table: table("gaps_bfd"), Version: version, Fingerprint: "2:7:9", View: &cache.View{Table: table("gaps_bfd_last_versions"), Version: version}}}
	found := row("bf", time.Second)
	found.ReusedRunID, found.FinishedAt = "bbbbbbbbbbbb", found.StartedAt.Add(time.Second)
	found.Outputs = map[string]cache.Output{"gaps": {Table: table("gaps_bf"), Version: version}}
	failed := row("bftruncate", 2*time.Second)
	failed.Status, failed.Failure, failed.Error = cache.Failed, cache.FailedPipeline, "bftruncate 1/1, [2024-01-02, 2024-01-07): detect ended with exit code 1\nand a second line"
	failed.Key.Commit = strings.Repeat("ab", 20)
	failed.CacheKey = failed.Key.Digest()
	dead := row("mutate-recover", 3*time.Second)
	dead.Status, dead.FinishedAt = cache.Running, time.Time{}
	return []cache.Row{good, found, failed, dead}
}

func sampleVerdicts(t *testing.T) []cache.Verdict {
	result := func(r compare.Result) string {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	verdict := func(step, left, right, kind string) cache.Verdict {
		return cache.Verdict{RunID: callID, Step: step, Workflow: "mode-equivalence", Pipeline: "sample-gaps", ExperimentID: "solo_012345", Commit: strings.Repeat("c0ffee00", 5),
			Left: left, Right: right, LeftRunID: "bbbbbbbbbbbb", RightRunID: callID, Verdict: kind, JudgedAt: noon.Add(2 * time.Minute)}
	}
	a := verdict("compare-gaps-bf-bfd", table("gaps_bf").String(), table("gaps_bfd").String(), "DIFFERENT")
	a.ResultJSON = result(compare.Result{Verdict: compare.Different, Reasons: []string{"2 rows differ in end_lat"}, Keys: []string{"gap_id"}, Read: true, Rows: compare.Rows{Equal: 5, Changed: 2},
		Columns: []compare.Column{{Name: "end_lat", Type: "FLOAT64", Differing: 3, Tolerated: 1}, {Name: "score", Type: "FLOAT64", Differing: 1, Tolerated: 1}}})
	b := verdict("compare-gaps-bf-bftruncate", table("gaps_bf").String(), "", "NOT_COMPARABLE")
	b.ResultJSON = result(compare.Result{Verdict: compare.NotComparable, Reasons: []string{"run bftruncate has no tables"}})
	c := verdict("compare-gaps-bfd-bftruncate", table("gaps_bfd").String(), "", "")
	c.Error = "the comparison left no result"
	d := verdict("compare-gaps-bfd-other", table("gaps_bfd").String(), table("gaps_other").String(), "IDENTICAL")
	d.ResultJSON = result(compare.Result{Verdict: compare.Identical, Read: true, Rows: compare.Rows{Equal: 7}, Columns: []compare.Column{{Name: "end_lat", Type: "FLOAT64"}}})
	return []cache.Verdict{a, b, c, d}
}

// sampleCall is what a registry gives of them; in it the lease of the dead run has run out.
func sampleCall(t *testing.T) *Call {
	reg := &cache.Memory{}
	rows := sampleRows()
	slices.Reverse(rows) // the order is to come from Load
	for _, r := range rows {
		if r.Status != cache.Running {
			if err := reg.Insert(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		} else if c, err := reg.Claim(t.Context(), r, -time.Second); err != nil || !c.Granted {
			t.Fatalf("claim %+v, %v", c, err)
		}
	}
	earlier := sampleVerdicts(t)[1]
	earlier.Verdict, earlier.JudgedAt = "IDENTICAL", earlier.JudgedAt.Add(-time.Minute)
	for _, verdicts := range [][]cache.Verdict{sampleVerdicts(t), {earlier}} {
		if err := reg.Judge(t.Context(), verdicts); err != nil {
			t.Fatal(err)
		}
	}
	call, err := Load(t.Context(), reg, callID)
	if err != nil {
		t.Fatal(err)
	}
	for id := range call.Silent { // a moment of the test's own
		call.Silent[id] = noon.Add(5 * time.Minute)
	}
	return call
}

func TestLoadAnUnknownCall(t *testing.T) {
	if _, err := Load(t.Context(), &cache.Memory{}, callID); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), callID) {
		t.Errorf("error %v", err)
	}
}

func TestManifest(t *testing.T) {
	m := sampleCall(t).Manifest()
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "manifest.json", string(text)+"\n")
	var page bytes.Buffer
	if err := m.WritePage(&page, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	golden(t, "page.txt", page.String())
}

// A call may leave verdicts and no rows, or a result that is no JSON; it can be shown all the same.
func TestManifestOfLittle(t *testing.T) {
	v := sampleVerdicts(t)[0]
	v.ResultJSON = "not JSON"
	for _, c := range []*Call{{RunID: callID, Verdicts: []cache.Verdict{v}}, {RunID: callID, Rows: sampleRows()[3:]}} {
		m := c.Manifest()
		text, err := json.Marshal(m)
		if err != nil || !strings.Contains(string(text), "mode-equivalence") || !strings.Contains(string(text), "sample-gaps") {
			t.Errorf("%s, %v", text, err)
		}
		var page bytes.Buffer
		if err := m.WritePage(&page, noon); err != nil || !strings.Contains(page.String(), callID) {
			t.Errorf("%s, %v", page.String(), err)
		}
	}
}

func TestList(t *testing.T) {
	reg := &cache.Memory{}
	for _, r := range sampleRows()[:3] {
		if err := reg.Insert(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	dead, alive := sampleRows()[3], sampleRows()[3]
	alive.Run, alive.CacheKey, alive.StartedAt = "alive", "other key", noon.Add(-time.Minute)
	for row, lease := range map[*cache.Row]time.Duration{&dead: -time.Second, &alive: time.Hour} {
		if c, err := reg.Claim(t.Context(), *row, lease); err != nil || !c.Granted {
			t.Fatalf("claim %+v, %v", c, err)
		}
	}
	list, err := List(t.Context(), reg, cache.Filter{}, noon.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if silent := list[i].SilentSince != nil; silent != (list[i].Run == "mutate-recover") {
			t.Errorf("%s is silent: %v", list[i].Run, silent)
		} else if silent {
			since := noon.Add(5 * time.Minute)
			list[i].SilentSince = &since
		}
	}
	var text bytes.Buffer
	if err := WriteList(&text, list, 5); err != nil {
		t.Fatal(err)
	}
	golden(t, "list.txt", text.String())
	body, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "list.json", string(body)+"\n")
	if none, err := List(t.Context(), reg, cache.Filter{Pipeline: "unknown"}, noon); err != nil || none == nil || len(none) != 0 {
		t.Errorf("an empty list is %#v, %v", none, err)
	}
}

func TestParseSince(t *testing.T) {
	for text, want := range map[string]time.Time{
		"": {}, "2024-01-31": time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC), "2024-01-31T12:00:00+02:00": time.Date(2024, 1, 31, 10, 0, 0, 0, time.UTC),
		"7d": noon.AddDate(0, 0, -7), "36h": noon.Add(-36 * time.Hour), "90m": noon.Add(-90 * time.Minute),
	} {
		if got, err := ParseSince(text, noon); err != nil || !got.Equal(want) {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"yesterday", "2024-13-01", "-7d", "0d", "-1h", "7", "1.5d", "99999999999d", "d", " 7d"} {
		if got, err := ParseSince(text, noon); err == nil || !strings.Contains(err.Error(), "7d") {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
}
