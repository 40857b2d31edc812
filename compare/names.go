package compare

import (
	"maps"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
)

// naming resolves the column names of the options. A column that both sides have
// goes by its name on the left.
type naming struct {
	left, right bigquery.Schema
	renamed     renames
}

// find gives the field that name stands for, the left one where both sides have
// it. The error says what is named, such as a key column.
func (n naming) find(what, name string) (*bigquery.FieldSchema, error) {
	if f := find(n.left, name); f != nil {
		return f, nil
	}
	f := find(n.right, name)
	if f == nil {
		return nil, argument("%s %q is in neither table; the columns are: %s", what, name, columnNames(n.left, n.right))
	}
	if l := n.renamed.from(f.Name); l != "" {
		return nil, argument("%s %s is called %s on the left: use that name", what, f.Name, l)
	}
	return f, nil
}

// list resolves names of which none may stand twice.
func (n naming) list(what string, names []string) (found []string, err error) {
	for _, name := range names {
		f, err := n.find(what, name)
		if err != nil {
			return nil, err
		}
		if has(found, f.Name) {
			return nil, argument("%s %s is named twice", what, f.Name)
		}
		found = append(found, f.Name)
	}
	return found, nil
}

// place is a column, or a field inside one.
type place struct {
	// name is as the tables spell it, column the name of its column.
	name, column string
	field        *bigquery.FieldSchema
}

// place finds what a name with dots stands for.
func (n naming) place(what, name string) (p place, err error) {
	parts := strings.Split(name, ".")
	if p.field, err = n.find(what, parts[0]); err != nil {
		return p, err
	}
	p.name, p.column = p.field.Name, p.field.Name
	for _, part := range parts[1:] {
		inside := find(p.field.Schema, part)
		if inside == nil {
			return p, argument("%s %q: %s is %s, without a field %s", what, name, p.name, typeName(p.field), part)
		}
		p.field = inside
		p.name += "." + inside.Name
	}
	return p, nil
}

// named resolves the columns and fields that settings are for; the keys of the
// result are in lower case. Two settings for one are an error that calls them plural.
func named[T any](n naming, what, plural string, settings map[string]T) (map[string]T, error) {
	resolved := map[string]T{}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		p, err := n.place(what, name)
		if err != nil {
			return nil, err
		}
		key := strings.ToLower(p.name)
		if _, twice := resolved[key]; twice {
			return nil, argument("column %s has two %s", p.name, plural)
		}
		resolved[key] = settings[name]
	}
	return resolved, nil
}

func has(list []string, name string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
}

func columnNames(schemas ...bigquery.Schema) string {
	var all []string
	for _, f := range slices.Concat(schemas...) {
		if !has(all, f.Name) {
			all = append(all, f.Name)
		}
	}
	return strings.Join(all, ", ")
}
