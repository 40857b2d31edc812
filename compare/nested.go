package compare

import (
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"
)

// Where rules hold inside a STRUCT or ARRAY, a pair that differs is looked at once
// more through texts that its rows carry along:
//
//	u0    the skeleton: the canonical text of the whole value, with * for each value
//	      that has a tolerance, normalised texts, unordered ARRAYs in order
//	t0_0  the values at the first path with a tolerance, in the order of the
//	      skeleton, without NULLs; t0_1 those at the second, and so on
//
// The pair passes if the skeletons are equal, and value by value each list lies
// within its tolerance. Equal skeletons make lists of equal length that belong
// together: a NULL is written in the skeleton, and the elements of an unordered
// ARRAY are put in one order for the skeleton and all lists.

// scalar is the text of a scalar at path, NULL for NULL.
func (e encoder) scalar(path, expr string, f *bigquery.FieldSchema) string {
	r := e.rules[path]
	switch {
	case !r.tolerance.exact():
		return "IF(" + expr + " IS NULL, NULL, '*')"
	case len(r.texts()) > 0:
		return quotedText(normalised(r.texts(), plain(expr, f)))
	}
	return scalarText(expr, f)
}

// order is by what the skeleton says of an element, then by its values with a
// tolerance, so that close ones have the same rank, then by all there is.
func (e encoder) order(depth int, path, element string, like, actual *bigquery.FieldSchema) string {
	by := []string{e.at(depth, path, element, like, actual)}
	for _, p := range e.rules.tolerant() {
		if value, ok := direct(path, p, element, like, actual); ok {
			by = append(by, value)
		}
	}
	return strings.Join(append(by, encoder{name: e.name}.at(depth, path, element, like, actual)), ", ")
}

// direct is the expression for the value at path p of an element, if no ARRAY lies
// between and it can be ordered.
func direct(path, p, element string, like, actual *bigquery.FieldSchema) (string, bool) {
	for path != p {
		if like.Repeated || kindOf(like) != kindStruct {
			return "", false
		}
		sub := step(path, p, like)
		if sub == nil {
			return "", false
		}
		found := find(actual.Schema, sub.Name)
		path, element, like, actual = below(path, sub), element+"."+quote(found.Name), sub, found
	}
	return element, !like.Repeated && kindOf(like) != kindGeography
}

// step is the field of the STRUCT at path through which target is reached, or nil.
func step(path, target string, like *bigquery.FieldSchema) *bigquery.FieldSchema {
	for _, sub := range like.Schema {
		if p := below(path, sub); p == target || strings.HasPrefix(target, p+".") {
			return sub
		}
	}
	return nil
}

// list joins the values at target, NULL if there are none.
func (e encoder) list(depth int, path, target, expr string, like, actual *bigquery.FieldSchema) string {
	switch {
	case like.Repeated:
		return e.each(depth, path, expr, like, actual, func(element string, one, other *bigquery.FieldSchema) string {
			return e.list(depth+1, path, target, element, one, other)
		})
	case kindOf(like) == kindStruct:
		sub := step(path, target, like)
		found := find(actual.Schema, sub.Name)
		return e.list(depth, below(path, sub), target, expr+"."+quote(found.Name), sub, found)
	}
	return scalarText(expr, actual)
}

// carried are the texts that column i carries along, without their names, read
// from expr.
func (c column) carried(x, expr string, actual *bigquery.FieldSchema) []string {
	if !c.inside() {
		return nil
	}
	e := encoder{x, c.rules}
	texts := []string{e.cell(expr, c.left, actual)}
	for _, path := range c.rules.tolerant() {
		texts = append(texts, "IFNULL("+e.list(0, "", path, expr, c.left, actual)+", '')")
	}
	return texts
}

// carriedNames are the names of what column i carries along.
func (c column) carriedNames(i int) (names []string) {
	if !c.inside() {
		return nil
	}
	names = []string{fmt.Sprintf("u%d", i)}
	for j := range c.rules.tolerant() {
		names = append(names, fmt.Sprintf("t%d_%d", i, j))
	}
	return names
}

// inside tells whether there are rules for what is inside of c.
func (c column) inside() bool { return nested(c.left) && len(c.rules) > 0 }

// passesInside is TRUE where the left and the other side pass by their carried
// texts, and never NULL.
func (c column) passesInside(i int, other string) string {
	names := c.carriedNames(i)
	tests := []string{fmt.Sprintf("IFNULL(l%[1]s = %[2]s%[1]s, FALSE)", names[0], other)}
	for j, path := range c.rules.tolerant() {
		tests = append(tests, listWithin(c.rules[path].tolerance, at(c.left, path), "l"+names[j+1], other+names[j+1]))
	}
	return strings.Join(tests, " AND ")
}

// listWithin compares two lists value by value. They are of equal length; if they
// were not, what is missing on the right would be NULL and not pass.
func listWithin(t Tolerance, f *bigquery.FieldSchema, l, r string) string {
	one := bigquery.FieldSchema{Type: bigquery.FieldType(kindOf(f))}
	if kindOf(f) == kindTimestamp {
		one.Type = bigquery.FieldType(kindInt64) // its text is microseconds
	}
	value := func(text string) string {
		if kindOf(f) == kindGeography {
			return text
		}
		return fmt.Sprintf("SAFE_CAST(%s AS %s)", text, one.Type)
	}
	a, b := value("v"), value("w")
	const both = "UNNEST(SPLIT(%s, ',')) AS v WITH OFFSET AS o LEFT JOIN UNNEST(SPLIT(%s, ',')) AS w WITH OFFSET AS p ON o = p"
	return fmt.Sprintf("IFNULL((SELECT LOGICAL_AND(IFNULL(v = w OR %s, FALSE)) FROM "+both+"), FALSE)",
		within(t, delta(&one, a, b), a, b), l, r)
}
