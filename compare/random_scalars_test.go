//go:build sandbox

package compare

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// scalar is a type that a random column, field or element may have. A new type
// needs an entry in scalars and nothing else.
type scalar struct {
	name string
	// pool has the values, besides NULL: few, so that equal and nearly equal ones
	// meet, and some of them twice in two spellings.
	pool []any
	// load is what a load from JSON takes for a value; nil: the value itself.
	load  func(v any) any
	equal func(a, b any) bool
	// number is the place of a value on the line on which a tolerance measures, nil
	// for one without a place. Nil where the type has no tolerance.
	number func(v any) *big.Rat
	// bound is the magnitude from which on values agree with themselves only.
	bound float64
	// instant: the line is one of microseconds.
	instant bool
}

var scalars = []*scalar{
	{name: "INT64", equal: sameValue, number: exactly, bound: math.Inf(1),
		pool: []any{0, 1, 2, -1, math.MaxInt64, math.MaxInt64 - 1, math.MinInt64, 1<<53 + 1, 1 << 53}},
	{name: "FLOAT64", load: floatLoad, equal: sameFloat, number: floatNumber, bound: 1e290,
		pool: []any{0.0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 1.0, 1.005, math.Nextafter(1, 2), 1e308, -1e308,
			math.Nextafter(1e308, 0), 5e-324, 1e-323, 0.1, 0.3, math.Nextafter(0.3, 1), 1e15 + 0.125, 1e15 + 0.25}},
	{name: "NUMERIC", equal: sameNumber, number: exactly, bound: 4e28,
		pool: []any{"0", "1", "1.5", "1.50", "-1", "0.000000001", "0.000000002", "12345678901234567890.000000001", "12345678901234567890.000000002",
			"99999999999999999999999999999.999999999", "-99999999999999999999999999999.999999999"}},
	// The engine has 38 digits of BIGNUMERIC, 18 of them behind the point.
	{name: "BIGNUMERIC", equal: sameNumber, number: exactly, bound: 4e19,
		pool: []any{"0", "1", "1.5", "1.500", "-1", "0.000000000000000001", "12345678901234567890.000000000000000001", "12345678901234567890.000000000000000002"}},
	{name: "BOOL", equal: sameValue, pool: []any{true, false}},
	{name: "STRING", equal: sameValue,
		pool: []any{"", " ", "a", "a ", "A", "~", "=", "NULL", "null", `"`, `""`, `","`, "),(", "],[", "(~)", "[]", "'", "`", "é", "e\u0301", "\n", `a\b`, "0", "😀"}},
	{name: "BYTES", load: bytesLoad, equal: sameValue,
		pool: []any{"", "00", "0000", "ff", "7e", "22", "c3a9", "78"}},
	{name: "DATE", equal: sameValue,
		pool: []any{"0001-01-01", "9999-12-31", "1970-01-01", "1969-12-31", "2024-02-29"}},
	{name: "DATETIME", equal: sameValue, number: instantNumber, bound: math.Inf(1), instant: true,
		pool: []any{"0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "1970-01-01 00:00:00", "2024-02-29 12:00:00", "2024-02-29 12:00:00.000001", "2024-02-29 11:59:59.999"}},
	{name: "TIME", equal: sameValue,
		pool: []any{"00:00:00", "23:59:59.999999", "12:00:00", "12:00:00.000001"}},
	{name: "TIMESTAMP", equal: sameNumberOf(instantNumber), number: instantNumber, bound: math.Inf(1), instant: true,
		pool: []any{"0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00", "1970-01-01 00:00:00+00", "2024-02-29 12:00:00+00", "2024-02-29 14:00:00+02", "2024-02-29 12:00:00.000001+00", "2024-02-29 11:59:59.999+00"}},
	// Loaded as texts, since a load makes NULL of null. The engine parses them, inside a STRUCT or ARRAY it makes JSON strings
	// of them. Therefore no value is here in two spellings, and not with its members in two orders: BigQuery has none.
	{name: "JSON", equal: sameValue,
		pool: []any{"null", "true", "1", `"1"`, `""`, `"~"`, `"null"`, "{}", "[]", `{"a":1}`, `{"a":null}`, "[1,2]", "[2,1]", `{"a":[1]}`}},
}

// floatLoad writes as text what JSON has no number for.
func floatLoad(v any) any {
	f := v.(float64)
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return json.RawMessage(strconv.FormatFloat(f, 'e', -1, 64))
}

func bytesLoad(v any) any {
	b, err := hex.DecodeString(v.(string))
	if err != nil {
		panic(err)
	}
	return b // base64 in JSON
}

func sameValue(a, b any) bool { return a == b }

func sameFloat(a, b any) bool {
	l, r := a.(float64), b.(float64)
	return l == r || math.IsNaN(l) && math.IsNaN(r)
}

func sameNumberOf(number func(any) *big.Rat) func(a, b any) bool {
	return func(a, b any) bool { return number(a).Cmp(number(b)) == 0 }
}

func sameNumber(a, b any) bool { return sameNumberOf(exactly)(a, b) }

func exactly(v any) *big.Rat {
	n, ok := new(big.Rat).SetString(fmt.Sprint(v))
	if !ok {
		panic(fmt.Sprint("not a number: ", v))
	}
	return n
}

func floatNumber(v any) *big.Rat { return new(big.Rat).SetFloat64(v.(float64)) }

func instantNumber(v any) *big.Rat {
	s := v.(string)
	if !strings.Contains(s, "+") {
		s += "+00"
	}
	t, err := time.Parse("2006-01-02 15:04:05-07", s)
	if err != nil {
		panic(err)
	}
	return new(big.Rat).SetInt64(t.UnixMicro())
}
