package compare

import (
	"maps"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
)

// Renamed is a column that has another name on the right.
type Renamed struct {
	Left  string `json:"left"`
	Right string `json:"right"`
}

// renames are the renamed columns in the spelling of the tables, by their name on
// the left. A name occurs once a side.
type renames []Renamed

// newRenames checks what can be checked before it is known what is ignored; see
// conflict for the rest.
func newRenames(wanted map[string]string, left, right bigquery.Schema) (found renames, err error) {
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		l, r := find(left, name), find(right, wanted[name])
		if l == nil {
			return nil, argument("renamed column %q is not in the left table; its columns are: %s", name, columnNames(left))
		}
		if r == nil {
			return nil, argument("column %s cannot be %q on the right, which has no such column; its columns are: %s", l.Name, wanted[name], columnNames(right))
		}
		if found.to(l.Name) != "" {
			return nil, argument("column %s is renamed twice", l.Name)
		}
		if other := found.from(r.Name); other != "" {
			return nil, argument("columns %s and %s cannot both be %s on the right", other, l.Name, r.Name)
		}
		if strings.EqualFold(l.Name, r.Name) {
			return nil, argument("column %s is called %s on the right, which is the same name: it needs no renaming", l.Name, r.Name)
		}
		found = append(found, Renamed{l.Name, r.Name})
	}
	return found, nil
}

// conflict refuses a right column that a left one of the same name claims as well.
// It does not where that one is renamed itself, as when two names are swapped, or
// ignored.
func (n renames) conflict(left bigquery.Schema, ignored []string) error {
	for _, c := range n {
		if has(ignored, c.Left) {
			return argument("column %s is both renamed and ignored", c.Left)
		}
		if own := find(left, c.Right); own != nil && n.to(own.Name) == "" && !has(ignored, own.Name) {
			return argument("column %s cannot be %s on the right: the left has a column %s too; rename or ignore that one", c.Left, c.Right, own.Name)
		}
	}
	return nil
}

// to is the right name of a left column that is renamed, else "".
func (n renames) to(left string) string {
	for _, c := range n {
		if strings.EqualFold(c.Left, left) {
			return c.Right
		}
	}
	return ""
}

// from is the left name of a right column that is renamed, else "".
func (n renames) from(right string) string {
	for _, c := range n {
		if strings.EqualFold(c.Right, right) {
			return c.Left
		}
	}
	return ""
}

// partner is the right column that the left column l is compared with, or nil. A
// column that belongs to another by renaming is not found by its name.
func (n renames) partner(l *bigquery.FieldSchema, right bigquery.Schema) *bigquery.FieldSchema {
	if to := n.to(l.Name); to != "" {
		return find(right, to)
	}
	if n.from(l.Name) != "" {
		return nil
	}
	return find(right, l.Name)
}
