package compare

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
)

// compareKeys orders keys by what is shown of them, and NULL first, as the engine does.
func compareKeys(a, b []Value, keys []column) int {
	for i, k := range keys {
		x, y := a[i].Value, b[i].Value
		switch {
		case x == nil && y == nil:
			continue
		case x == nil:
			return -1
		case y == nil:
			return 1
		}
		if c := compareShown(*x, *y, kindOf(k.left)); c != 0 {
			return c
		}
	}
	return 0
}

// compareShown has the engine's order for numbers, texts and times, if not for all
// that a whole row can hold.
func compareShown(x, y string, k kind) int {
	switch k {
	case kindInt64, kindNumeric, kindBigNumeric:
		a, ok1 := new(big.Rat).SetString(x)
		b, ok2 := new(big.Rat).SetString(y)
		if ok1 && ok2 {
			return a.Cmp(b)
		}
	case kindFloat64:
		a, err1 := strconv.ParseFloat(x, 64)
		b, err2 := strconv.ParseFloat(y, 64)
		if err1 == nil && err2 == nil {
			return cmp.Compare(a, b)
		}
	case kindTimestamp: // the fraction goes before the end
		return strings.Compare(strings.TrimSuffix(x, "Z"), strings.TrimSuffix(y, "Z"))
	}
	return strings.Compare(x, y)
}

// firstDiffering is the first of the sample keys that differ: each kind has its own
// first ones, in the order of the keys.
func (r *Result) firstDiffering(keys []column) []Value {
	var first []Value
	for _, s := range r.Samples {
		if s.Kind != Tolerated && (first == nil || compareKeys(s.Key, first, keys) < 0) {
			first = s.Key
		}
	}
	return first
}
