package compare

import (
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
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
	}
	return text
}

// number writes the shortest text that is v again.
func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
