//go:build sandbox

package compare

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// noiseCounts are of the keys that differ: those of which the two runs differ as well, and those of which they do not.
type noiseCounts struct {
	Within, Beyond int64
	// Only: there is nothing but noise.
	Only bool
}

func (n *noiseCounts) count(kind SampleKind, noisy bool) {
	switch {
	case kind == Tolerated:
	case noisy:
		n.Within++
	default:
		n.Beyond++
	}
}

// noisy goes through the other run for the rows of a key, which are given.
func (x *oracle) noisy(left, right []structure) bool {
	keys, columns := x.keys, x.columns
	if len(keys) == 0 {
		keys = columns
	}
	first := slices.Concat(left, right)[0]
	again, _ := divide(x.again.rows, func(r structure) bool { return equalIn(keys, first, r) })
	rest, others := x.unequal(left, again)
	if len(rest)+len(others) == 0 {
		return false
	}
	l, r := x.unequal(left, right)
	if len(left) == 0 || len(right) == 0 || len(l) != 1 || len(r) != 1 {
		return true // no pair: nobody looks into it
	}
	return !slices.ContainsFunc(columns, func(f randomField) bool {
		way := x.way(f, l[0], r[0])
		return way != "" && (len(left) != 1 || len(again) != 1 || way != x.way(f, left[0], again[0]))
	})
}

// way is how two rows differ in a column, empty where they do not or it is tolerated.
func (x *oracle) way(f randomField, l, r structure) string {
	a, b := l[f.at], r[f.at]
	switch {
	case f.equal(a, b), x.tolerated(f, a, b):
		return ""
	case f.element == nil && b == nil:
		return "to NULL"
	case f.distance(a, b) != nil:
		return "by a distance"
	}
	return "to any value"
}

// distance is nil where there is none.
func (t randomType) distance(a, b any) *float64 {
	if t.scalar == nil || t.scalar.number == nil || a == nil || b == nil {
		return nil
	}
	l, r := t.scalar.number(a), t.scalar.number(b)
	if l == nil || r == nil {
		return nil
	}
	x, _ := l.Float64()
	y, _ := r.Float64()
	if max(math.Abs(x), math.Abs(y)) >= t.scalar.bound {
		return nil
	}
	d, _ := new(big.Rat).Sub(l, r).Float64()
	d = math.Abs(d)
	return &d
}

// onlyNoise holds the finding against what the two runs differ in.
func (x *oracle) onlyNoise(runs finding) bool {
	n := x.Rows
	if x.Verdict != Different || runs.Verdict != Different || x.Noise.Beyond+n.OnlyLeft+n.OnlyRight+n.UnpairedLeft+n.UnpairedRight > 0 {
		return false
	}
	for name, c := range x.Columns {
		if c.Furthest > runs.Columns[name].Furthest {
			return false
		}
	}
	return true
}

// TestRandomNoise compares small tables in the light of a random other run, which often differs in what the right side does.
func TestRandomNoise(t *testing.T) {
	client := engine(t)
	var lock sync.Mutex
	found := map[noiseCounts]int{}
	t.Cleanup(func() { t.Log(found) })
	eachSeed(t, 12, func(t *testing.T, seed uint64, random *rand.Rand) {
		schema := randomType{fields: newFields(random, 1+random.IntN(4), 1)}
		numbers := random.IntN(2) == 0
		if numbers { // of which large ones lie further apart within tolerance than small ones beyond it
			float := *scalars[1]
			float.pool = []any{1e9, 1e9 + 0.5, 1e9 + 1, 1.0, 1.25, 1.5}
			schema = randomType{fields: []randomField{{"v", randomType{scalar: &float}, 0}}}
		}
		left, again, right, o := newNoise(random, schema, 1+random.IntN(5), "id")
		if numbers {
			o = Options{Keys: []string{"id"}, Tolerances: map[string]Tolerance{"v": {Relative: 1e-9}}}
		}
		n := checkNoise(t, client, fmt.Sprint("random_noise_", seed), left, right, &again, o).Noise
		lock.Lock()
		found[n]++
		lock.Unlock()
	})
}

// TestRandomNoiseOfGroups looks at the noise of hundreds of keys, of which some repeat.
func TestRandomNoiseOfGroups(t *testing.T) {
	client := engine(t)
	eachSeed(t, 3, func(t *testing.T, seed uint64, random *rand.Rand) {
		left, again, right, o := newNoise(random, randomType{fields: newFields(random, 1+random.IntN(4), 1)}, 400, group)
		t.Log(checkNoise(t, client, fmt.Sprint("random_noise_of_groups_", seed), left, right, &again, o).Noise)
	})
}

// newNoise draws tables of n keys.
func newNoise(random *rand.Rand, schema randomType, n int, key string) (left, again, right randomSide, o Options) {
	keyed := schema.with(key)
	left.randomType, again.randomType, right.randomType = keyed, keyed.disguised(random), keyed.disguised(random)
	for k := range n {
		rows := schema.rows(random, 1)
		if key == group && random.IntN(4) == 0 {
			rows = schema.rows(random, 2)
		}
		other, after := rows, rows
		if random.IntN(4) > 0 {
			other = schema.change(random, rows)
		}
		switch random.IntN(8) {
		case 0, 1: // as the other run, and maybe more
			after = other
		case 2:
			after = schema.change(random, rows)
		case 3, 4, 5, 6: // in the cells in which the other run differs
			if len(rows) == 1 && len(other) == 1 {
				after = []structure{schema.renudge(random, rows[0], other[0])}
			}
		}
		if random.IntN(16) == 0 {
			after = schema.change(random, after)
		}
		left.rows = append(left.rows, in(k, rows)...)
		again.rows = append(again.rows, in(k, schema.respellAll(random, other))...)
		right.rows = append(right.rows, in(k, schema.respellAll(random, after))...)
	}
	return left, again, right, newOptions(random, schema, key)
}

// renudge changes l where the other row differs from it.
func (t randomType) renudge(random *rand.Rand, l, other structure) structure {
	row := slices.Clone(l)
	for _, f := range t.fields {
		if !f.equal(l[f.at], other[f.at]) {
			row[f.at] = f.nudge(random, l[f.at], true)
		}
	}
	return row
}
