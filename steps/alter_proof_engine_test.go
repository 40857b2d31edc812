//go:build sandbox

package steps

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/samples/vessels"
	"github.com/GlobalFishingWatch/dit/workflows"
)

const twelveRows = `AS SELECT CAST(n AS STRING) AS id, IF(MOD(n, 2) = 0, 'a', 'b') AS vessel, TIMESTAMP_ADD(TIMESTAMP '2024-01-02 00:00:00+00', INTERVAL 6 * n HOUR) AS ts,
	CAST(n AS FLOAT64) AS lat, n > 3 AS flag FROM UNNEST(GENERATE_ARRAY(0, 11)) AS n`

// tables lists what a dataset has.
func tables(t *testing.T, client *bigquery.Client, dataset string) (all []string) {
	t.Helper()
	for it := client.Dataset(dataset).Tables(t.Context()); ; {
		table, err := it.Next()
		if errors.Is(err, iterator.Done) {
			slices.Sort(all)
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, table.TableID)
	}
}

// A mutation that would make a test that cannot fail is refused with what is wrong, and nothing is left of it.
func TestMutationsThatProveNothing(t *testing.T) {
	client, dataset := bqtest.Open(t, "vacuous")
	run(t, client, "CREATE SCHEMA "+dataset)
	run(t, client, "CREATE TABLE "+dataset+".t "+twelveRows)
	for texts, want := range map[string]string{
		"drop_messages where='lat > 99'":                                       "mutation 1, drop_messages source=s where='lat > 99', changes none of the 12 rows",
		"drop_messages from=2024-02-01":                                        "changes none",
		"drop_messages where=TRUE":                                             "leaves none of the 12 rows",
		"drop_messages where='lat > 5'\ndrop_messages where='lat > 6'":         "mutation 2, drop_messages source=s where='lat > 6', changes none of the 6 rows of",
		"shift_timestamps by=1h\nshift_timestamps by=-1h":                      "all mutations together change none of the 12 rows",
		"restrict_vessels vessels='a|b'":                                       "changes none",
		"restrict_vessels vessels=A":                                           "leaves none",
		"set_segment_flag column=flag value=true where=flag":                   "changes none",
		"shift_timestamps by=2400h":                                            "leaves none",
		"drop_messages where='speed > 1'":                                      "cannot be applied",
		"drop_messages where='lat >'":                                          "cannot be applied",
		"duplicate_messages from=2024-01-02T01:00:00Z to=2024-01-02T02:00:00Z": "changes none",
		"late_messages late=1h":                                                "changes none",
		"drop_messages rate=0.5 seed=1\ndrop_messages rate=0.5 seed=1":         "mutation 2",
		"set_segment_flag column=flag value=true\nset_segment_flag column=flag value=true where='lat < 2'": "that the ones before it left",
	} {
		for _, materialise := range []bool{false, true} {
			p := alteredPlan(t, dataset, "t", 1, strings.Split(texts, "\n")...)
			p.MaterialiseMutations = materialise
			if _, err := found(t, client, p); !errors.Is(err, ErrBadSource) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want something with %q", texts, err, want)
			}
		}
	}
	if left := tables(t, client, dataset); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// The same question has the same identity, whoever asks and however it is made; any other has another. Who only looks makes nothing.
func TestIdentityOfMutations(t *testing.T) {
	client, dataset := bqtest.Open(t, "altered")
	run(t, client, "CREATE SCHEMA "+dataset)
	run(t, client, "CREATE TABLE "+dataset+".t PARTITION BY DATE(ts) CLUSTER BY vessel "+twelveRows)
	ask := func(n int, change func(*workflows.Plan), texts ...string) SourceTable {
		t.Helper()
		p := alteredPlan(t, dataset, "t", n, texts...)
		if change != nil {
			change(p)
		}
		looked, err := Look(t.Context(), client, p, vessels.Default(), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		made, err := found(t, client, p)
		if err != nil {
			t.Fatal(err)
		}
		if l := looked.Tables["s"]; l.Identity != made.Identity || len(texts) > 0 && (l.altered() || l.Base == nil || !made.altered()) {
			t.Errorf("%v: looked at %+v, made %+v", texts, l, made)
		}
		return made
	}
	const drop, late = "drop_messages rate=0.5 seed=1", "late_messages late=7h"
	first := ask(1, nil, drop, late)
	if again := ask(2, nil, "drop_messages seed=1 rate=5e-1", late); again.Identity != first.Identity || again.Table == first.Table {
		t.Errorf("asked again: %+v, first %+v", again, first)
	}
	table := ask(3, func(p *workflows.Plan) { p.MaterialiseMutations = true }, drop, late)
	if table.Identity != first.Identity || table.RowsInRange != first.RowsInRange {
		t.Errorf("as a table: %+v, as a view %+v", table, first)
	}
	time.Sleep(10 * time.Millisecond) // after the table was made
	at := time.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00")
	pinned := ask(9, func(p *workflows.Plan) { p.PinAt = at }, drop, late)
	if pinned.Base.Table == first.Base.Table || pinned.RowsInRange != first.RowsInRange {
		t.Errorf("pinned: %+v, from %+v", pinned, pinned.Base)
	}
	seen := map[string]string{first.Identity: "first"}
	for name, other := range map[string]SourceTable{
		"pinned": pinned, "no mutation": ask(4, nil), "another seed": ask(5, nil, "drop_messages rate=0.5 seed=2", late), "another order": ask(6, nil, late, drop), "one": ask(7, nil, drop),
		"another id": ask(8, func(p *workflows.Plan) {
			s := modelSource
			s.IDColumn = ""
			p.Descriptor = &workflows.Descriptor{Sources: []workflows.Source{s}}
		}, drop, late),
	} {
		if seen[other.Identity] != "" || other.Identity == "" {
			t.Errorf("%s and %s are both %q", name, seen[other.Identity], other.Identity)
		}
		seen[other.Identity] = name
	}

	view, err := first.Table.Of(client).Metadata(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	laid, err := table.Table.Of(client).Metadata(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []*bigquery.TableMetadata{view, laid} {
		if m.Labels["dit_run_id"] == "" || m.Labels["dit_experiment_id"] != "exp-1" || time.Until(m.ExpirationTime) < tableLifetime-time.Hour {
			t.Errorf("%s has labels %v and expires %s", m.FullID, m.Labels, m.ExpirationTime)
		}
	}
	if view.Type != bigquery.ViewTable || laid.Type != bigquery.RegularTable || laid.TimePartitioning == nil || laid.TimePartitioning.Field != "ts" || laid.Clustering == nil || laid.Clustering.Fields[0] != "vessel" {
		t.Errorf("view %s; table %s, %+v, %+v", view.Type, laid.Type, laid.TimePartitioning, laid.Clustering)
	}

	// A run names what it reads, so that it is kept as long as the run is; and the base is what it watches.
	p := alteredPlan(t, dataset, "t", 1, drop, late)
	r := Runner{Plan: p, Client: client, Sources: &Sources{Tables: map[string]SourceTable{"s": first}}, Progress: io.Discard}
	row, err := r.row(&workflows.Step{Run: &workflows.Run{Name: "bf"}}, cache.Key{})
	if err != nil || !slices.Equal(row.Scratch, []bq.Table{first.Table}) {
		t.Errorf("scratch %v, %v", row.Scratch, err)
	}
	looked := first
	looked.Table = first.Base.Table
	r.Sources = &Sources{Tables: map[string]SourceTable{"s": looked}}
	if row, err := r.row(&workflows.Step{Run: &workflows.Run{Name: "bf"}}, cache.Key{}); err != nil || len(row.Scratch) > 0 {
		t.Errorf("the true table is in the scratch %v, %v", row.Scratch, err)
	}
	for _, s := range []SourceTable{first, table} {
		r.Sources = &Sources{Tables: map[string]SourceTable{"s": s}}
		if moved, err := r.moved(t.Context()); moved != "" || err != nil {
			t.Errorf("moved: %q, %v", moved, err)
		}
	}
	run(t, client, "UPDATE "+dataset+".t SET lat = 0 WHERE lat = 1")
	for _, s := range []SourceTable{first, table} {
		r.Sources = &Sources{Tables: map[string]SourceTable{"s": s}}
		if moved, err := r.moved(t.Context()); !strings.Contains(moved, s.Base.Table.String()) || err != nil {
			t.Errorf("its base was written to, moved: %q, %v", moved, err)
		}
	}
	r.Sources = &Sources{Tables: map[string]SourceTable{"s": pinned}}
	if moved, err := r.moved(t.Context()); moved != "" || err != nil {
		t.Errorf("a pin moved: %q, %v", moved, err)
	}
}

// The view of mutate-recover stands on what the mutations gave.
func TestTailMutationOfAMutatedSource(t *testing.T) {
	client, dataset := bqtest.Open(t, "tail")
	run(t, client, "CREATE SCHEMA "+dataset)
	run(t, client, "CREATE TABLE "+dataset+".t "+twelveRows)
	p := alteredPlan(t, dataset, "t", 1, "drop_messages where='lat < 4'")
	p.TailMutation = &workflows.TailMutation{Source: "s", Where: "vessel = 'a'"}
	p.Steps = []workflows.Step{{Kind: workflows.RunStep, Run: &workflows.Run{Phases: []workflows.Phase{{Range: p.Range, Mutated: true}}}}}
	s, err := Source(t.Context(), client, p, vessels.Default(), io.Discard)
	if err != nil || s.Tables["s"].RowsInRange != 8 || s.Mutated.RowsBefore != 8 || s.Mutated.RowsAfter != 4 {
		t.Fatalf("%+v, %v", s, err)
	}
	p.TailMutation.Where, p.RunID = "lat >= 4", "0000000000ff"
	if _, err := Source(t.Context(), client, p, vessels.Default(), io.Discard); !errors.Is(err, ErrBadSource) {
		t.Errorf("the tail of what is there is all of it: %v", err)
	}
	if left := tables(t, client, dataset); slices.ContainsFunc(left, func(name string) bool { return strings.Contains(name, p.RunID) }) {
		t.Errorf("left behind: %v", left)
	}
}
