//go:build sandbox

package compare

import (
	"fmt"
	"math"
	"math/big"
	"slices"
)

// modelled is what the naive comparison finds.
type modelled struct {
	rows      Rows
	differing map[string]int64
	fates     map[string]string
}

// model compares by walking through both lists with nested loops. It shares no
// code and no idea with the statement: no text, no grouping of values.
func model(left, right []testRow, o Options) modelled {
	m := modelled{differing: map[string]int64{}, fates: map[string]string{}}
	groups := map[int64][2][]testRow{}
	for _, r := range left {
		g := groups[r.g]
		g[0] = append(g[0], r)
		groups[r.g] = g
	}
	for _, r := range right {
		g := groups[r.g]
		g[1] = append(g[1], r)
		groups[r.g] = g
	}
	for _, g := range groups {
		sameKey := func(a, b testRow) bool { return equalPointer(a.k, b.k) }
		if len(o.Keys) == 0 {
			sameKey = equalRow
		}
		for len(g[0])+len(g[1]) > 0 {
			first := slices.Concat(g[0], g[1])[0]
			var sides [2][]testRow
			for n := range g {
				var rest []testRow
				for _, r := range g[n] {
					if sameKey(first, r) {
						sides[n] = append(sides[n], r)
					} else {
						rest = append(rest, r)
					}
				}
				g[n] = rest
			}
			m.key(first, sides[0], sides[1], o)
		}
	}
	return m
}

// key settles the rows of one key.
func (m *modelled) key(first testRow, left, right []testRow, o Options) {
	hadLeft, hadRight := len(left) > 0, len(right) > 0
	right = slices.Clone(right)
	var rest []testRow
	for _, l := range left {
		if i := slices.IndexFunc(right, func(r testRow) bool { return equalRow(l, r) }); i >= 0 {
			right = slices.Delete(right, i, i+1)
			m.rows.Equal++
		} else {
			rest = append(rest, l)
		}
	}
	name := fmt.Sprintf("%q/%s", fmt.Sprint(first.g), keyText(first.k))
	l, r := int64(len(rest)), int64(len(right))
	columns := []string{}
	kind := Unpaired
	switch {
	case l+r == 0:
		return
	case !hadRight:
		kind = OnlyLeft
		m.rows.OnlyLeft += l
	case !hadLeft:
		kind = OnlyRight
		m.rows.OnlyRight += r
	case l == 1 && r == 1:
		var within bool
		columns, within = unequal(rest[0], right[0], o)
		if kind = Changed; within {
			kind = Tolerated
			m.rows.Tolerated++
		} else {
			m.rows.Changed++
		}
		for _, c := range columns {
			m.differing[c]++
		}
	default:
		m.rows.UnpairedLeft, m.rows.UnpairedRight = m.rows.UnpairedLeft+l, m.rows.UnpairedRight+r
	}
	m.fates[name] = fmt.Sprint(kind, l, r, columns)
}

// unequal names the columns that differ, and tells whether all are tolerated.
func unequal(l, r testRow, o Options) (columns []string, within bool) {
	within = true
	if !equalFloats(l.v, r.v) {
		columns = append(columns, "v")
		near := false
		if l.v != nil && r.v != nil && math.Abs(*l.v) < 1e290 && math.Abs(*r.v) < 1e290 {
			d := math.Abs(*l.v - *r.v)
			near = d <= o.Tolerance.Absolute || d <= o.Tolerance.Relative*math.Max(math.Abs(*l.v), math.Abs(*r.v))
		}
		within = within && near && o.Tolerance != Tolerance{}
	}
	if !equalPointer(l.i, r.i) {
		columns = append(columns, "i")
		near := false
		if l.i != nil && r.i != nil {
			d := new(big.Int).Sub(big.NewInt(*l.i), big.NewInt(*r.i))
			near = d.CmpAbs(big.NewInt(int64(o.Tolerances["i"].Absolute))) <= 0
		}
		within = within && near
	}
	if !slices.EqualFunc(l.a, r.a, equalFloat) {
		columns, within = append(columns, "a"), false
	}
	if l.hasS != r.hasS || !equalPointer(l.st, r.st) {
		columns, within = append(columns, "s"), false
	}
	return columns, within
}

func equalRow(l, r testRow) bool {
	columns, _ := unequal(l, r, Options{})
	return len(columns) == 0 && equalPointer(l.k, r.k)
}

func equalFloat(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func equalFloats(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return equalFloat(*a, *b)
}

func equalPointer[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
