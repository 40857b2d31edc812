package compare

import (
	"fmt"
	"slices"
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
	// again is the column in the other run of the left side, if there is one.
	again *bigquery.FieldSchema
	// rules are what is let pass in it.
	rules rules
	// same tells that the types agree in every field, so values can be compared.
	same bool
}

func (c column) name() string { return c.left.Name }

// on is the column on side 0, the left, 1, the right, or 2, the left's other run.
func (c column) on(side int) *bigquery.FieldSchema {
	return []*bigquery.FieldSchema{c.left, c.right, c.again}[side]
}

// exact tells that no difference of values is let pass.
func (c column) exact() bool { return len(c.rules) == 0 }

// tolerance is that of the column itself, as opposed to what is inside.
func (c column) tolerance() Tolerance { return c.rules[""].tolerance }

// matchSchemas finds the columns both sides have, in the order of the left one,
// and what differs. Ignored columns are left out of both sides; on the right, the
// name of one may belong to a renamed column, which stays.
func matchSchemas(left, right bigquery.Schema, ignored []string, renamed renames) ([]column, SchemaDiff) {
	var diff SchemaDiff
	left = slices.DeleteFunc(slices.Clone(left), func(f *bigquery.FieldSchema) bool { return has(ignored, f.Name) })
	right = slices.DeleteFunc(slices.Clone(right), func(f *bigquery.FieldSchema) bool {
		return has(ignored, f.Name) && renamed.from(f.Name) == ""
	})
	return diff.match("", left, right, renamed), diff
}

func (d *SchemaDiff) match(prefix string, left, right bigquery.Schema, renamed renames) (both []column) {
	moved := ""
	next := 0
	for _, l := range left {
		r := renamed.partner(l, right)
		if r == nil {
			d.OnlyLeft = append(d.OnlyLeft, SchemaField{prefix + l.Name, typeName(l)})
			continue
		}
		both = append(both, column{left: l, right: r, same: d.matchField(prefix+l.Name, l, r)})
	}
	for _, r := range right {
		if !slices.ContainsFunc(both, func(c column) bool { return c.right == r }) {
			d.OnlyRight = append(d.OnlyRight, SchemaField{prefix + r.Name, typeName(r)})
			continue
		}
		if moved == "" && both[next].right != r {
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
	if !strings.EqualFold(l.Name, r.Name) {
		d.Notes = append(d.Notes, fmt.Sprintf("%s is renamed %s on the right", path, r.Name))
	} else if l.Name != r.Name {
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
	d.match(path+".", l.Schema, r.Schema, nil)
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
