package compare

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/encoding/wkt"
)

// show turns a cell into the text a person reads; nil is NULL. Scalars at the
// top are bare, strings inside a STRUCT or ARRAY are quoted.
func show(c cell, f *bigquery.FieldSchema) *string {
	if c.shape == cellNull {
		return nil
	}
	text := showCell(c, f, false)
	return &text
}

func showCell(c cell, f *bigquery.FieldSchema, inside bool) string {
	switch {
	case c.shape == cellNull:
		return "NULL"
	case c.shape == cellArray:
		one := *f
		one.Repeated = false
		parts := make([]string, len(c.parts))
		for i, p := range c.parts {
			parts[i] = showCell(p, &one, true)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case c.shape == cellStruct && kindOf(f) == kindRange && len(c.parts) == 2:
		return "[" + showBound(c.parts[0], f) + ", " + showBound(c.parts[1], f) + ")"
	case c.shape == cellStruct:
		parts := make([]string, len(c.parts))
		for i, p := range c.parts {
			if i < len(f.Schema) {
				parts[i] = f.Schema[i].Name + ": " + showCell(p, f.Schema[i], true)
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case c.shape == cellQuoted && inside && kindOf(f) == kindString:
		return strconv.Quote(c.text)
	}
	return showScalar(c.text, f)
}

// showBound writes the start or end of a RANGE as GoogleSQL does.
func showBound(c cell, f *bigquery.FieldSchema) string {
	if c.shape == cellNull {
		return "UNBOUNDED"
	}
	return showScalar(c.text, bound(f))
}

func showScalar(text string, f *bigquery.FieldSchema) string {
	switch kindOf(f) {
	case kindFloat64:
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return number(v)
		}
	case kindNumeric, kindBigNumeric:
		if strings.Contains(text, ".") {
			return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
		}
	case kindTimestamp:
		if v, err := strconv.ParseInt(text, 10, 64); err == nil {
			return time.UnixMicro(v).UTC().Format("2006-01-02T15:04:05.999999Z")
		}
	case kindBytes:
		return "0" + text
	case kindGeography:
		return showGeography(text)
	}
	return text
}

// showGeography writes WKT. What cannot be read stays as it is: it is only shown.
func showGeography(text string) string {
	raw, err := hex.DecodeString(strings.TrimPrefix(text, "x"))
	if err != nil {
		return text
	}
	shape, err := wkb.Unmarshal(raw)
	if err != nil {
		return text
	}
	return wkt.MarshalString(shape)
}

// number writes the shortest text that is v again.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
