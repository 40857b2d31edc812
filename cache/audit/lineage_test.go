package audit

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/GlobalFishingWatch/dit/cache"
)

func TestLineageGolden(t *testing.T) {
	var b bytes.Buffer
	if err := WriteLineage(&b, sampleCall(t).Lineage()); err != nil {
		t.Fatal(err)
	}
	golden(t, "lineage.jsonl", b.String())
}

// checkLineage holds for every call: a run has one START, at its beginning, and one end, at its end, unless it runs; its times never
// go back; its id is a UUID of its own.
func checkLineage(t *testing.T, c *Call) {
	t.Helper()
	byRun := map[string][]Event{}
	for _, e := range c.Lineage() {
		if _, err := uuid.Parse(e.Run.RunID); err != nil {
			t.Errorf("run id %q: %v", e.Run.RunID, err)
		}
		byRun[e.Run.RunID] = append(byRun[e.Run.RunID], e)
	}
	running := 0
	for _, r := range c.Rows {
		if r.Status == cache.Running {
			running++
		}
	}
	if len(byRun) != len(c.Rows)+len(c.Verdicts) {
		t.Errorf("%d runs and %d verdicts have %d ids", len(c.Rows), len(c.Verdicts), len(byRun))
	}
	for id, events := range byRun {
		ends, last := 0, ""
		for i, e := range events {
			if (e.EventType == Start) != (i == 0) {
				t.Errorf("%s: event %d is %s", id, i, e.EventType)
			}
			if slices.Contains([]string{Complete, Fail, Abort}, e.EventType) {
				ends++
				if i != len(events)-1 {
					t.Errorf("%s goes on after %s", id, e.EventType)
				}
			}
			if _, err := time.Parse(time.RFC3339Nano, e.EventTime); err != nil || e.EventTime < last {
				t.Errorf("%s: %s follows %s (%v)", id, e.EventTime, last, err)
			}
			last = e.EventTime
		}
		if ends == 0 {
			running--
		} else if ends > 1 {
			t.Errorf("%s ends %d times", id, ends)
		}
	}
	if running != 0 {
		t.Errorf("%d runs too many or too few have no end", -running)
	}
}

func TestLineageOfAnyCall(t *testing.T) {
	checkLineage(t, sampleCall(t))
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		c := &Call{RunID: callID, Verdicts: sampleVerdicts(t)[:random.IntN(5)]}
		for i := range random.IntN(4) {
			r := sampleRows()[0]
			r.Run, r.Phases = strings.Repeat("x", i+1), nil
			r.StartedAt = noon.Add(time.Duration(random.Int64N(int64(time.Hour))))
			r.Status = []cache.Status{cache.Running, cache.Succeeded, cache.Failed, cache.Cancelled}[random.IntN(4)]
			r.FinishedAt = r.StartedAt.Add(time.Duration(random.Int64N(int64(time.Hour))) - time.Minute) // clocks may differ
			if r.Status == cache.Running {
				r.FinishedAt = time.Time{}
			}
			for range random.IntN(5) {
				r.Phases = append(r.Phases, cache.PhaseDone{Phase: r.Key.Phases[0], Seconds: random.Float64() * 3000, ReusedRunID: []string{"", "other"}[random.IntN(2)]})
			}
			c.Rows = append(c.Rows, r)
		}
		checkLineage(t, c)
	}
}

// Every facet says who wrote it and what it is; the words for it are those that its schema allows.
func TestFacets(t *testing.T) {
	text, err := os.ReadFile("../../docs/facets/1-0-0/DitComparisonRunFacet.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Defs map[string]struct {
			Required   []string       `json:"required"`
			Properties map[string]any `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	own := schema.Defs["DitComparisonRunFacet"]
	seen := map[string]bool{}
	var look func(name string, v any)
	look = func(name string, v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				look(name, item)
			}
		case map[string]any:
			for key, member := range v {
				look(key, member)
				if name != "facets" && name != "inputFacets" {
					continue
				}
				facet := member.(map[string]any)
				seen[key] = true
				if facet["_producer"] != home+"/tree/"+strings.Repeat("d17", 13)+"d" || !strings.Contains(facet["_schemaURL"].(string), ".json#/$defs/") {
					t.Errorf("facet %s is %v", key, facet)
				}
				if key != "dit_comparison" {
					continue
				}
				for _, required := range own.Required {
					if _, ok := facet[required]; !ok {
						t.Errorf("%s lacks %s", key, required)
					}
				}
				for member := range facet {
					if _, ok := own.Properties[member]; !ok && !strings.HasPrefix(member, "_") {
						t.Errorf("the schema of %s knows no %s", key, member)
					}
				}
			}
		}
	}
	for _, e := range sampleCall(t).Lineage() {
		var event any
		body, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(body, &event); err != nil {
			t.Fatal(err)
		}
		look("", event)
	}
	for _, want := range []string{"parent", "nominalTime", "errorMessage", "dit_comparison", "sourceCodeLocation", "version", "dataQualityAssertions"} {
		if !seen[want] {
			t.Errorf("no event has the facet %s", want)
		}
	}
}

// A digest of dit's sources is no page of its repository.
func TestProducer(t *testing.T) {
	commit := strings.Repeat("ab", 20)
	for ditCommit, want := range map[string]string{"": home, "sha256:" + strings.Repeat("ab", 32): home, commit: home + "/tree/" + commit} {
		if got := new(Call).lineage("w", "p", "n", ditCommit).producer; got != want {
			t.Errorf("%q gives %s, want %s", ditCommit, got, want)
		}
	}
}

func TestSourceCodeLocation(t *testing.T) {
	for repository, want := range map[string]string{
		"https://example.com/a/b.git": "https://example.com/a/b.git", "git@example.com:a/b.git": "ssh://git@example.com/a/b.git",
		"ssh://git@example.com/a/b": "ssh://git@example.com/a/b", "dit:samples/gaps": "dit:samples/gaps", "directory": "",
	} {
		got := ""
		if f := (lineage{}).source(cache.Key{Repository: repository, Commit: "c"}); f != nil {
			got = f.URL
		}
		if got != want {
			t.Errorf("%s is %q", repository, got)
		}
	}
}
