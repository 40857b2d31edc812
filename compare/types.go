package compare

import (
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
)

// kind is a type by its GoogleSQL name, without parameters.
type kind string

const (
	kindInt64      kind = "INT64"
	kindFloat64    kind = "FLOAT64"
	kindNumeric    kind = "NUMERIC"
	kindBigNumeric kind = "BIGNUMERIC"
	kindBool       kind = "BOOL"
	kindString     kind = "STRING"
	kindBytes      kind = "BYTES"
	kindDate       kind = "DATE"
	kindDatetime   kind = "DATETIME"
	kindTime       kind = "TIME"
	kindTimestamp  kind = "TIMESTAMP"
	kindJSON       kind = "JSON"
	kindInterval   kind = "INTERVAL"
	kindRange      kind = "RANGE"
	kindGeography  kind = "GEOGRAPHY"
	kindStruct     kind = "STRUCT"
)

// kinds maps the spellings of the REST interface that differ from GoogleSQL's.
var kinds = map[string]kind{
	"INTEGER": kindInt64, "FLOAT": kindFloat64, "BOOLEAN": kindBool, "RECORD": kindStruct,
	"DECIMAL": kindNumeric, "BIGDECIMAL": kindBigNumeric,
}

func kindOf(f *bigquery.FieldSchema) kind {
	name := strings.ToUpper(string(f.Type))
	if k, ok := kinds[name]; ok {
		return k
	}
	return kind(name)
}

// why gives the reason why values of f cannot be compared, or "". A type that is
// not known here is never compared by chance.
func why(f *bigquery.FieldSchema) string {
	switch k := kindOf(f); k {
	case kindInt64, kindFloat64, kindNumeric, kindBigNumeric, kindBool, kindString, kindBytes,
		kindDate, kindDatetime, kindTime, kindJSON, kindInterval, kindGeography:
		return ""
	case kindRange:
		if f.RangeElementType == nil {
			return "the service does not say what it is a RANGE of"
		}
		return why(bound(f))
	case kindTimestamp:
		if f.TimestampPrecision > 6 {
			return fmt.Sprintf("TIMESTAMP(%d) is finer than microseconds", f.TimestampPrecision)
		}
		return ""
	case kindStruct:
		for _, sub := range f.Schema {
			if reason := why(sub); reason != "" {
				return fmt.Sprintf("its field %s: %s", sub.Name, reason)
			}
		}
		return ""
	default:
		return fmt.Sprintf("type %s has no comparison yet", k)
	}
}

// typeName is the type of f as GoogleSQL writes it, without parameters.
func typeName(f *bigquery.FieldSchema) string {
	name := string(kindOf(f))
	switch {
	case kindOf(f) == kindStruct:
		fields := make([]string, len(f.Schema))
		for i, sub := range f.Schema {
			fields[i] = sub.Name + " " + typeName(sub)
		}
		name += "<" + strings.Join(fields, ", ") + ">"
	case f.RangeElementType != nil:
		name += "<" + string(f.RangeElementType.Type) + ">"
	}
	if f.Repeated {
		return "ARRAY<" + name + ">"
	}
	return name
}

// limits are the parameters that bound what a column may hold. They say nothing
// of what it does hold.
func limits(f *bigquery.FieldSchema) string {
	switch {
	case f.MaxLength != 0:
		return fmt.Sprintf("(%d)", f.MaxLength)
	case f.Precision != 0:
		return fmt.Sprintf("(%d, %d)", f.Precision, f.Scale)
	case f.TimestampPrecision > 6:
		return fmt.Sprintf("(%d)", f.TimestampPrecision)
	}
	return ""
}

// bound is what a RANGE begins and ends with.
func bound(f *bigquery.FieldSchema) *bigquery.FieldSchema {
	return &bigquery.FieldSchema{Type: f.RangeElementType.Type}
}

// tagged tells whether who reads f, or a field inside, may get something else than its values.
func tagged(f *bigquery.FieldSchema) bool {
	return f.PolicyTags != nil && len(f.PolicyTags.Names) > 0 || slices.ContainsFunc(f.Schema, tagged)
}

// nested tells whether values of f are compared through their canonical text.
func nested(f *bigquery.FieldSchema) bool { return f.Repeated || kindOf(f) == kindStruct }
