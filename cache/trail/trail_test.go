package trail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// world is what the trail is held against, of one table unless a case says otherwise.
type world struct {
	tables map[string]Holding
	// prints are the fingerprints of tables now; read counts how many were taken.
	prints map[string]string
	read   atomic.Int32
	gone   map[string]error // by commit: nil for one that the repository has no more
	asked  atomic.Int32
	rows   []cache.Row
	alive  bool // the running row has its lease
}

func (w *world) String() string { return "dit-sandbox.d" }

func (w *world) Tables(context.Context) ([]Holding, error) {
	return slices.Collect(maps.Values(w.tables)), nil
}

func (w *world) Fingerprint(_ context.Context, t bq.Table) (string, error) {
	w.read.Add(1)
	if p, ok := w.prints[t.Name]; ok {
		return p, nil
	}
	return "", errors.New("rows are in its streaming buffer")
}

func (w *world) Exists(_ context.Context, _, commit string) (bool, error) {
	w.asked.Add(1)
	err, gone := w.gone[commit]
	return !gone, err
}

var began = time.Now().UTC().Truncate(time.Millisecond).Add(-time.Hour)

func named(name string) bq.Table { return bq.Table{Project: "dit-sandbox", Dataset: "d", Name: name} }

func version(etag string) bq.Version {
	return bq.Version{Etag: etag, LastModified: began.Add(time.Minute).UnixMilli(), Created: began.UnixMilli(), NumRows: 2}
}

// made is a row whose run left the table t and the view v, and made the scratch s.
func made(id string) cache.Row {
	key := cache.Key{Pipeline: "p", Repository: "https://example.com/r", Commit: strings.Repeat("c0", 20), Params: map[string]string{"id": id}}
	return cache.Row{ID: cache.ID{RunID: id, Run: "bf"}, Key: key, CacheKey: key.Digest(), Status: cache.Succeeded, Command: "dit " + id,
		Outputs: map[string]cache.Output{"o": {Table: named("t"), Version: version("e"), Fingerprint: "f", View: &cache.View{Table: named("v"), Version: version("d")}}},
		Scratch: []bq.Table{named("s")}, StartedAt: began, FinishedAt: began.Add(2 * time.Minute), ExpiresAt: began.Add(24 * time.Hour)}
}

func TestTrail(t *testing.T) {
	for _, c := range []struct {
		name   string
		table  string // t unless given
		now    bq.Version
		change func(*world)
		state  State
		reason string
		reads  int32
	}{
		{name: "a proven table", now: version("e"), state: Proven},
		{name: "a proven view", table: "v", now: version("d"), state: Proven},
		{name: "proven scratch", table: "s", now: version("any"), state: Proven, reason: "scratch"},
		{name: "a row changed", now: version("x"), change: func(w *world) { w.prints["t"] = "g" },
			reason: "it was modified, and its fingerprint is not the one that was recorded", reads: 1},
		{name: "a label changed", now: version("x"), state: Proven, reason: "metadata changed, rows did not", reads: 1},
		{name: "made anew with other rows", now: bq.Version{Etag: "e", LastModified: 1, Created: 9, NumRows: 2}, change: func(w *world) { w.prints["t"] = "g" },
			reason: "it was made anew, and its fingerprint", reads: 1},
		{name: "made anew with the same rows", now: bq.Version{Etag: "e", LastModified: 1, Created: 9, NumRows: 2}, state: Proven,
			reason: "it was made anew, with the rows that were recorded", reads: 1},
		{name: "changed and no fingerprint", now: version("x"), change: func(w *world) { w.rows[0].Outputs["o"] = cache.Output{Table: named("t"), Version: version("e")} },
			reason: "it was modified, and no fingerprint was recorded"},
		{name: "no version recorded", now: version("e"), change: func(w *world) { w.rows[0].Outputs["o"] = cache.Output{Table: named("t")} }, reason: "no fingerprint was recorded"},
		{name: "a fingerprint that cannot be taken", now: version("x"), change: func(w *world) { w.prints = nil }, reason: "cannot be proven: it was modified, and rows are in", reads: 1},
		{name: "a view redefined", table: "v", now: version("x"), reason: "its definition is not the one that was recorded: it was modified"},
		{name: "scratch modified later", table: "s", now: bq.Version{Etag: "x", LastModified: began.Add(time.Hour).UnixMilli()}, reason: "it is scratch of run a, which ended"},
		{name: "nobody registered it", now: version("e"), change: func(w *world) { w.rows = nil }, reason: "no registered run names it"},
		{name: "commit gone", now: version("x"), change: func(w *world) { w.gone[strings.Repeat("c0", 20)] = nil }, reason: "is not in https://example.com/r any more"},
		{name: "repository unreachable", now: version("e"), change: func(w *world) { w.gone[strings.Repeat("c0", 20)] = errors.New("no route") }, reason: "cannot be proven: no route"},
		{name: "a short commit", now: version("e"), change: func(w *world) { w.rows[0].Key.Commit = "c0c0c0c" }, reason: `the commit "c0c0c0c"`},
		{name: "code that was changed", now: version("e"), change: func(w *world) { w.rows[0].Key.Commit = strings.Repeat("c0", 20) + "-dirty" }, reason: "not one of 40 digits"},
		{name: "cancelled", now: version("e"), change: func(w *world) { w.rows[0].Status = cache.Cancelled }, reason: "run a, which made it, was cancelled; gc removes it"},
		{name: "failed", now: version("e"), change: func(w *world) { w.rows[0].Status, w.rows[0].Failure = cache.Failed, cache.FailedPipeline },
			reason: "run a, which made it, failed (pipeline); gc removes it"},
		{name: "abandoned", now: version("e"), change: func(w *world) { w.rows[0].Status, w.rows[0].Failure = cache.Failed, cache.Abandoned },
			reason: "abandoned: it stopped without a word; gc removes it"},
		{name: "running", now: version("x"), change: func(w *world) { w.rows[0].Status, w.alive = cache.Running, true }, state: Making, reason: "being made by run a"},
		{name: "running without a lease", now: version("x"), change: func(w *world) { w.rows[0].Status = cache.Running }, reason: "abandoned: it stopped without a word; gc removes it"},
		{name: "cancelled, but used by another", now: version("e"), change: func(w *world) {
			user := made("b")
			user.ReusedRunID = "a"
			w.rows[0].Status = cache.Cancelled
			w.rows = append(w.rows, user)
		}, reason: "run a, which made it, was cancelled"},
		{name: "reused", now: version("e"), change: func(w *world) {
			user := made("b")
			user.ReusedRunID, user.StartedAt = "a", began.Add(time.Minute)
			w.rows = append(w.rows, user)
		}, state: Proven},
		{name: "reused, and the maker is not registered", now: version("e"), change: func(w *world) { w.rows[0].ReusedRunID = "older" },
			reason: "run a reused it, and run older, which made it, is not registered any more"},
		{name: "scratch of a run that reused", table: "s", now: version("any"), change: func(w *world) { w.rows[0].ReusedRunID = "older" }, state: Proven, reason: "scratch"},
		{name: "a failed try before it", now: version("e"), change: func(w *world) {
			failed := made("b")
			failed.Status, failed.StartedAt = cache.Failed, began.Add(time.Minute)
			w.rows = append(w.rows, failed)
		}, state: Proven},
		{name: "a pinned source", now: version("e"), change: func(w *world) {
			h := w.tables["t"]
			h.Pin = bq.Past{Base: named("base"), At: began}
			w.tables["t"], w.rows = h, nil
		}, state: Pinned, reason: "snapshot of dit-sandbox.d.base at " + began.Format(time.RFC3339Nano)},
		{name: "a row that cannot be read", now: version("e"), change: func(w *world) { w.rows[0].Unreadable = "key_json: cut" }, reason: "the row of run a cannot be read: key_json: cut"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.table == "" {
				c.table = "t"
			}
			if c.state == "" {
				c.state = Unexplained
			}
			w := &world{tables: map[string]Holding{c.table: {Table: named(c.table), Kind: "TABLE", Version: c.now}}, prints: map[string]string{"t": "f"}, gone: map[string]error{}, rows: []cache.Row{made("a")}}
			if c.change != nil {
				c.change(w)
			}
			report, err := Follow(t.Context(), w, registryOf(t, w), w)
			if err != nil {
				t.Fatal(err)
			}
			f := report.Tables[0]
			if f.State != c.state || !strings.Contains(f.Reason, c.reason) || (c.reason == "") != (f.Reason == "") {
				t.Errorf("%s: %q, want %s: %q", f.State, f.Reason, c.state, c.reason)
			}
			if strings.Contains(f.Reason, "gc removes it") != strings.Contains(c.reason, "gc removes it") {
				t.Errorf("whether gc removes it: %q", f.Reason)
			}
			if w.read.Load() != c.reads {
				t.Errorf("%d tables were read, want %d", w.read.Load(), c.reads)
			}
			if want := map[State]int{Unexplained: 1}[c.state]; report.ExitCode() != want || report.Unexplained != want {
				t.Errorf("exit code %d of %+v", report.ExitCode(), report)
			}
			if f.RunID != "a" && len(w.rows) > 0 && !strings.Contains(c.name, "not registered") {
				t.Errorf("the run is %+v", f.Proof)
			}
		})
	}
}

// registryOf has the world's rows; the first is claimed if it is running.
func registryOf(t *testing.T, w *world) cache.Registry {
	t.Helper()
	reg := &cache.Memory{}
	for i, row := range w.rows {
		var err error
		if i == 0 && w.alive {
			_, err = reg.Claim(t.Context(), row, time.Hour)
		} else {
			err = reg.Insert(t.Context(), row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return reg
}

// A whole dataset: sorted, the registry's own tables left out, each commit asked for once, in both formats.
func TestTrailOfMany(t *testing.T) {
	w := &world{tables: map[string]Holding{}, prints: map[string]string{}, gone: map[string]error{}}
	for _, name := range []string{"dit_runs", "dit_leases", "dit_verdicts", "stray"} {
		w.tables[name] = Holding{Table: named(name), Kind: "TABLE", Version: version("e")}
	}
	for i := range 20 {
		row, name := made(fmt.Sprintf("run%02d", i)), fmt.Sprintf("t%02d", 19-i)
		row.Outputs, row.Scratch = map[string]cache.Output{"o": {Table: named(name), Version: version("e")}}, nil
		w.tables[name], w.rows = Holding{Table: named(name), Kind: "TABLE", Version: version("e")}, append(w.rows, row)
	}
	w.rows[3].Command = "dit\n--x"
	report, err := Follow(t.Context(), w, registryOf(t, w), w)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(report.Tables, func(a, b Finding) int { return strings.Compare(a.Table.Name, b.Table.Name) }) ||
		len(report.Tables) != 21 || report.Proven != 20 || report.Unexplained != 1 || report.Tables[0].Table.Name != "stray" {
		t.Errorf("%+v", report)
	}
	if n := w.asked.Load(); n != 1 {
		t.Errorf("one commit was asked for %d times", n)
	}
	var text, body bytes.Buffer
	if err := errors.Join(report.WriteText(&text), report.WriteJSON(&body)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	if len(lines) != 24+2+20 || lines[0] != "dit-sandbox.d: 21 tables, 20 proven, 0 being made, 1 unexplained" || !strings.Contains(text.String(), "dit --x") {
		t.Errorf("%s", text.String())
	}
	var back struct {
		Report
		ExitCode int `json:"exit_code"`
	}
	if err := json.Unmarshal(body.Bytes(), &back); err != nil || back.ExitCode != 1 {
		t.Fatalf("%v: %s", err, body.String())
	}
	if diff := cmp.Diff(*report, back.Report); diff != "" {
		t.Error(diff)
	}
}

func TestTrailOfNothing(t *testing.T) {
	w := &world{tables: map[string]Holding{"dit_runs": {Table: named("dit_runs"), Kind: "TABLE", Version: version("e")}}}
	report, err := Follow(t.Context(), w, &cache.Memory{}, w)
	if err != nil || report.ExitCode() != 0 {
		t.Fatal(report, err)
	}
	var text, body bytes.Buffer
	if err := errors.Join(report.WriteText(&text), report.WriteJSON(&body)); err != nil {
		t.Fatal(err)
	}
	if text.String() != "dit-sandbox.d is empty: there is no table to prove\n" || !strings.Contains(body.String(), `"tables": []`) {
		t.Errorf("%s%s", text.String(), body.String())
	}
}

// Someone who stops waiting gets an error, and no table is called unexplained for it.
func TestTrailStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	w := &world{tables: map[string]Holding{"t": {Table: named("t"), Kind: "TABLE", Version: version("e")}}, rows: []cache.Row{made("a")}}
	if report, err := Follow(ctx, w, registryOf(t, w), w); !errors.Is(err, context.Canceled) {
		t.Errorf("%+v, %v", report, err)
	}
}
