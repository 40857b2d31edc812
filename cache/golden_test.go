package cache_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cachetest"
)

func sampleQuestion() cache.Question {
	return cache.Question{Schema: cache.GoldenSchema, Behaviour: cache.BehaviourVersion, Pipeline: "p", Params: map[string]string{"a": "1"},
		Phases: []cache.Phase{{Start: "2024-01-01", End: "2024-01-03"}}, Sources: map[string]string{"messages": "p.d.t, etag e"}, Outputs: []string{"gaps _last"}}
}

// changes are all ways in which one question is another.
var changes = map[string]func(*cache.Question){
	"schema is 9, was 1":                         func(q *cache.Question) { q.Schema = 9 },
	"behaviour version is 9, was 1":              func(q *cache.Question) { q.Behaviour = 9 },
	"pipeline is q, was p":                       func(q *cache.Question) { q.Pipeline = "q" },
	`parameter a is "2", was "1"`:                func(q *cache.Question) { q.Params = map[string]string{"a": "2"} },
	`source messages is "p.d.t, etag f", was`:    func(q *cache.Question) { q.Sources = map[string]string{"messages": "p.d.t, etag f"} },
	"phases is [2024-01-01, 2024-01-02), was":    func(q *cache.Question) { q.Phases = []cache.Phase{{Start: "2024-01-01", End: "2024-01-02"}} },
	`outputs are ["gaps"], were ["gaps _last"]`:  func(q *cache.Question) { q.Outputs = []string{"gaps"} },
	"phases is [2024-01-01, 2024-01-03) where m": func(q *cache.Question) { q.Phases = []cache.Phase{{"2024-01-01", "2024-01-03", "m"}} },
}

func TestQuestion(t *testing.T) {
	q := sampleQuestion()
	if d := q.Difference(sampleQuestion()); len(d) != 0 || q.Digest() != sampleQuestion().Digest() {
		t.Errorf("equal questions differ: %q", d)
	}
	for want, change := range changes {
		other := sampleQuestion()
		change(&other)
		if d := other.Difference(q); len(d) != 1 || !strings.HasPrefix(d[0], want) || other.Digest() == q.Digest() {
			t.Errorf("%q, want %q", d, want)
		}
	}
}

// recorded makes a recording active.
func recorded(t *testing.T, reg cache.Goldens, id int, q cache.Question) cache.Golden {
	t.Helper()
	g := cachetest.Golden(id, q)
	if err := reg.Propose(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	if ok, err := reg.Promote(t.Context(), g); err != nil || !ok {
		t.Fatal(ok, err)
	}
	return g
}

func TestReference(t *testing.T) {
	q := sampleQuestion()
	for want, change := range changes {
		reg, asked := &cache.Memory{}, sampleQuestion()
		far := sampleQuestion()
		far.Params, far.Outputs, far.Sources = nil, nil, nil
		recorded(t, reg, 1, q)
		recorded(t, reg, 2, far)
		change(&asked)
		_, err := cache.Reference(t.Context(), reg, asked)
		var missing *cache.UnrecordedError
		if !errors.As(err, &missing) {
			t.Fatalf("%s: %v", want, err)
		}
		if asked.Pipeline != q.Pipeline {
			if missing.Nearest != nil || !strings.Contains(err.Error(), "there are none of this pipeline") {
				t.Errorf("another pipeline's answer: %v", err)
			}
		} else if missing.Nearest.ID != "000000000001" || !strings.Contains(err.Error(), "nearest is 000000000001 (bf of main") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
		if moved := strings.Contains(err.Error(), "one that is pinned"); moved != strings.HasPrefix(want, "source") {
			t.Errorf("%v speaks of pins: %v", err, moved)
		}
		recorded(t, reg, 3, asked)
		if g, err := cache.Reference(t.Context(), reg, asked); err != nil || g.ID != "000000000003" {
			t.Errorf("%s: %v, %v", want, g.ID, err)
		}
	}
}

// What is not active answers nothing, and what cannot be told is an error.
func TestNoReference(t *testing.T) {
	q := sampleQuestion()
	reg := &cache.Memory{}
	if err := reg.Propose(t.Context(), cachetest.Golden(1, q)); err != nil {
		t.Fatal(err)
	}
	recorded(t, reg, 2, q)
	if _, err := reg.Retire(t.Context(), "000000000002", cache.GoldenActive); err != nil {
		t.Fatal(err)
	}
	var missing *cache.UnrecordedError
	if _, err := cache.Reference(t.Context(), reg, q); !errors.As(err, &missing) || missing.Nearest != nil {
		t.Errorf("%v", err)
	}
	active := cachetest.Golden(3, q)
	active.Status = cache.GoldenActive
	garbled, lying := active, active
	garbled.Unreadable, garbled.Question = "question_json: x", cache.Question{Pipeline: "p"}
	lying.Question.Params = nil
	for want, list := range map[string]answers{
		"cannot be read (question_json: x): retire it": {garbled},
		"are both active":                     {active, active},
		"no golden tables of p were recorded": {lying},
	} {
		if _, err := cache.Reference(t.Context(), list, q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// answers is a registry with these recordings.
type answers []cache.Golden

func (a answers) Goldens(context.Context, cache.GoldenFilter) ([]cache.Golden, error) { return a, nil }

func (answers) Propose(context.Context, cache.Golden) error         { panic("it was written to") }
func (answers) Promote(context.Context, cache.Golden) (bool, error) { panic("it was written to") }
func (answers) Dropped(context.Context, string) error               { panic("it was written to") }
func (answers) Retire(context.Context, string, cache.GoldenStatus) (bool, error) {
	panic("it was written to")
}

func TestGoldenLeft(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		golden cache.Golden
		want   bool
	}{
		"an active one":           {cache.Golden{Status: cache.GoldenActive}, false},
		"one being made":          {cache.Golden{Status: cache.GoldenRecording, StartedAt: now.Add(-time.Minute)}, false},
		"one begun long ago":      {cache.Golden{Status: cache.GoldenRecording, StartedAt: now.Add(-2 * time.Hour)}, true},
		"replaced":                {cache.Golden{Status: cache.GoldenReplaced}, true},
		"retired":                 {cache.Golden{Status: cache.GoldenRetired}, true},
		"retired, tables gone":    {cache.Golden{Status: cache.GoldenRetired, DroppedAt: now}, false},
		"a status of a later dit": {cache.Golden{Status: "asleep"}, false},
	} {
		if got := c.golden.Left(now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A recording drops no table but its own, whatever a row says that was written by hand.
func TestGoldenOwns(t *testing.T) {
	g := cache.Golden{ID: "0123456789ab"}
	for name, want := range map[string]bool{"golden_gaps_0123456789ab": true, "golden_gaps_0123456789ab_view": true, "golden_gaps_ffffffffffff": false, "gaps_0123456789ab": false, "golden_gaps": false} {
		if got := g.Owns(bq.Table{Name: name}); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if (cache.Golden{}).Owns(bq.Table{Name: "golden_gaps_"}) {
		t.Error("a recording without an id owns a table")
	}
}
