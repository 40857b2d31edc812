package compare

import (
	"fmt"
	"maps"
	"slices"
)

// Normalisation is one way to make texts alike before they are compared again.
type Normalisation string

// The normalisations, in the order in which they are applied. Of those for texts, JSON
// stands alone.
const (
	// FoldCase compares texts in lower case.
	FoldCase Normalisation = "case"
	// Unicode compares texts in Unicode normalisation form NFC.
	Unicode Normalisation = "unicode"
	// Trim leaves out leading and trailing white space, as Unicode defines it.
	Trim Normalisation = "trim"
	// Unordered compares ARRAYs without regard to order. Elements are matched by
	// what is exact in them, so tolerances inside need something that tells
	// elements apart, or else values of the same order on both sides.
	Unordered Normalisation = "unordered"
	// JSON compares texts as the JSON they hold, as far as the engine keeps it:
	// white space around values never counts, and in BigQuery neither does the
	// order of members, nor a member whose name came before. A text that is not
	// JSON is compared as it is and agrees with no JSON.
	JSON Normalisation = "json"
)

var normalisations = []Normalisation{FoldCase, Unicode, Trim, JSON, Unordered}

// whitespace is every character with the property White_Space, spelled out since
// engines differ in what TRIM leaves out on its own.
const whitespace = `' \t\n\v\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'`

func validateNormalise(column string, list []Normalisation) error {
	for i, n := range list {
		switch {
		case !slices.Contains(normalisations, n):
			return argument("column %s: there is no normalisation %q; there are: %v", column, n, normalisations)
		case slices.Contains(list[:i], n):
			return argument("column %s: normalisation %s is named twice", column, n)
		case n == JSON && slices.ContainsFunc(list, func(n Normalisation) bool { return n != JSON && n != Unordered }):
			return argument("column %s: normalisation json cannot be combined with others of texts", column)
		}
	}
	return nil
}

// normalise resolves [Options.Normalise]: by name in lower case, each list in the
// order in which it is applied.
func (n naming) normalise(wanted map[string][]Normalisation, keys []string) (map[string][]Normalisation, error) {
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		p, err := n.place("normalised column", name)
		if err != nil {
			return nil, err
		}
		r := rule{normalise: wanted[name]}
		switch {
		case has(keys, p.column):
			return nil, argument("key column %s cannot be normalised", p.column)
		case r.unordered() && !p.field.Repeated:
			return nil, argument("column %s is %s, and only an ARRAY can be unordered", p.name, typeName(p.field))
		case len(r.texts()) > 0 && kindOf(p.field) != kindString:
			return nil, argument("column %s is %s, and only STRINGs can be normalised by %v%s", p.name, typeName(p.field), r.texts(), orField(p))
		}
	}
	found, err := named(n, "normalised column", "normalisations", wanted)
	for column, list := range found {
		found[column] = slices.DeleteFunc(slices.Clone(normalisations), func(n Normalisation) bool { return !slices.Contains(list, n) })
	}
	return found, err
}

// normalised is the expression for a STRING expression after all of list, which is
// ordered; NULL for NULL. Lower case may undo NFC, so that comes after it.
func normalised(list []Normalisation, expr string) string {
	for _, n := range list {
		switch n {
		case FoldCase:
			expr = "LOWER(" + expr + ")"
		case Unicode:
			expr = "NORMALIZE(" + expr + ", NFC)"
		case Trim:
			expr = "TRIM(" + expr + ", " + whitespace + ")"
		case JSON:
			// The first letter keeps what was parsed from what was not. A number
			// that JSON values cannot hold exactly does not parse.
			expr = fmt.Sprintf("IF(SAFE.PARSE_JSON(%[1]s) IS NULL, CONCAT('t', %[1]s), CONCAT('j', TO_JSON_STRING(SAFE.PARSE_JSON(%[1]s))))", expr)
		}
	}
	return expr
}

// alike is TRUE where l and r are equal once normalised, and never NULL.
func alike(list []Normalisation, l, r string) string {
	return fmt.Sprintf("IFNULL(%s = %s, FALSE)", normalised(list, l), normalised(list, r))
}
