package compare

import (
	"errors"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

func TestArguments(t *testing.T) {
	left := bigquery.Schema{field("id", "INTEGER"), field("v", "FLOAT"), field("g", "SOMETHING_NEW"), field("s", "STRING")}
	for _, c := range []struct {
		name    string
		options Options
		says    string
	}{
		{"unknown key", Options{Keys: []string{"idd"}}, `key column "idd" is in neither table; the columns are: id, v, g, s, extra`},
		{"unknown ignored", Options{Ignore: []string{"zz"}}, `ignored column "zz"`},
		{"unknown tolerance", Options{Keys: []string{"id"}, Tolerances: map[string]Tolerance{"zz": {}}}, `tolerance column "zz"`},
		{"key twice", Options{Keys: []string{"id", "ID"}}, "named twice"},
		{"key ignored", Options{Keys: []string{"id"}, Ignore: []string{"Id"}}, "both a key and ignored"},
		{"key without comparison", Options{Keys: []string{"g"}}, "column g cannot be a key: type SOMETHING_NEW"},
		{"tolerance on a key", Options{Keys: []string{"v"}, Tolerances: map[string]Tolerance{"v": {Absolute: 1}}}, "key column v cannot have a tolerance"},
		{"tolerance on text", Options{Keys: []string{"id"}, Tolerances: map[string]Tolerance{"s": {Absolute: 1}}}, "column s is STRING"},
		{"time on a number", Options{Keys: []string{"id"}, Tolerances: map[string]Tolerance{"v": {Microseconds: 1}}}, "column v is FLOAT64"},
		{"two tolerances", Options{Keys: []string{"id"}, Tolerances: map[string]Tolerance{"v": {}, "V": {}}}, "two tolerances"},
		{"negative", Options{Keys: []string{"id"}, Tolerance: Tolerance{Absolute: -1}}, "absolute tolerance -1"},
		{"relative above one", Options{Keys: []string{"id"}, Tolerance: Tolerance{Relative: 1.5}}, "relative tolerance 1.5"},
		{"tolerance without keys", Options{Tolerance: Tolerance{Absolute: 1}}, "needs keys"},
		{"explain sometimes", Options{Explain: "sometimes"}, `explain "sometimes": want auto, always or never`},
		{"negative bytes", Options{MaxBytes: -1}, "max bytes -1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := newShape(left, append(left[:len(left):len(left)], field("extra", "DATE")), c.options)
			var argument *ArgumentError
			if !errors.As(err, &argument) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want an argument error that says %q", err, c.says)
			}
		})
	}
}

func TestTypesWithoutComparison(t *testing.T) {
	for _, f := range []*bigquery.FieldSchema{
		field("v", "SOMETHING_NEW"), field("v", "RANGE"),
		{Name: "v", Type: "RANGE", RangeElementType: &bigquery.RangeElementType{Type: "SOMETHING_NEW"}},
		{Name: "v", Type: "TIMESTAMP", TimestampPrecision: 12},
		repeated(field("v", "SOMETHING_NEW")), record("v", field("a", "INTEGER"), record("b", field("c", "SOMETHING_NEW"))),
	} {
		schema := bigquery.Schema{field("id", "INTEGER"), f}
		s, err := newShape(schema, schema, Options{Keys: []string{"id"}})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.notCompared) != 1 || len(s.columns) != 0 {
			t.Errorf("%s is compared", typeName(f))
		}
	}
}

func TestSchemaDiff(t *testing.T) {
	left := bigquery.Schema{
		field("gone", "DATE"), {Name: "id", Type: "INTEGER", Required: true}, {Name: "s", Type: "STRING", MaxLength: 10},
		record("st", field("a", "INTEGER"), field("b", "STRING")), field("t", "FLOAT"), repeated(field("r", "STRING")),
	}
	right := bigquery.Schema{
		field("ID", "INT64"), record("st", field("B", "BYTES"), field("c", "STRING")), field("s", "STRING"),
		field("t", "NUMERIC"), field("r", "STRING"), field("new", "TIME"),
	}
	both, d := matchSchemas(left, right, nil, nil)
	got := strings.Join([]string{paths(d.OnlyLeft), paths(d.OnlyRight)}, " | ")
	if want := "gone DATE, st.a INT64 | st.c STRING, new TIME"; got != want {
		t.Errorf("only on one side: %s, want %s", got, want)
	}
	if len(d.Retyped) != 3 || d.Retyped[0].Path != "st.b" || d.Retyped[2] != (Retyped{"r", "ARRAY<STRING>", "STRING"}) {
		t.Errorf("retyped: %+v", d.Retyped)
	}
	notes := strings.Join(d.Notes, "\n")
	for _, note := range []string{
		"id is REQUIRED on the left, NULLABLE on the right", "id is spelled ID on the right",
		"s is STRING(10) on the left, STRING on the right", "columns are in another order from st on",
	} {
		if !strings.Contains(notes, note) {
			t.Errorf("no note %q in:\n%s", note, notes)
		}
	}
	if len(both) != 5 {
		t.Errorf("%d columns on both sides, want 5", len(both))
	}
}

func paths(fields []SchemaField) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = f.Path + " " + f.Type
	}
	return strings.Join(parts, ", ")
}

func TestTagged(t *testing.T) {
	tags := &bigquery.PolicyTagList{Names: []string{"t"}}
	inside := record("r", repeated(record("a", &bigquery.FieldSchema{Name: "s", Type: "STRING", PolicyTags: tags})))
	schema := bigquery.Schema{field("id", "INTEGER"), inside}
	s, err := newShape(schema, bigquery.Schema{field("id", "INTEGER"), record("r", repeated(record("a", field("s", "STRING"))))}, Options{Keys: []string{"id"}})
	if err != nil {
		t.Fatal(err)
	}
	var r Result
	r.describe(s, Options{Keys: []string{"id"}})
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "column r has policy tags") {
		t.Errorf("notes %q", r.Notes)
	}
}
