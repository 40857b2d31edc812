package compare

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

var update = flag.Bool("update", false, "write the golden files anew")

func field(name string, t bigquery.FieldType) *bigquery.FieldSchema {
	return &bigquery.FieldSchema{Name: name, Type: t}
}

func record(name string, fields ...*bigquery.FieldSchema) *bigquery.FieldSchema {
	return &bigquery.FieldSchema{Name: name, Type: "RECORD", Schema: fields}
}

func repeated(f *bigquery.FieldSchema) *bigquery.FieldSchema { f.Repeated = true; return f }

func rangeOf(name, of string) *bigquery.FieldSchema {
	return &bigquery.FieldSchema{Name: name, Type: "RANGE", RangeElementType: &bigquery.RangeElementType{Type: bigquery.FieldType(of)}}
}

// everyType has one column of each type that is compared, and nested ones.
func everyType() bigquery.Schema {
	return bigquery.Schema{
		field("id", "INTEGER"), field("f", "FLOAT"), field("n", "NUMERIC"), field("bn", "BIGNUMERIC"),
		field("b", "BOOLEAN"), field("s", "STRING"), field("by", "BYTES"), field("d", "DATE"), field("dt", "DATETIME"),
		field("tm", "TIME"), field("ts", "TIMESTAMP"), field("j", "JSON"), field("i", "INT64"),
		record("st", field("a", "INTEGER"), field("f", "FLOAT64"), repeated(field("ts", "TIMESTAMP")),
			record("in", field("s", "STRING"), field("by", "BYTES"), field("j", "JSON"), field("n", "NUMERIC"))),
		field("iv", "INTERVAL"), field("g", "GEOGRAPHY"), rangeOf("ra", "DATE"), rangeOf("rt", "TIMESTAMP"), rangeOf("rd", "DATETIME"),
		repeated(field("ar", "FLOAT")),
		repeated(record("rr", field("x", "STRING"), repeated(field("y", "DATE")), record("z", field("b", "BOOL"), field("iv", "INTERVAL"), rangeOf("r", "TIMESTAMP"), field("g", "GEOGRAPHY")))),
	}
}

// goldenCase is a statement worth reading. The analyzer tests read the same files,
// so each holds one statement and nothing else.
type goldenCase struct {
	name, reason string
	left, right  bigquery.Schema
	options      Options
}

var goldenCases = []goldenCase{
	{
		name: "keyed", reason: "the plain case: one key, one number, one text",
		left:    bigquery.Schema{field("id", "INTEGER"), field("v", "FLOAT"), field("s", "STRING")},
		options: Options{Keys: []string{"id"}},
	},
	{
		name: "whole_rows", reason: "without keys every column is the key",
		left: bigquery.Schema{field("id", "INTEGER"), field("v", "FLOAT"), field("s", "STRING")},
	},
	{
		name: "keys_only", reason: "no column is left to compare",
		left: bigquery.Schema{field("id", "INTEGER"), field("part", "STRING")}, options: Options{Keys: []string{"part", "id"}},
	},
	{
		name: "every_type", reason: "each type by its own rule", left: everyType(),
		options: Options{Keys: []string{"id"}, Samples: 3},
	},
	{
		name: "every_type_whole_rows", reason: "each type as part of the key", left: everyType(), options: Options{Samples: -1},
	},
	{
		name: "tolerances", reason: "absolute, relative and time limits; a default and its exceptions", left: everyType(),
		options: Options{
			Keys: []string{"id"}, Ignore: []string{"st", "ar", "rr", "r?", "iv", "g"}, Tolerance: Tolerance{Absolute: 1e-9, Relative: 0.5, Microseconds: 1000},
			Tolerances: map[string]Tolerance{"n": {Absolute: 0.01}, "bn": {Relative: 1e-12}, "i": {Absolute: 2}, "dt": {}},
		},
	},
	{
		name: "inside", reason: "tolerances, normalisations and orders inside STRUCTs and ARRAYs, each by its path",
		left: bigquery.Schema{
			field("id", "INTEGER"), repeated(field("a", "FLOAT")),
			record("s", field("f", "FLOAT"), field("n", "NUMERIC"), field("t", "STRING"), repeated(field("ts", "TIMESTAMP"))),
			repeated(record("r", field("k", "STRING"), field("f", "FLOAT"), field("g", "GEOGRAPHY"), repeated(record("in", field("bn", "BIGNUMERIC"), field("dt", "DATETIME"), field("i", "INTEGER"))))),
			repeated(field("tags", "STRING")), field("f", "FLOAT"), field("g", "GEOGRAPHY"),
		},
		options: Options{
			Keys:       []string{"id"},
			Tolerance:  Tolerance{Absolute: 1e-9, Microseconds: 10},
			Tolerances: map[string]Tolerance{"s.n": {Absolute: 0.5}, "r.in.bn": {Relative: 1e-6}, "R.In.I": {Absolute: 1}, "r.g": {Metres: 5, Topological: true}, "f": {ULPs: 4}, "g": {Topological: true}},
			Normalise:  map[string][]Normalisation{"r": {Unordered}, "tags": {Unordered, Trim, FoldCase}, "s.t": {JSON}, "a": {Unordered}},
		},
	},
	{
		name: "awkward_names", reason: "reserved words, aliases of our own, separators, other spelling and order on the right",
		left: bigquery.Schema{
			field("select", "INTEGER"), field("a__b", "STRING"), record("a", field("b", "STRING"), field("group", "INTEGER")),
			field("x", "STRING"), field("k0", "INTEGER"), field("c0", "FLOAT"), field("x_e0", "STRING"), field("side", "INTEGER"),
			repeated(record("from", field("lrows", "INTEGER"))), field("naïve name", "STRING"),
		},
		right: bigquery.Schema{
			repeated(record("FROM", field("LROWS", "INTEGER"))), field("naïve name", "STRING"),
			record("A", field("GROUP", "INTEGER"), field("B", "STRING")), field("SELECT", "INTEGER"), field("A__B", "STRING"),
			field("X", "STRING"), field("K0", "INTEGER"), field("C0", "FLOAT"), field("X_E0", "STRING"), field("SIDE", "INTEGER"),
		},
		options: Options{Keys: []string{"select", "a"}},
	},
	{
		name: "limits_and_collation", reason: "column limits must not reach the text, nor collation the grouping",
		left: bigquery.Schema{
			{Name: "id", Type: "STRING", Collation: "und:ci"}, {Name: "n", Type: "NUMERIC", Precision: 10, Scale: 2},
			record("st", &bigquery.FieldSchema{Name: "s", Type: "STRING", Collation: "und:ci"}, &bigquery.FieldSchema{Name: "n", Type: "NUMERIC", Precision: 10, Scale: 2}),
		},
		right: bigquery.Schema{
			field("id", "STRING"), field("n", "NUMERIC"),
			record("st", field("s", "STRING"), field("n", "NUMERIC")),
		},
		options: Options{Keys: []string{"id"}},
	},
}

func TestStatement(t *testing.T) {
	for _, c := range slices.Concat(goldenCases, optionCases) {
		t.Run(c.name, func(t *testing.T) {
			right := c.right
			if right == nil {
				right = c.left
			}
			s, err := newShape(c.left, right, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if len(s.notCompared)+len(s.unreadable) > 0 {
				t.Fatalf("not everything is compared: %v %v", s.notCompared, s.unreadable)
			}
			l := Table{Project: "dit-sandbox", Dataset: "golden", Name: c.name + "_left"}
			r := Table{Project: "dit-sandbox", Dataset: "golden", Name: c.name + "_right"}
			tables := map[Table]bigquery.Schema{l: c.left, r: right}
			if again := c.options.Again; again != nil {
				tables[again.Table] = c.left
				if err := s.again(*again, c.left); err != nil {
					t.Fatal(err)
				}
			}
			golden(t, c.name+".sql", statement(s, l.SQL(), r.SQL()))
			golden(t, c.name+"_proof.sql", proof(s, l.SQL(), r.SQL()))
			golden(t, c.name+"_diffs.sql", differingRows(s, l.SQL(), r.SQL()))
			golden(t, c.name+".json", describeTables(t, tables))
			golden(t, c.name+"_fingerprint.sql", fingerprint(c.left, l.SQL()))
			golden(t, c.name+"_explain.sql", explanation(s, facets(s, ""), l.SQL(), r.SQL()))
		})
	}
}

// describeTables writes the columns and types of the tables a statement reads,
// for the analyzer tests.
func describeTables(t *testing.T, tables map[Table]bigquery.Schema) string {
	t.Helper()
	type column struct{ Name, Type string }
	described := map[string][]column{}
	for table, schema := range tables {
		for _, f := range schema {
			described[table.String()] = append(described[table.String()], column{f.Name, sqlType(f)})
		}
	}
	text, err := json.MarshalIndent(described, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + "\n"
}

// sqlType is the type of f as a statement would declare it.
func sqlType(f *bigquery.FieldSchema) string {
	name := string(kindOf(f))
	if kindOf(f) == kindStruct {
		fields := make([]string, len(f.Schema))
		for i, sub := range f.Schema {
			fields[i] = quote(sub.Name) + " " + sqlType(sub)
		}
		name += "<" + strings.Join(fields, ", ") + ">"
	}
	if kindOf(f) == kindRange {
		name += "<" + string(f.RangeElementType.Type) + ">"
	}
	if f.Repeated {
		return "ARRAY<" + name + ">"
	}
	return name
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run the test with -update", err)
	}
	if string(want) != got {
		t.Errorf("%s differs; run the test with -update and look at the change. Got:\n%s", path, got)
	}
}
