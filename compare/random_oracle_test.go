//go:build sandbox

package compare

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
)

// finding is what of a comparison does not depend on how it is worded.
type finding struct {
	Verdict     Verdict
	Read        bool
	Rows        Rows
	Left, Right sideCounts
	// Columns are those compared between pairs, by name in lower case.
	Columns map[string]columnCounts
	// Fates are those of the keys that differ, by the value of the column g: groups
	// that have their own keys. Without such a column all are under "".
	Fates map[string][]string
	// Noise is told by another run of the left side.
	Noise noiseCounts
}

type sideCounts struct{ Rows, NullKeyRows, RepeatedKeys, RepeatedRows int64 }

// columnCounts has with Furthest the greatest distance that is not tolerated.
type columnCounts struct {
	Differing, Tolerated, Nulls int64
	Furthest                    float64
}

// group is the column by which rows are put into groups that never meet.
const group = "g"

// oracle compares by nested loops over Go values. It shares no code and no idea
// with the statement: no text, no grouping of values.
type oracle struct {
	finding
	keys, columns []randomField
	tolerances    map[int]Tolerance
	// byDefault holds for what is inside a column.
	byDefault Tolerance
	group     int
	// again is nil without another run of the left side.
	again *randomSide
}

func judgement(left, right randomSide, again *randomSide, o Options) finding {
	x := oracle{again: again, finding: finding{Columns: map[string]columnCounts{}, Fates: map[string][]string{}}, tolerances: map[int]Tolerance{}, byDefault: o.Tolerance, group: -1}
	unlike := x.setColumns(left, right, o)
	x.Read = len(o.Keys) == len(x.keys) && len(x.keys)+len(x.columns) > 0
	if x.Read {
		x.read(left.rows, right.rows, len(o.Keys) == 0)
	}
	n := x.Rows
	switch {
	case unlike || n.Changed+n.OnlyLeft+n.OnlyRight+n.UnpairedLeft+n.UnpairedRight > 0:
		x.Verdict = Different
	case !x.Read, len(left.rows) == 0 && !o.AllowEmpty:
		x.Verdict = NotComparable
	case n.Tolerated > 0:
		x.Verdict = WithinTolerance
	default:
		x.Verdict = Identical
	}
	if again != nil {
		o.AllowEmpty = true
		x.Noise.Only = x.onlyNoise(judgement(left, *again, nil, o))
	}
	return x.finding
}

// setColumns finds what can be compared, and tells whether the schemas differ.
func (x *oracle) setColumns(left, right randomSide, o Options) (unlike bool) {
	for _, f := range left.fields {
		other := right.field(f.at)
		named := func(n string) bool { return strings.EqualFold(n, f.name) }
		switch {
		case slices.ContainsFunc(o.Ignore, named):
		case other == nil || !f.agrees(other.randomType):
			unlike = true
		case slices.ContainsFunc(o.Keys, named):
			x.keys = append(x.keys, f)
		default:
			x.columns = append(x.columns, f)
			x.tolerances[f.at] = toleranceOf(f, o)
		}
		if f.name == group {
			x.group = f.at
		}
	}
	for _, f := range right.fields {
		ignored := slices.ContainsFunc(o.Ignore, func(n string) bool { return strings.EqualFold(n, f.name) })
		unlike = unlike || left.field(f.at) == nil && !ignored
	}
	return unlike
}

func toleranceOf(f randomField, o Options) Tolerance {
	for name, t := range o.Tolerances {
		if strings.EqualFold(name, f.name) {
			return t
		}
	}
	return f.scalar.byDefault(o.Tolerance)
}

// byDefault is what of a tolerance for all columns holds for a scalar.
func (s *scalar) byDefault(t Tolerance) Tolerance {
	switch {
	case s != nil && s.instant:
		return Tolerance{Microseconds: t.Microseconds}
	case s != nil && s.name == "FLOAT64":
		return Tolerance{Absolute: t.Absolute, Relative: t.Relative, ULPs: t.ULPs}
	}
	return Tolerance{}
}

// read goes through the rows key by key.
func (x *oracle) read(left, right []structure, whole bool) {
	x.Left.Rows, x.Right.Rows = int64(len(left)), int64(len(right))
	keys := x.keys
	if whole {
		keys = x.columns
	} else {
		for _, c := range x.columns {
			x.Columns[strings.ToLower(c.name)] = columnCounts{}
		}
	}
	for _, g := range x.groups(left, right) {
		for len(g[0])+len(g[1]) > 0 {
			first := slices.Concat(g[0], g[1])[0]
			var sides [2][]structure
			for n := range g {
				sides[n], g[n] = divide(g[n], func(r structure) bool { return equalIn(keys, first, r) })
			}
			if !whole {
				x.Left.key(keys, first, len(sides[0]))
				x.Right.key(keys, first, len(sides[1]))
			}
			x.key(sides[0], sides[1])
		}
	}
}

// groups spares most of the work where the rows have a column for it.
func (x *oracle) groups(left, right []structure) map[any]*[2][]structure {
	groups := map[any]*[2][]structure{}
	for n, rows := range [2][]structure{left, right} {
		for _, r := range rows {
			var g any
			if x.group >= 0 {
				g = r[x.group]
			}
			if groups[g] == nil {
				groups[g] = &[2][]structure{}
			}
			groups[g][n] = append(groups[g][n], r)
		}
	}
	return groups
}

func divide(rows []structure, is func(structure) bool) (yes, no []structure) {
	for _, r := range rows {
		if is(r) {
			yes = append(yes, r)
		} else {
			no = append(no, r)
		}
	}
	return yes, no
}

func equalIn(fields []randomField, a, b structure) bool {
	return !slices.ContainsFunc(fields, func(f randomField) bool { return !f.equal(a[f.at], b[f.at]) })
}

func (c *sideCounts) key(keys []randomField, first structure, n int) {
	if slices.ContainsFunc(keys, func(f randomField) bool { return f.element == nil && first[f.at] == nil }) {
		c.NullKeyRows += int64(n)
	}
	if n > 1 {
		c.RepeatedKeys, c.RepeatedRows = c.RepeatedKeys+1, c.RepeatedRows+int64(n)
	}
}

// key settles the rows of one key.
func (x *oracle) key(left, right []structure) {
	first := slices.Concat(left, right)[0]
	rest, others := x.unequal(left, right)
	x.Rows.Equal += int64(len(left) - len(rest))
	l, r := int64(len(rest)), int64(len(others))
	kind, names := Unpaired, []string(nil)
	switch {
	case l+r == 0:
		return
	case len(right) == 0:
		kind = OnlyLeft
		x.Rows.OnlyLeft += l
	case len(left) == 0:
		kind = OnlyRight
		x.Rows.OnlyRight += r
	case l == 1 && r == 1:
		kind, names = x.pair(rest[0], others[0])
	default:
		x.Rows.UnpairedLeft, x.Rows.UnpairedRight = x.Rows.UnpairedLeft+l, x.Rows.UnpairedRight+r
	}
	g := ""
	if x.group >= 0 {
		g = fmt.Sprint(first[x.group])
	}
	noisy := x.again != nil && x.noisy(left, right)
	if x.again != nil {
		x.Noise.count(kind, noisy)
	}
	x.Fates[g] = append(x.Fates[g], fmt.Sprint(kind, l, r, names, noisy))
}

// unequal are the rows of a key that have no equal one on the other side.
func (x *oracle) unequal(left, right []structure) (rest, others []structure) {
	others = right
	for _, l := range left {
		if i := slices.IndexFunc(others, func(r structure) bool { return equalIn(x.columns, l, r) }); i >= 0 {
			others = slices.Delete(slices.Clone(others), i, i+1)
		} else {
			rest = append(rest, l)
		}
	}
	return rest, others
}

// pair compares two rows column by column.
func (x *oracle) pair(l, r structure) (SampleKind, []string) {
	kind, names := Tolerated, []string(nil)
	for _, f := range x.columns {
		a, b := l[f.at], r[f.at]
		if f.equal(a, b) {
			continue
		}
		name := strings.ToLower(f.name)
		names = append(names, name)
		n := x.Columns[name]
		n.Differing++
		if f.element == nil && (a == nil) != (b == nil) {
			n.Nulls++
		}
		if x.tolerated(f, a, b) {
			n.Tolerated++
		} else {
			kind = Changed
			if d := f.distance(a, b); d != nil {
				n.Furthest = max(n.Furthest, *d)
			}
		}
		x.Columns[name] = n
	}
	if kind == Changed {
		x.Rows.Changed++
	} else {
		x.Rows.Tolerated++
	}
	slices.Sort(names)
	return kind, names
}

// tolerated tells whether two values of a column, which differ, pass.
func (x *oracle) tolerated(f randomField, a, b any) bool {
	return f.scalar == nil && f.near(x.byDefault, a, b) || f.scalar != nil && f.within(x.tolerances[f.at], a, b)
}

// near tells whether two values are equal but for scalars inside within tolerance.
func (t randomType) near(o Tolerance, a, b any) bool {
	l, _ := a.(list)
	r, _ := b.(list)
	switch {
	case t.equal(a, b):
		return true
	case t.element != nil:
		return slices.EqualFunc(l, r, func(a, b any) bool { return t.element.near(o, a, b) })
	case a == nil || b == nil:
		return false
	case t.scalar != nil:
		return t.within(t.scalar.byDefault(o), a, b)
	}
	return !slices.ContainsFunc(t.fields, func(f randomField) bool { return !f.near(o, a.(structure)[f.at], b.(structure)[f.at]) })
}

// within tells whether two values that differ lie within the tolerance. Exact
// numbers, rounded once, are what floating point gives for a difference.
func (t randomType) within(o Tolerance, a, b any) bool {
	if o == (Tolerance{}) || a == nil || b == nil {
		return false
	}
	l, r := t.scalar.number(a), t.scalar.number(b)
	if l == nil || r == nil {
		return false
	}
	distance, _ := new(big.Rat).Sub(l, r).Float64()
	x, _ := l.Float64()
	y, _ := r.Float64()
	distance, larger := math.Abs(distance), max(math.Abs(x), math.Abs(y))
	unit := math.Nextafter(larger, math.Inf(1)) - larger
	return larger < t.scalar.bound && (distance <= o.Absolute+float64(o.Microseconds) || distance <= o.Relative*larger || distance <= float64(o.ULPs)*unit)
}
