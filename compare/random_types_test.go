//go:build sandbox

package compare

import (
	"math/rand/v2"
	"slices"

	"cloud.google.com/go/bigquery"
)

// randomType is a scalar, a STRUCT of fields or an ARRAY of element. A row is a
// value of a STRUCT, a table's type one whose fields are the columns.
//
// A value is nil for NULL, what scalar.pool holds, a structure or a list.
type randomType struct {
	scalar  *scalar
	fields  []randomField
	element *randomType
}

// randomField is a column, or a field of a STRUCT. Its value is at that place of a
// structure, so that the sides may have their fields in another order.
type randomField struct {
	name string
	randomType
	at int
}

type (
	structure []any
	list      []any
)

// awkward are legal names: reserved words, names that the statement uses itself,
// and others that take quoting.
var awkward = []string{
	"select", "from", "group", "order", "null", "struct", "array", "k0", "k1", "c0", "c1", "l0", "r0", "d0", "e0", "w0", "l", "r", "side", "x",
	"x_", "xe0", "xo0", "fate", "sides", "members", "matched", "lrows", "rrows", "lrest", "equal", "left_rows", "t", "a", "b", "a__b", "größe", "航路", "_1", "a b", "a-b",
}

func newSchema(random *rand.Rand) randomType {
	return randomType{fields: newFields(random, 1+random.IntN(8), 3)}
}

// with has one more column, an INT64.
func (t randomType) with(name string) randomType {
	return randomType{fields: append(slices.Clone(t.fields), randomField{name, randomType{scalar: scalars[0]}, len(t.fields)})}
}

func newFields(random *rand.Rand, n, depth int) (fields []randomField) {
	for i, name := range random.Perm(len(awkward))[:n] {
		fields = append(fields, randomField{awkward[name], newType(random, depth), i})
	}
	return fields
}

// newType nests at most depth STRUCTs and ARRAYs in each other.
func newType(random *rand.Rand, depth int) randomType {
	switch n := random.IntN(10); {
	case depth > 0 && n < 2:
		return randomType{fields: newFields(random, 1+random.IntN(3), depth-1)}
	case depth > 0 && n < 4:
		element := newType(random, depth-1)
		for element.element != nil {
			element = *element.element // no ARRAY holds an ARRAY
		}
		return randomType{element: &element}
	}
	if random.IntN(4) == 0 {
		return randomType{scalar: scalars[1]} // FLOAT64, of which most is to be tried
	}
	return randomType{scalar: pick(random, scalars)}
}

// schema is the type as a load job names it.
func (t randomType) schema() (schema bigquery.Schema) {
	for _, f := range t.fields {
		schema = append(schema, f.column())
	}
	return schema
}

func (f randomField) column() *bigquery.FieldSchema {
	c := &bigquery.FieldSchema{Name: f.name, Type: "RECORD", Repeated: f.element != nil}
	t := f.randomType
	if c.Repeated {
		t = *t.element
	}
	if c.Schema = t.schema(); t.scalar != nil {
		c.Type = bigquery.FieldType(t.scalar.name)
	}
	return c
}

// load is v as a load from JSON takes it.
func (t randomType) load(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case list:
		all := make([]any, len(v))
		for i, e := range v {
			all[i] = t.element.load(e)
		}
		return all
	case structure:
		members := map[string]any{}
		for _, f := range t.fields {
			members[f.name] = f.load(v[f.at])
		}
		return members
	}
	if t.scalar.load == nil {
		return v
	}
	return t.scalar.load(v)
}

// equal is the rule of docs/compare.md: NULL is equal to NULL only, except that a
// NULL ARRAY is an empty one.
func (t randomType) equal(a, b any) bool {
	if t.element != nil {
		l, _ := a.(list)
		r, _ := b.(list)
		return slices.EqualFunc(l, r, t.element.equal)
	}
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	for _, f := range t.fields {
		if !f.equal(a.(structure)[f.at], b.(structure)[f.at]) {
			return false
		}
	}
	return t.fields != nil || t.scalar.equal(a, b)
}

// agrees tells whether the types hold the same fields, whatever their order.
func (t randomType) agrees(other randomType) bool {
	if t.element != nil && other.element != nil {
		return t.element.agrees(*other.element)
	}
	if t.element != nil || other.element != nil || len(t.fields) != len(other.fields) {
		return false
	}
	for _, f := range t.fields {
		if o := other.field(f.at); o == nil || !f.agrees(o.randomType) {
			return false
		}
	}
	return t.scalar == other.scalar
}

// field is the one whose values are at that place, nil if there is none.
func (t randomType) field(at int) *randomField {
	if i := slices.IndexFunc(t.fields, func(f randomField) bool { return f.at == at }); i >= 0 {
		return &t.fields[i]
	}
	return nil
}
