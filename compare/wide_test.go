package compare

import (
	"fmt"
	"slices"
	"testing"

	"cloud.google.com/go/bigquery"
)

func wideSchema(columns int) bigquery.Schema {
	schema := bigquery.Schema{field("id", "INTEGER")}
	for i := range columns {
		schema = append(schema, field(fmt.Sprintf("column_%d", i), []bigquery.FieldType{"FLOAT", "STRING", "TIMESTAMP", "INTEGER"}[i%4]))
	}
	return schema
}

func TestSplit(t *testing.T) {
	schema := wideSchema(2000)
	s, err := newShape(schema, schema, Options{Keys: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, part := range split(s, "`a.b.c`", "`a.b.d`", lengthy) {
		if n := len(statement(part, "`a.b.c`", "`a.b.d`")); n > lengthy {
			t.Errorf("a part has %d bytes", n)
		}
		if len(part.keys) != 1 {
			t.Error("a part lacks the key")
		}
		for _, c := range part.columns {
			names = append(names, c.name())
		}
	}
	if len(names) != 2000 || !slices.IsSortedFunc(s.columns, func(a, b column) int { return slices.Index(names, a.name()) - slices.Index(names, b.name()) }) {
		t.Errorf("%d columns in the parts, or in another order", len(names))
	}
	if n := len(proof(s, "`a.b.c`", "`a.b.d`")); n > lengthy {
		t.Errorf("the proof of 2,000 columns has %d bytes", n)
	}
}

// With another run a statement cannot be divided. It is longer then, and has to do for the widest tables that one statement is for.
func TestWideNoise(t *testing.T) {
	schema := wideSchema(210)
	s, err := newShape(schema, schema, Options{Keys: []string{"id"}, Tolerance: Tolerance{Absolute: 0.1, Microseconds: 1}})
	if err != nil {
		t.Fatal(err)
	}
	const l, r = "`a.b.c`", "`a.b.d`"
	if n := len(split(s, l, r, lengthy)); n != 1 {
		t.Fatalf("%d parts without the other run", n)
	}
	without := len(statement(s, l, r))
	if err := s.again(Input{Table: Table{Project: "a", Dataset: "b", Name: "e"}}, schema); err != nil {
		t.Fatal(err)
	}
	if n := len(statement(s, l, r)); n > refused/2 || n > 2*without {
		t.Errorf("%d bytes, without the other run %d", n, without)
	} else {
		t.Logf("%d bytes, without the other run %d", n, without)
	}
}

func TestMergeSamples(t *testing.T) {
	sample := func(key *string, column string) Sample {
		return Sample{Key: []Value{{"id", key}}, Differs: []CellDiff{{Column: column}}}
	}
	keys := []column{{left: field("id", "INTEGER")}}
	var list []Sample
	for _, s := range []Sample{sample(of("9"), "a"), sample(of("10"), "a"), sample(of("9"), "b"), sample(nil, "b"), sample(of("11"), "b")} {
		list = merge(list, s, keys)
	}
	slices.SortStableFunc(list, func(a, b Sample) int { return compareKeys(a.Key, b.Key, keys) })
	var got []string
	for _, s := range list {
		got = append(got, fmt.Sprintf("%s %d", keyOf(s), len(s.Differs)))
	}
	if want := []string{"NULL 1", "9 2", "10 1", "11 1"}; !slices.Equal(got, want) {
		t.Errorf("samples %v, want %v", got, want)
	}
}

func keyOf(s Sample) string {
	if v := s.Key[0].Value; v != nil {
		return *v
	}
	return "NULL"
}
