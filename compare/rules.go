package compare

import (
	"maps"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
)

// rule is what is let pass at one place of a column: of a scalar, of the elements
// of an ARRAY of scalars, or of an ARRAY as such.
type rule struct {
	tolerance Tolerance
	// normalise is how values are made alike where they differ, in order.
	normalise []Normalisation
}

func (r rule) exact() bool { return r.tolerance.exact() && len(r.normalise) == 0 }

// unordered tells whether the order of an ARRAY is let pass.
func (r rule) unordered() bool { return slices.Contains(r.normalise, Unordered) }

// texts are the normalisations of values.
func (r rule) texts() []Normalisation {
	return slices.DeleteFunc(slices.Clone(r.normalise), func(n Normalisation) bool { return n == Unordered })
}

// rules are those of one column by path: names of fields in lower case, joined by
// dots; "" is the column itself. No rule in it is exact.
type rules map[string]rule

// settings are the rules that the options name, by column and path.
type settings struct {
	tolerances map[string]Tolerance
	normalise  map[string][]Normalisation
}

// settings resolves the tolerances and normalisations of o, and refuses those that
// do not fit.
func (n naming) settings(o Options, keys []string) (s settings, err error) {
	if s.tolerances, err = named(n, "tolerance column", "tolerances", o.Tolerances); err != nil {
		return s, err
	}
	for _, name := range slices.Sorted(maps.Keys(o.Tolerances)) {
		p, _ := n.place("tolerance column", name)
		if has(keys, p.column) {
			return s, argument("key column %s cannot have a tolerance", p.column)
		}
		if t := o.Tolerances[name]; t != t.restrict(p.field) {
			return s, argument("column %s is %s, which this tolerance does not fit: absolute and relative are for FLOAT64, INT64, NUMERIC and BIGNUMERIC, ulp for FLOAT64, microseconds for TIMESTAMP and DATETIME, metres and topological for GEOGRAPHY%s", p.name, typeName(p.field), orField(p))
		}
	}
	s.normalise, err = n.normalise(o.Normalise, keys)
	return s, err
}

// orField says how to name what is inside a STRUCT.
func orField(p place) string {
	if kindOf(p.field) != kindStruct || len(p.field.Schema) == 0 {
		return ""
	}
	return "; name a field, such as " + p.name + "." + p.field.Schema[0].Name
}

// of gives the rules for f: what was named, else what default holds.
func (s settings) of(f *bigquery.FieldSchema, byDefault Tolerance) rules {
	found := rules{}
	s.add(found, strings.ToLower(f.Name), "", f, byDefault)
	return found
}

func (s settings) add(found rules, name, path string, f *bigquery.FieldSchema, byDefault Tolerance) {
	t, set := s.tolerances[name]
	if !set {
		t = byDefault.defaultFor(f)
	}
	if r := (rule{t, s.normalise[name]}); !r.exact() {
		found[path] = r
	}
	if kindOf(f) != kindStruct {
		return
	}
	for _, sub := range f.Schema {
		s.add(found, below(name, sub), below(path, sub), sub, byDefault)
	}
}

// below is the path of a field inside path.
func below(path string, f *bigquery.FieldSchema) string {
	if path == "" {
		return strings.ToLower(f.Name)
	}
	return path + "." + strings.ToLower(f.Name)
}

// tolerant are the paths where a tolerance holds, in order.
func (r rules) tolerant() (paths []string) {
	for _, path := range slices.Sorted(maps.Keys(r)) {
		if !r[path].tolerance.exact() {
			paths = append(paths, path)
		}
	}
	return paths
}

// at finds the field of a path below f.
func at(f *bigquery.FieldSchema, path string) *bigquery.FieldSchema {
	if path == "" {
		return f
	}
	name, rest, _ := strings.Cut(path, ".")
	return at(find(f.Schema, name), rest)
}
