//go:build sandbox

package compare

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
)

func pick[T any](random *rand.Rand, all []T) T { return all[random.IntN(len(all))] }

// value draws one; NULL too, if it may be. Elements of an ARRAY may not: BigQuery
// stores no such ARRAY.
func (t randomType) value(random *rand.Rand, null bool) any {
	if null && random.IntN(6) == 0 {
		return nil
	}
	switch {
	case t.element != nil:
		v := list{}
		for range random.IntN(4) {
			v = append(v, t.element.value(random, false))
		}
		return v
	case t.fields != nil:
		return t.row(random)
	}
	return pick(random, t.scalar.pool)
}

func (t randomType) row(random *rand.Rand) structure {
	var v structure
	for _, f := range t.fields {
		v = append(v, make(structure, max(0, f.at+1-len(v)))...)
		v[f.at] = f.value(random, true)
	}
	return v
}

// rows draws n, of which some repeat an earlier one, whole or but for a cell.
func (t randomType) rows(random *rand.Rand, n int) (rows []structure) {
	for len(rows) < n {
		row := t.row(random)
		if len(rows) > 0 && random.IntN(2) > 0 {
			row = slices.Clone(pick(random, rows))
			if f := pick(random, t.fields); random.IntN(2) > 0 {
				row[f.at] = f.value(random, true)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// change makes one difference, or tries to: what was drawn may be equal.
func (t randomType) change(random *rand.Rand, rows []structure) []structure {
	rows = slices.Clone(rows)
	if len(rows) == 0 {
		return append(rows, t.row(random))
	}
	n, f := random.IntN(len(rows)), pick(random, t.fields)
	row := slices.Clone(rows[n])
	switch random.IntN(12) {
	case 0:
		return slices.Delete(rows, n, n+1)
	case 1:
		return append(rows, row)
	case 2:
		return append(rows, t.row(random))
	case 3: // two rows swap values, or one takes over the other's
		other := random.IntN(len(rows))
		swapped := slices.Clone(rows[other])
		row[f.at], swapped[f.at] = swapped[f.at], row[f.at]
		if random.IntN(2) > 0 {
			rows[other] = swapped
		}
	case 4:
		row[f.at] = nil
	default:
		if m := t.measured(); len(m) > 0 && random.IntN(3) > 0 {
			f = pick(random, m)
		}
		row[f.at] = f.nudge(random, row[f.at], true)
	}
	rows[n] = row
	return rows
}

// measured are the fields that may have a tolerance.
func (t randomType) measured() (fields []randomField) {
	for _, f := range t.fields {
		if f.scalar != nil && f.scalar.number != nil {
			fields = append(fields, f)
		}
	}
	return fields
}

// nudge changes as little of v as it can.
func (t randomType) nudge(random *rand.Rand, v any, null bool) any {
	switch v := v.(type) {
	case structure:
		if null && random.IntN(4) == 0 {
			return nil
		}
		v = slices.Clone(v)
		f := pick(random, t.fields)
		v[f.at] = f.nudge(random, v[f.at], true)
		return v
	case list:
		if v = slices.Clone(v); len(v) == 0 {
			return append(v, t.element.value(random, false))
		}
		n := random.IntN(len(v))
		switch random.IntN(4) {
		case 0:
			return slices.Delete(v, n, n+1)
		case 1:
			return append(v, v[n])
		case 2:
			random.Shuffle(len(v), reflect.Swapper(v))
		default:
			v[n] = t.element.nudge(random, v[n], false)
		}
		return v
	case nil:
		if t.fields != nil {
			return make(structure, len(t.fields)) // a STRUCT of NULLs
		}
		return t.value(random, false)
	}
	if random.IntN(4) == 0 {
		return t.value(random, null)
	}
	if v, ok := v.(float64); ok && random.IntN(2) > 0 {
		return pick(random, []float64{math.Nextafter(v, math.Inf(1)), v + 0.004, v * (1 + 1e-10)})
	}
	// In the pools, neighbours are what is easily mistaken for each other.
	pool := t.scalar.pool
	i := slices.IndexFunc(pool, func(p any) bool { return t.scalar.equal(p, v) }) // -1 after a nudge: the first
	return pool[(i+1)%len(pool)]
}

// respell gives a value that is equal and may be written in another way.
func (t randomType) respell(random *rand.Rand, v any) any {
	switch v := v.(type) {
	case nil:
		if t.element != nil && random.IntN(2) > 0 {
			return list{}
		}
		return nil
	case structure:
		v = slices.Clone(v)
		for _, f := range t.fields {
			v[f.at] = f.respell(random, v[f.at])
		}
		return v
	case list:
		if len(v) == 0 && random.IntN(2) > 0 {
			return nil
		}
		v = slices.Clone(v)
		for i := range v {
			v[i] = t.element.respell(random, v[i])
		}
		return v
	}
	if other := pick(random, t.scalar.pool); t.scalar.equal(v, other) {
		return other
	}
	return v
}

// respellAll is rows in another order and spelling.
func (t randomType) respellAll(random *rand.Rand, rows []structure) []structure {
	rows = slices.Clone(rows)
	random.Shuffle(len(rows), reflect.Swapper(rows))
	for i := range rows {
		rows[i] = t.respell(random, rows[i]).(structure)
	}
	return rows
}
