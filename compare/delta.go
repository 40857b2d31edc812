package compare

import (
	"fmt"
	"strconv"

	"cloud.google.com/go/bigquery"
)

// measure tells whether two values of f have a distance, in the column's own unit,
// microseconds or metres, and whether it is also told as a share of the values.
func measure(f *bigquery.FieldSchema) (distance, share bool) {
	if f.Repeated {
		return false, false
	}
	switch kindOf(f) {
	case kindInt64, kindFloat64, kindNumeric, kindBigNumeric:
		return true, true
	case kindTimestamp, kindDatetime, kindGeography:
		return true, false
	}
	return false, false
}

// differ is TRUE where l and r are not equal by the rules of this package, and
// never NULL.
func differ(f *bigquery.FieldSchema, l, r string) string {
	if !f.Repeated && kindOf(f) == kindFloat64 {
		return fmt.Sprintf("NOT COALESCE(%[1]s = %[2]s OR (IS_NAN(%[1]s) AND IS_NAN(%[2]s)), %[1]s IS NULL AND %[2]s IS NULL)", l, r)
	}
	return fmt.Sprintf("%s IS DISTINCT FROM %s", l, r)
}

// delta is |l - r| as FLOAT64, NULL where it cannot be told: a side is NULL, NaN
// or infinite, or so large that the difference, or the sum of many differences,
// could overflow. It is never negative and never an error.
func delta(f *bigquery.FieldSchema, l, r string) string {
	guarded := func(bound, difference string) string {
		return fmt.Sprintf("IF(ABS(%[1]s) < %[3]s AND ABS(%[2]s) < %[3]s, %[4]s, NULL)", l, r, bound, difference)
	}
	exact := func(l, r string) string { return fmt.Sprintf("CAST(ABS(%s - %s) AS FLOAT64)", l, r) }
	switch kindOf(f) {
	case kindInt64:
		// INT64 - INT64 overflows for values of opposite signs; NUMERIC has room.
		return exact("CAST("+l+" AS NUMERIC)", "CAST("+r+" AS NUMERIC)")
	case kindFloat64:
		// NaN < 1e290 is false, so NaN and infinities are NULL here.
		return guarded("1e290", fmt.Sprintf("ABS(%s - %s)", l, r))
	case kindNumeric:
		return guarded("4e28", exact(l, r))
	case kindBigNumeric:
		return guarded("4e19", exact(l, r))
	case kindTimestamp:
		return fmt.Sprintf("CAST(ABS(UNIX_MICROS(%s) - UNIX_MICROS(%s)) AS FLOAT64)", l, r)
	case kindGeography:
		// Both are canonical texts. A point is the shape 1, in little endian.
		const point = "STARTS_WITH(%s, 'x0101000000')"
		return fmt.Sprintf("IF("+point+" AND "+point+", ST_DISTANCE(%s, %s), NULL)", l, r, geography(l), geography(r))
	default:
		return fmt.Sprintf("CAST(ABS(DATETIME_DIFF(%s, %s, MICROSECOND)) AS FLOAT64)", l, r)
	}
}

// magnitude is the larger of |l| and |r| as FLOAT64, what relative means.
func magnitude(l, r string) string {
	return fmt.Sprintf("GREATEST(ABS(CAST(%s AS FLOAT64)), ABS(CAST(%s AS FLOAT64)))", l, r)
}

// ulp is the distance of a FLOAT64 m, at least 0, to the next one above it. The
// logarithm may be off by one near powers of two, which is mended.
func ulp(m string) string {
	const exponent = "GREATEST(-1022e0, LEAST(1023e0, FLOOR(LOG(GREATEST(%s, 5e-324), 2e0))))"
	e := fmt.Sprintf(exponent, m)
	return fmt.Sprintf("POW(2e0, GREATEST(-1022e0, %[1]s - IF(POW(2e0, %[1]s) > %[2]s, 1e0, 0e0) + IF(POW(2e0, %[1]s) <= %[2]s / 2e0, 1e0, 0e0)) - 52e0)", e, m)
}

// geography reads WKB as it was written: without the orientation of its rings, of the
// two areas that a ring bounds the smaller one is taken.
func geography(text string) string {
	return "ST_GEOGFROMWKB(FROM_HEX(SUBSTR(" + text + ", 2)), oriented => TRUE)"
}

// within is TRUE where the distance d of l and r is inside t, and never NULL.
func within(t Tolerance, d, l, r string) string {
	limit := t.Absolute + t.Metres + float64(t.Microseconds) // one of them, by type
	test := d + " <= " + literal(limit)
	if t.Relative > 0 {
		test += " OR " + d + " <= " + literal(t.Relative) + " * " + magnitude(l, r)
	}
	if t.ULPs > 0 {
		test += " OR " + d + " <= " + literal(float64(t.ULPs)) + " * " + ulp(magnitude(l, r))
	}
	if t.Topological {
		test += fmt.Sprintf(" OR ST_EQUALS(%s, %s)", geography(l), geography(r))
	}
	return "IFNULL(" + test + ", FALSE)"
}

// literal writes a FLOAT64 literal. The exponent keeps engines from reading it
// as an integer or a decimal.
func literal(v float64) string { return strconv.FormatFloat(v, 'e', -1, 64) }
