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
//	RANGE      (start,end), NULL where it has no bound
//	GEOGRAPHY  x and the hex digits of its WKB
//	others     as CAST writes them
//
// No unquoted text holds a comma, bracket, quote, ~ or =, and none is empty, so
// two different values of one type never have the same text.

// encoder writes canonical texts; name is the prefix of the aliases it may use.
// With rules it writes skeletons instead; see nested.go.
type encoder struct {
	name  string
	rules rules
}

// cell is a never NULL expression for the canonical text of expr, whose type is
// like's; actual is the field it is read from, which may name, order and limit
// its own fields differently.
func (e encoder) cell(expr string, like, actual *bigquery.FieldSchema) string {
	return e.at(0, "", expr, like, actual)
}

// at writes what is at path, which is below the column.
func (e encoder) at(depth int, path, expr string, like, actual *bigquery.FieldSchema) string {
	switch {
	case like.Repeated:
		elements := e.each(depth, path, expr, like, actual, func(element string, one, other *bigquery.FieldSchema) string {
			return e.at(depth+1, path, element, one, other)
		})
		return fmt.Sprintf("CONCAT('[', IFNULL(%s, ''), ']')", elements)
	case kindOf(like) == kindStruct:
		return fmt.Sprintf("IF(%s IS NULL, '~', %s)", expr, e.structText(depth, path, expr, like, actual))
	}
	return "IFNULL(" + e.scalar(path, expr, actual) + ", '~')"
}

// each joins what write makes of each element of an ARRAY, NULL for an empty one.
func (e encoder) each(depth int, path, expr string, like, actual *bigquery.FieldSchema, write func(string, *bigquery.FieldSchema, *bigquery.FieldSchema) string) string {
	element, offset := fmt.Sprintf("%se%d", e.name, depth), fmt.Sprintf("%so%d", e.name, depth)
	one, other := *like, *actual
	one.Repeated, other.Repeated = false, false
	order := offset
	if e.rules[path].unordered() {
		order = e.order(depth+1, path, element, &one, &other)
	}
	return fmt.Sprintf("(SELECT STRING_AGG(%s, ',' ORDER BY %s) FROM UNNEST(%s) AS %s WITH OFFSET AS %s)",
		write(element, &one, &other), order, expr, element, offset)
}

func (e encoder) structText(depth int, path, expr string, like, actual *bigquery.FieldSchema) string {
	fields := make([]string, len(like.Schema))
	for i, sub := range like.Schema {
		found := find(actual.Schema, sub.Name)
		fields[i] = e.at(depth, below(path, sub), expr+"."+quote(found.Name), sub, found)
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
		return fmt.Sprintf("IF(%s IS NULL, NULL, %s)", expr, e.structText(0, "", expr, like, actual))
	case kindOf(like) == kindJSON:
		// TO_JSON_STRING writes SQL NULL like JSON null.
		return fmt.Sprintf("IF(%s IS NULL, NULL, TO_JSON_STRING(%s))", expr, expr)
	case kindOf(like) == kindString:
		return plain(expr, actual)
	case textual(like):
		return scalarText(expr, actual)
	}
	return expr
}

// textual tells of types that group by their canonical text alone: a GEOGRAPHY
// does not group, and an INTERVAL of a month groups with one of 30 days.
func textual(f *bigquery.FieldSchema) bool {
	switch kindOf(f) {
	case kindInterval, kindRange, kindGeography:
		return true
	}
	return nested(f)
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
	case kindGeography:
		return "CONCAT('x', TO_HEX(ST_ASBINARY(" + expr + ")))"
	case kindRange:
		return fmt.Sprintf("IF(%[1]s IS NULL, NULL, CONCAT('(', IFNULL(%[2]s, '~'), ',', IFNULL(%[3]s, '~'), ')'))",
			expr, scalarText("RANGE_START("+expr+")", bound(f)), scalarText("RANGE_END("+expr+")", bound(f)))
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
	case textual(like):
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
