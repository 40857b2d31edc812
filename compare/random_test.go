//go:build sandbox

package compare

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/bigquery"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Each seed is a subtest by its number: -run 'TestRandomTables/^17$' repeats one
// that is in the usual range, -seed 1000 tries the range from there on.
var firstSeed = flag.Uint64("seed", 0, "the first seed of the random tests")

func eachSeed(t *testing.T, n uint64, test func(*testing.T, uint64, *rand.Rand)) {
	for seed := *firstSeed; seed < *firstSeed+n; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			test(t, seed, rand.New(rand.NewPCG(seed, 17)))
		})
	}
}

// TestRandomTables compares small tables of random schemas with copies of them:
// equal ones, and others with one difference, or several. The verdict is what
// matters here.
func TestRandomTables(t *testing.T) {
	client := engine(t)
	var lock sync.Mutex
	verdicts := map[Verdict]int{}
	t.Cleanup(func() { t.Log(verdicts) })
	eachSeed(t, 30, func(t *testing.T, seed uint64, random *rand.Rand) {
		left, right, o := newTables(random)
		verdict := check(t, client, fmt.Sprint("random_", seed), left, right, o)
		lock.Lock()
		verdicts[verdict]++
		lock.Unlock()
	})
}

// newTables draws a table, what becomes of it, and how they are compared.
func newTables(random *rand.Rand) (left, right randomSide, o Options) {
	schema := newSchema(random)
	left.rows = schema.rows(random, random.IntN(7))
	o = newOptions(random, schema)
	if random.IntN(2) > 0 {
		o = newOptions(random, schema, "id")
		schema = schema.with("id")
		for i, row := range left.rows {
			left.rows[i] = append(slices.Clone(row), i)
		}
	}
	left.randomType = schema
	right = randomSide{schema.disguised(random), schema.respellAll(random, left.rows)}
	for range pick(random, []int{0, 0, 1, 1, 1, 1, 3}) {
		right.rows = schema.change(random, right.rows)
	}
	if random.IntN(10) == 0 {
		right = right.misfit(random)
	}
	if random.IntN(2) > 0 {
		left, right = right, left
	}
	return left, right, o
}

// TestRandomGroups compares thousands of keys in one statement, since groups of
// different g never meet.
func TestRandomGroups(t *testing.T) {
	client := engine(t)
	eachSeed(t, 6, func(t *testing.T, seed uint64, random *rand.Rand) {
		left, right, o := newGroups(random)
		name := fmt.Sprint("random_groups_", seed)
		check(t, client, name, left, right, o, Options{})
	})
}

// newGroups draws tables of a thousand groups each.
func newGroups(random *rand.Rand) (left, right randomSide, o Options) {
	schema := newSchema(random)
	grouped := schema.with(group)
	left.randomType, right.randomType = grouped, grouped.disguised(random)
	for g := range 1000 {
		rows := schema.rows(random, 1+random.IntN(4))
		left.rows = append(left.rows, in(g, rows)...)
		rows = schema.respellAll(random, rows)
		for range random.IntN(4) {
			rows = schema.change(random, rows)
		}
		right.rows = append(right.rows, in(g, rows)...)
	}
	return left, right, newOptions(random, schema, group)
}

// in puts rows into a group.
func in(g int, rows []structure) (grouped []structure) {
	for _, r := range rows {
		grouped = append(grouped, append(slices.Clone(r), g))
	}
	return grouped
}

// check compares the sides once for each of the options, and holds what is found
// against the oracle. It gives the last verdict.
func check(t *testing.T, client *bigquery.Client, name string, left, right randomSide, options ...Options) (verdict Verdict) {
	t.Helper()
	l, r := left.table(t, client, name+"_left"), right.table(t, client, name+"_right")
	for _, o := range options {
		verdict = checkTables(t, client, l, r, left, right, nil, o).Verdict
	}
	checkFingerprints(t, client, left, right, l, r)
	return verdict
}

// checkNoise compares the sides in the light of another run of the left one.
func checkNoise(t *testing.T, client *bigquery.Client, name string, left, right randomSide, again *randomSide, o Options) finding {
	t.Helper()
	o.Again = &Input{Table: again.table(t, client, name+"_again")}
	return checkTables(t, client, left.table(t, client, name+"_left"), right.table(t, client, name+"_right"), left, right, again, o)
}

func checkTables(t *testing.T, client *bigquery.Client, l, r Table, left, right randomSide, again *randomSide, o Options) (want finding) {
	t.Helper()
	o.Samples = 1 << 20
	result, err := Tables(t.Context(), client, l, r, o)
	if err != nil {
		t.Fatal(err)
	}
	// The order in which the keys of a group are told is nobody's promise, nor is how an engine rounds a decimal.
	options := []cmp.Option{cmpopts.SortSlices(func(a, b string) bool { return a < b }), cmpopts.EquateApprox(1e-12, 0)}
	want = judgement(left, right, again, o)
	if diff := cmp.Diff(want, found(result), options...); diff != "" {
		t.Errorf("options %+v\nleft %.2000s\nagain %.2000s\nright %.2000s\n- want + got %.4000s", o, left, again, right, diff)
	}
	return want
}

func found(r *Result) finding {
	f := finding{Verdict: r.Verdict, Read: r.Read, Rows: r.Rows, Columns: map[string]columnCounts{}, Fates: map[string][]string{}}
	f.Left, f.Right = countsOf(r.Left), countsOf(r.Right)
	if r.Read {
		for _, c := range r.Columns {
			n := columnCounts{c.Differing, c.Tolerated, c.NullMismatches, 0}
			if c.Delta != nil {
				n.Furthest = c.Delta.MaxBeyond
			}
			f.Columns[strings.ToLower(c.Name)] = n
		}
	}
	if n := r.Noise; n != nil {
		f.Noise = noiseCounts{n.Within, n.Beyond, r.OnlyNoise()}
	}
	for _, s := range r.Samples {
		g, names := "", []string(nil)
		for _, v := range s.Key {
			if strings.EqualFold(v.Column, group) {
				g = *v.Value
			}
		}
		for _, d := range s.Differs {
			names = append(names, strings.ToLower(d.Column))
		}
		slices.Sort(names)
		f.Fates[g] = append(f.Fates[g], fmt.Sprint(s.Kind, s.LeftRest, s.RightRest, names, s.Noisy))
	}
	return f
}

func countsOf(s Side) sideCounts {
	return sideCounts{s.Rows, s.NullKeyRows, s.RepeatedKeys, s.RepeatedRows}
}
