package compare

import (
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
)

// tableCheckColumns takes over what was found in each column, and says in the result
// or in f where table-check takes different values for equal ones. It returns the
// columns where a difference that it finds is one.
func (r *Result) tableCheckColumns(t *tableCheckReport, p prepared, f *findings) (provable []string) {
	r.Columns = slices.Clone(r.Columns)
	for _, k := range p.shape.keys {
		f.unread = append(f.unread, collated(k.left, k.right)...)
	}
	for _, c := range p.shape.columns {
		i := slices.IndexFunc(r.Columns, func(found Column) bool { return found.Name == c.name() })
		missing := ""
		for _, leaf := range leaves("", c.left) {
			if _, compared := t.Types[leaf.path]; !compared {
				missing = t.leftOut(leaf.path)
				continue
			}
			r.Columns[i].Differing = max(r.Columns[i].Differing, t.Differs[leaf.path])
			stored := p.left.stored() && p.right.stored() // a view may have NULL for an ARRAY, which equals an empty one
			if !leaf.field.Repeated || stored && !strings.Contains(typeName(leaf.field), string(kindFloat64)) {
				provable = append(provable, leaf.path)
			}
			if leaf.field.Repeated {
				f.unread = append(f.unread, fmt.Sprintf("column %s: table-check does not mind the order of an ARRAY", leaf.path))
			}
			if kindOf(leaf.field) == kindInterval {
				f.unread = append(f.unread, fmt.Sprintf("column %s: table-check takes an INTERVAL of a month for one of 30 days", leaf.path))
			}
		}
		if n := t.Numbers[c.name()].Within; n != nil && !c.tolerance().exact() {
			r.Columns[i].Tolerated = *n
		}
		if nullable(c.left) || nullable(c.right) {
			f.unread = append(f.unread, fmt.Sprintf("column %s: table-check takes a NULL STRUCT for a STRUCT of NULLs", c.name()))
		}
		f.unread = append(f.unread, collated(c.left, c.right)...)
		if missing != "" {
			r.NotCompared = append(r.NotCompared, NotCompared{c.name(), missing})
			r.Columns = slices.Delete(r.Columns, i, i+1)
		}
	}
	return provable
}

// leftOut says why the column, or field of one, has no part in the report.
func (t *tableCheckReport) leftOut(path string) string {
	for _, pair := range t.Excluded {
		if pair[0] == path {
			return "table-check has no comparison for " + pair[1]
		}
	}
	return "table-check left " + path + " out, as it does where a name is spelled in another case on the other side"
}

// proves tells whether what was found in the column is a difference beyond its
// tolerance. NaN shows in the largest difference, and differs from itself there.
func (t *tableCheckReport) proves(path string) bool {
	n, number := t.Numbers[path]
	_, absolute := t.Absolute[path]
	_, relative := t.Relative[path]
	switch {
	case t.Differs[path] == 0 || number && n.nan():
		return false
	case number && (absolute || relative):
		return n.Outside != nil && *n.Outside > 0
	}
	return true
}

type leaf struct {
	path  string
	field *bigquery.FieldSchema
}

// leaves are the columns that table-check makes of one: the fields of a STRUCT, each
// on its own.
func leaves(prefix string, f *bigquery.FieldSchema) (all []leaf) {
	if kindOf(f) != kindStruct || f.Repeated {
		return []leaf{{prefix + f.Name, f}}
	}
	for _, sub := range f.Schema {
		all = append(all, leaves(prefix+f.Name+".", sub)...)
	}
	return all
}

// nullable tells whether f is a STRUCT that may be NULL, or has such a field.
func nullable(f *bigquery.FieldSchema) bool {
	return kindOf(f) == kindStruct && !f.Repeated && (!f.Required || slices.ContainsFunc(f.Schema, nullable))
}

// collated names fields whose texts the engine's = does not compare exactly.
func collated(fields ...*bigquery.FieldSchema) (reasons []string) {
	for _, f := range fields {
		for _, leaf := range leaves("", f) {
			if c := leaf.field.Collation; c != "" && c != unknownCollation && len(reasons) == 0 {
				reasons = append(reasons, fmt.Sprintf("column %s: table-check compares it by its collation %s, which takes different texts for equal", leaf.path, leaf.field.Collation))
			}
		}
	}
	return reasons
}
