package compare

import (
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"
)

// The canonical text of a value, written by SQL and read back by [parseCell]:
//
//	NULL       ~
//	STRING     "text", with each quote in it doubled; JSON likewise
//	STRUCT     (field,field)    fields in the order of the left table
//	ARRAY      [element,element]
//	BYTES      x and hex digits, so that no bytes are not no text
//	FLOAT64    17 significant digits, which no two doubles share; 0 for both zeros
//	TIMESTAMP  microseconds since 1970
//	others     as CAST writes them
//
// No unquoted text holds a comma, bracket, quote, ~ or =, and none is empty, so
// two different values of one type never have the same text.

// encoder writes canonical texts; name is the prefix of the aliases it may use.
type encoder struct{ name string }

// cell is a never NULL expression for the canonical text of expr, whose type is
// like's; actual is the field it is read from, which may name, order and limit
// its own fields differently.
func (e encoder) cell(expr string, like, actual *bigquery.FieldSchema) string {
	return e.at(0, expr, like, actual)
}

func (e encoder) at(depth int, expr string, like, actual *bigquery.FieldSchema) string {
	if like.Repeated {
		element, offset := fmt.Sprintf("%se%d", e.name, depth), fmt.Sprintf("%so%d", e.name, depth)
		one, other := *like, *actual
		one.Repeated, other.Repeated = false, false
		return fmt.Sprintf("CONCAT('[', IFNULL((SELECT STRING_AGG(%s, ',' ORDER BY %s) FROM UNNEST(%s) AS %s WITH OFFSET AS %s), ''), ']')",
			e.at(depth+1, element, &one, &other), offset, expr, element, offset)
	}
	if kindOf(like) == kindStruct {
		return fmt.Sprintf("IF(%s IS NULL, '~', %s)", expr, e.structText(depth, expr, like, actual))
	}
	return "IFNULL(" + scalarText(expr, actual) + ", '~')"
}

func (e encoder) structText(depth int, expr string, like, actual *bigquery.FieldSchema) string {
	fields := make([]string, len(like.Schema))
	for i, sub := range like.Schema {
		found := find(actual.Schema, sub.Name)
		fields[i] = e.at(depth, expr+"."+quote(found.Name), sub, found)
	}
	return "CONCAT('(', " + strings.Join(fields, ", ',', ") + ", ')')"
}

// comparable is the expression that stands for a whole column when rows are
// grouped: the value itself where the engine groups it as the rules of this
// package say, else its canonical text, NULL for NULL.
func (e encoder) comparable(expr string, like, actual *bigquery.FieldSchema) string {
	switch {
	case like.Repeated:
		return e.cell(expr, like, actual)
	case kindOf(like) == kindStruct:
		return fmt.Sprintf("IF(%s IS NULL, NULL, %s)", expr, e.structText(0, expr, like, actual))
	case kindOf(like) == kindJSON:
		// TO_JSON_STRING writes SQL NULL like JSON null.
		return fmt.Sprintf("IF(%s IS NULL, NULL, TO_JSON_STRING(%s))", expr, expr)
	case kindOf(like) == kindString:
		return plain(expr, actual)
	}
	return expr
}

// scalarText is the canonical text of a scalar, NULL for NULL.
func scalarText(expr string, f *bigquery.FieldSchema) string {
	switch k := kindOf(f); k {
	case kindString:
		return quotedText(plain(expr, f))
	case kindJSON:
		return fmt.Sprintf("IF(%s IS NULL, NULL, %s)", expr, quotedText("TO_JSON_STRING("+expr+")"))
	case kindFloat64:
		return fmt.Sprintf("IF(%s = 0, '0', FORMAT('%%.17g', %s))", expr, expr)
	case kindBytes:
		return "CONCAT('x', TO_HEX(" + expr + "))"
	case kindTimestamp:
		return "CAST(UNIX_MICROS(" + expr + ") AS STRING)"
	case kindNumeric, kindBigNumeric:
		// The text must not depend on the limits of the column or field, which
		// the service does not always tell.
		expr = fmt.Sprintf("CAST(%s AS %s)", expr, k)
	}
	return "CAST(" + expr + " AS STRING)"
}

// comparableText is the canonical text of an expression made by comparable.
func comparableText(expr string, like *bigquery.FieldSchema) string {
	switch {
	case nested(like):
		return "IFNULL(" + expr + ", '~')"
	case kindOf(like) == kindJSON, kindOf(like) == kindString:
		return "IFNULL(" + quotedText(expr) + ", '~')"
	}
	return "IFNULL(" + scalarText(expr, &bigquery.FieldSchema{Type: like.Type}) + ", '~')"
}

func quotedText(expr string) string {
	return `CONCAT('"', REPLACE(` + expr + `, '"', '""'), '"')`
}

// plain takes the collation off a string: a case-insensitive column would
// otherwise group texts that differ.
func plain(expr string, f *bigquery.FieldSchema) string {
	if f.Collation == "" {
		return expr
	}
	return "COLLATE(" + expr + ", '')"
}
