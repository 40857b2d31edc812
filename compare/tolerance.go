package compare

import (
	"math"

	"cloud.google.com/go/bigquery"
)

// Tolerance says how far two values may lie apart and still agree. Any one of its
// limits suffices. NaN and infinities only agree with themselves, and so do
// FLOAT64 values beyond 1e290, NUMERIC values beyond 4e28 and BIGNUMERIC values
// beyond 4e19, where a difference could overflow.
type Tolerance struct {
	// Absolute is the largest |left - right|, in the unit of the column.
	Absolute float64 `json:"absolute,omitempty"`
	// Relative is the largest |left - right| / max(|left|, |right|), from 0 to 1.
	Relative float64 `json:"relative,omitempty"`
	// ULPs is the largest |left - right| of two FLOAT64 values in units in the last
	// place of the one with the larger magnitude: the distance to the next value
	// away from zero.
	ULPs int64 `json:"ulps,omitempty"`
	// Microseconds is the largest distance of two TIMESTAMP or DATETIME values.
	Microseconds int64 `json:"microseconds,omitempty"`
	// Metres is the largest distance of two points of type GEOGRAPHY, on the
	// surface of the earth as the engine measures it. Lines and polygons have none:
	// a distance that is 0 for different shapes, as Hausdorff's is for a polygon
	// with a hole and without, is no proof.
	Metres float64 `json:"metres,omitempty"`
	// Topological lets GEOGRAPHY values agree that are the same set of points
	// (ST_EQUALS), however they are written.
	Topological bool `json:"topological,omitempty"`
}

func (t Tolerance) exact() bool { return t == Tolerance{} }

func (t Tolerance) validate(what string) error {
	finite := func(v float64) bool { return v >= 0 && !math.IsInf(v, 0) } // NaN >= 0 is false
	switch {
	case !finite(t.Absolute):
		return argument("%s: absolute tolerance %v is not a finite number of at least 0", what, t.Absolute)
	case math.IsNaN(t.Relative) || t.Relative < 0 || t.Relative > 1:
		return argument("%s: relative tolerance %v is not between 0 and 1", what, t.Relative)
	case t.ULPs < 0 || t.ULPs > maxULPs:
		return argument("%s: tolerance of %d units in the last place is not between 0 and %d", what, t.ULPs, int64(maxULPs))
	case t.Microseconds < 0:
		return argument("%s: tolerance of %d microseconds is negative", what, t.Microseconds)
	case !finite(t.Metres):
		return argument("%s: tolerance of %v metres is not a finite number of at least 0", what, t.Metres)
	}
	return nil
}

// maxULPs spans one power of two, beyond which the unit itself changes.
const maxULPs = 1 << 52

// restrict gives the limits of t that mean something for a value of f, which is
// no ARRAY or stands for the elements of one.
func (t Tolerance) restrict(f *bigquery.FieldSchema) (fitting Tolerance) {
	switch kindOf(f) {
	case kindFloat64:
		fitting.Absolute, fitting.Relative, fitting.ULPs = t.Absolute, t.Relative, t.ULPs
	case kindInt64, kindNumeric, kindBigNumeric:
		fitting.Absolute, fitting.Relative = t.Absolute, t.Relative
	case kindTimestamp, kindDatetime:
		fitting.Microseconds = t.Microseconds
	case kindGeography:
		fitting.Metres, fitting.Topological = t.Metres, t.Topological
	}
	return fitting
}

// defaultFor is the part of the default tolerance that holds for f.
func (t Tolerance) defaultFor(f *bigquery.FieldSchema) Tolerance {
	switch kindOf(f) {
	case kindInt64, kindNumeric, kindBigNumeric:
		return Tolerance{}
	}
	return t.restrict(f)
}
