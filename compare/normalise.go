package compare

import (
	"fmt"
	"maps"
	"slices"
)

// Normalisation is one way to make texts alike before they are compared again.
type Normalisation string

// The normalisations, in the order in which they are applied. JSON stands alone.
const (
	// FoldCase compares texts in lower case.
	FoldCase Normalisation = "case"
	// Unicode compares texts in Unicode normalisation form NFC.
	Unicode Normalisation = "unicode"
	// Trim leaves out leading and trailing white space, as Unicode defines it.
	Trim Normalisation = "trim"
	// JSON compares texts as the JSON they hold, as far as the engine keeps it:
	// white space around values never counts, and in BigQuery neither does the
	// order of members, nor a member whose name came before. A text that is not
	// JSON is compared as it is and agrees with no JSON.
	JSON Normalisation = "json"
)

var normalisations = []Normalisation{FoldCase, Unicode, Trim, JSON}

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
		case n == JSON && len(list) > 1:
			return argument("column %s: normalisation json cannot be combined with others", column)
		}
	}
	return nil
}

// normalise resolves [Options.Normalise]: by column in lower case, each list in the
// order in which it is applied.
func (n naming) normalise(wanted map[string][]Normalisation, keys []string) (map[string][]Normalisation, error) {
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		f, err := n.find("normalised column", name)
		switch {
		case err != nil:
			return nil, err
		case has(keys, f.Name):
			return nil, argument("key column %s cannot be normalised", f.Name)
		case f.Repeated || kindOf(f) != kindString:
			return nil, argument("column %s is %s, and only STRING columns can be normalised", f.Name, typeName(f))
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
