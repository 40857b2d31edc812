//go:build sandbox

package compare

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

// randomSide is a table that may stand on either side.
type randomSide struct {
	randomType
	rows []structure
}

// table stores s. A load is many times faster than literals.
func (s randomSide) table(t *testing.T, client *bigquery.Client, name string) Table {
	t.Helper()
	source := bigquery.NewReaderSource(strings.NewReader(s.lines()))
	source.SourceFormat, source.Schema = bigquery.JSON, s.schema()
	table := tableSpec{name: name}.table()
	loader := table.Of(client).LoaderFrom(source)
	loader.WriteDisposition = bigquery.WriteTruncate
	job, err := loader.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if status, err := job.Wait(t.Context()); err != nil || status.Err() != nil {
		t.Fatal(err, status.Err())
	}
	return table
}

func (s randomSide) String() string {
	var columns []string
	for _, c := range s.schema() {
		columns = append(columns, quote(c.Name)+" "+typeName(c))
	}
	return strings.Join(columns, ", ") + "\n" + s.lines()
}

// lines are the rows in JSON, one a line.
func (s randomSide) lines() string {
	var lines strings.Builder
	encoder := json.NewEncoder(&lines)
	for _, row := range s.rows {
		if err := encoder.Encode(s.load(row)); err != nil {
			panic(err)
		}
	}
	return lines.String()
}

// disguised is the same type with other spellings and orders of its names.
func (t randomType) disguised(random *rand.Rand) randomType {
	if t.element != nil {
		element := t.element.disguised(random)
		t.element = &element
	}
	t.fields = slices.Clone(t.fields)
	random.Shuffle(len(t.fields), reflect.Swapper(t.fields))
	for i, f := range t.fields {
		if random.IntN(4) == 0 {
			// Whether names like GRÖSSE and größe are one is not what is tried here.
			f.name = strings.Map(upperASCII, f.name)
		}
		t.fields[i] = randomField{f.name, f.disguised(random), f.at}
	}
	return t
}

func upperASCII(r rune) rune {
	if r >= 'a' && r <= 'z' {
		r += 'A' - 'a'
	}
	return r
}

// misfit gives a column another type, or a field within it, or leaves it out.
func (s randomSide) misfit(random *rand.Rand) randomSide {
	s.fields, s.rows = slices.Clone(s.fields), slices.Clone(s.rows)
	n := random.IntN(len(s.fields))
	if len(s.fields) > 1 && random.IntN(3) == 0 {
		s.fields = slices.Delete(s.fields, n, n+1)
		return s
	}
	f := s.fields[n]
	f.randomType = f.retyped(random)
	s.fields[n] = f
	for i, row := range s.rows {
		row = slices.Clone(row)
		row[f.at] = f.value(random, true)
		s.rows[i] = row
	}
	return s
}

// retyped is another type, or t with one field of another type or without it.
func (t randomType) retyped(random *rand.Rand) randomType {
	switch n := random.IntN(3); {
	case n == 0 && t.element == nil:
		return randomType{element: &t}
	case n == 0:
		return *t.element
	case t.element != nil && t.element.fields != nil:
		element := t.element.retyped(random)
		if element.element != nil {
			element = *element.element
		}
		return randomType{element: &element}
	case t.fields != nil:
		t.fields = slices.Clone(t.fields)
		i := random.IntN(len(t.fields))
		if len(t.fields) > 1 && n == 1 {
			t.fields = slices.Delete(t.fields, i, i+1)
		} else {
			t.fields[i].randomType = t.fields[i].retyped(random)
		}
		return t
	}
	for {
		if other := pick(random, scalars); other != t.scalar {
			return randomType{scalar: other}
		}
	}
}

// newOptions draws what may be said of a table. The first keys are given.
func newOptions(random *rand.Rand, t randomType, keys ...string) Options {
	o := Options{Keys: keys, Tolerances: map[string]Tolerance{}}
	columns := t.fields
	for n := random.IntN(4 - 2*len(keys)); n > 0 && len(columns) > 0; n-- {
		o.Keys = append(o.Keys, columns[0].name)
		columns = columns[1:]
	}
	if len(columns) > 0 && random.IntN(4) == 0 {
		o.Ignore = []string{columns[0].name}
		columns = columns[1:]
	}
	o.AllowEmpty = random.IntN(2) > 0
	if random.IntN(3) == 0 {
		o.MaxBytes = 1 << 50 // with a limit, the tables are read once: without the proof
	}
	if len(o.Keys) == 0 || random.IntN(4) == 0 {
		return o
	}
	o.Tolerance = pick(random, []Tolerance{{Absolute: 0.01, Microseconds: 1000}, {Relative: 1e-9, Microseconds: 1}, {Absolute: 0.005, Relative: 0.5}, {ULPs: 1}})
	for _, c := range (randomType{fields: columns}).measured() {
		if random.IntN(2) > 0 {
			o.Tolerances[c.name] = pick(random, []Tolerance{{}, {Absolute: 1}, {Relative: 1e-9}, {Relative: 1, Absolute: 0.5}})
			if c.scalar.instant {
				o.Tolerances[c.name] = Tolerance{Microseconds: 1000}
			}
		}
	}
	return o
}
