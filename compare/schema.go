package compare

import (
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"
)

// SchemaDiff holds what differs between the two schemas. Paths name fields of
// STRUCTs with dots.
type SchemaDiff struct {
	// OnlyLeft and OnlyRight are columns or fields that one side has alone.
	OnlyLeft  []SchemaField `json:"only_left,omitempty"`
	OnlyRight []SchemaField `json:"only_right,omitempty"`
	// Retyped are columns or fields of different types.
	Retyped []Retyped `json:"retyped,omitempty"`
	// Notes are differences that do not change the verdict: mode, limits such as
	// STRING(10), spelling of names, order.
	Notes []string `json:"notes,omitempty"`
}

// SchemaField is a column or field and its GoogleSQL type.
type SchemaField struct {
	Path string `json:"path"`
	Type string `json:"type"`
}

// Retyped is a column or field whose type differs.
type Retyped struct {
	Path  string `json:"path"`
	Left  string `json:"left"`
	Right string `json:"right"`
}

// column is a column that both sides have.
type column struct {
	left, right *bigquery.FieldSchema
	tolerance   Tolerance
	// same tells that the types agree in every field, so values can be compared.
	same bool
}

func (c column) name() string { return c.left.Name }

// matchSchemas finds the columns both sides have, in the order of the left one,
// and what differs. Columns for which ignored is true are left out of both.
func matchSchemas(left, right bigquery.Schema, ignored func(string) bool) ([]column, SchemaDiff) {
	var diff SchemaDiff
	keep := func(schema bigquery.Schema) (kept bigquery.Schema) {
		for _, f := range schema {
			if !ignored(f.Name) {
				kept = append(kept, f)
			}
		}
		return kept
	}
	return diff.match("", keep(left), keep(right)), diff
}

func (d *SchemaDiff) match(prefix string, left, right bigquery.Schema) (both []column) {
	moved := ""
	next := 0
	for _, l := range left {
		r := find(right, l.Name)
		if r == nil {
			d.OnlyLeft = append(d.OnlyLeft, SchemaField{prefix + l.Name, typeName(l)})
			continue
		}
		both = append(both, column{left: l, right: r, same: d.matchField(prefix+l.Name, l, r)})
	}
	for _, r := range right {
		if find(left, r.Name) == nil {
			d.OnlyRight = append(d.OnlyRight, SchemaField{prefix + r.Name, typeName(r)})
			continue
		}
		if moved == "" && !strings.EqualFold(both[next].left.Name, r.Name) {
			moved = r.Name
		}
		next++
	}
	if moved != "" {
		where := "columns"
		if prefix != "" {
			where = "fields of " + strings.TrimSuffix(prefix, ".")
		}
		d.Notes = append(d.Notes, fmt.Sprintf("%s are in another order from %s on", where, moved))
	}
	return both
}

// matchField tells whether l and r have the same type in every part.
func (d *SchemaDiff) matchField(path string, l, r *bigquery.FieldSchema) bool {
	if kindOf(l) != kindOf(r) || l.Repeated != r.Repeated || (kindOf(l) != kindStruct && typeName(l) != typeName(r)) {
		d.Retyped = append(d.Retyped, Retyped{path, typeName(l), typeName(r)})
		return false
	}
	if l.Name != r.Name {
		d.Notes = append(d.Notes, fmt.Sprintf("%s is spelled %s on the right", path, r.Name))
	}
	if l.Required != r.Required {
		d.Notes = append(d.Notes, fmt.Sprintf("%s is %s on the left, %s on the right", path, mode(l), mode(r)))
	}
	if limits(l) != limits(r) {
		d.Notes = append(d.Notes, fmt.Sprintf("%s is %s%s on the left, %s%s on the right", path, typeName(l), limits(l), typeName(r), limits(r)))
	}
	if kindOf(l) != kindStruct {
		return true
	}
	before := len(d.OnlyLeft) + len(d.OnlyRight) + len(d.Retyped)
	d.match(path+".", l.Schema, r.Schema)
	return before == len(d.OnlyLeft)+len(d.OnlyRight)+len(d.Retyped)
}

func mode(f *bigquery.FieldSchema) string {
	if f.Required {
		return "REQUIRED"
	}
	return "NULLABLE"
}

// find looks a field up by name as BigQuery does, without regard to case. The
// very same spelling goes first.
func find(schema bigquery.Schema, name string) *bigquery.FieldSchema {
	var found *bigquery.FieldSchema
	for _, f := range schema {
		if f.Name == name {
			return f
		}
		if found == nil && strings.EqualFold(f.Name, name) {
			found = f
		}
	}
	return found
}
