//go:build sandbox

package steps

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/civil"
	"github.com/google/go-cmp/cmp"

	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/samples/vessels"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// alteredPlan is a plan over one table with these mutations; its range is January 2 to 5.
func alteredPlan(t *testing.T, dataset, table string, n int, texts ...string) *workflows.Plan {
	t.Helper()
	d := &workflows.Descriptor{Name: "p", Sources: []workflows.Source{modelSource}}
	p := &workflows.Plan{Pipeline: "p", Bindings: []workflows.Binding{{}}, Descriptor: d, Project: bqtest.Project, Dataset: dataset, ExperimentID: "exp-1", RunID: fmt.Sprintf("%012x", n),
		Range:   workflows.Range{Start: civil.Date{Year: 2024, Month: 1, Day: 2}, End: civil.Date{Year: 2024, Month: 1, Day: 5}},
		Sources: map[string]string{"s": bqtest.Project + "." + dataset + "." + table}}
	for _, text := range texts {
		m, err := workflows.ParseMutation(text)
		if err == nil {
			m, err = m.On(d)
		}
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		p.Mutations = append(p.Mutations, m)
	}
	return p
}

// found looks at the plan's sources and makes their mutations.
func found(t *testing.T, client *bigquery.Client, p *workflows.Plan) (SourceTable, error) {
	t.Helper()
	s, err := look(t.Context(), client, p, vessels.Default(), true, io.Discard)
	if err != nil {
		return SourceTable{}, err
	}
	err = alter(t.Context(), client, p, s, io.Discard)
	return s.Tables["s"], err
}

func run(t *testing.T, client *bigquery.Client, sql string) {
	t.Helper()
	if _, err := client.Query(sql).Read(t.Context()); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// TestMutationsAreAsTheModel makes random chains of mutations of random tables: the rows, and the counts of what was done, are those of
// the model; what the model says changes nothing, or leaves nothing, is refused.
func TestMutationsAreAsTheModel(t *testing.T) {
	client, dataset := bqtest.Open(t, "mutations")
	run(t, client, "CREATE SCHEMA "+dataset)
	seed := uint64(time.Now().UnixNano())
	m := model{t: t, client: client, rnd: rand.New(rand.NewPCG(seed, 1))}
	refused, kinds := 0, map[string]int{}
	for i := range 30 {
		rows := m.rows()
		table := fmt.Sprintf("t%d", i)
		var texts []string
		for range 1 + m.rnd.IntN(3) {
			texts = append(texts, m.mutation())
		}
		p := alteredPlan(t, dataset, table, i, texts...)
		p.MaterialiseMutations = i%3 == 0
		in := func(r modelRow) bool {
			return r.TS != nil && !r.TS.Before(p.Range.Start.In(time.UTC)) && r.TS.Before(p.Range.End.In(time.UTC))
		}
		run(t, client, fmt.Sprintf("CREATE TABLE %s.%s AS SELECT * FROM UNNEST(%s)", dataset, table, array(rows)))
		said := fmt.Sprintf("seed %d, chain %d, %s, rows\n%s", seed, i, strings.Join(texts, "; "), array(rows))

		count := func(rows []modelRow) int64 { return went(rows, nil, in) }
		var want []Mutated
		bad, after := count(rows) == 0, rows
		for _, mu := range p.Mutations {
			before := after
			after = m.apply(mu, before)
			did := Mutated{mu.String(), count(before), count(after), went(before, after, in), went(after, before, in)}
			want = append(want, did)
			bad = bad || did.RowsAfter == 0 || did.Removed+did.Added == 0
		}
		bad = bad || went(rows, after, in)+went(after, rows, in) == 0
		s, err := found(t, client, p)
		if bad {
			refused++
			if !errors.Is(err, ErrBadSource) {
				t.Fatalf("%s\nnot refused: %v, the model says %+v", said, err, want)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s\n%v, the model says %+v", said, err, want)
		}
		for _, mu := range p.Mutations {
			kinds[mu.Name]++
		}
		if diff := cmp.Diff(want, s.Mutations); diff != "" || s.RowsInRange != count(after) {
			t.Fatalf("%s\n%d rows in the range, what was done (-model +proof)\n%s", said, s.RowsInRange, diff)
		}
		it, err := client.Query("SELECT id, vessel, ts, lat, flag FROM " + s.Table.SQL()).Read(t.Context())
		var got, model []string
		for err == nil {
			var r struct {
				ID     bigquery.NullString
				Vessel bigquery.NullString
				TS     bigquery.NullTimestamp
				Lat    bigquery.NullFloat64
				Flag   bigquery.NullBool
			}
			if err = it.Next(&r); err == nil {
				got = append(got, modelRow{null(r.ID.Valid, r.ID.StringVal), null(r.Vessel.Valid, r.Vessel.StringVal), null(r.TS.Valid, r.TS.Timestamp), null(r.Lat.Valid, r.Lat.Float64), null(r.Flag.Valid, r.Flag.Bool)}.String())
			}
		}
		for _, r := range after {
			model = append(model, r.String())
		}
		slices.Sort(got)
		slices.Sort(model)
		if diff := cmp.Diff(model, got); diff != "" {
			t.Fatalf("%s\nrows (-model +made)\n%s", said, diff)
		}
	}
	if t.Logf("seed %d: refused %d of 30; made %v", seed, refused, kinds); refused > 25 {
		t.Errorf("%d of 30 chains were refused, seed %d: the test proves little", refused, seed)
	}
}

func null[T any](valid bool, v T) *T {
	if !valid {
		return nil
	}
	return &v
}
