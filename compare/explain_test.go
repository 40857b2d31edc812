package compare

import (
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

// days is a dimension of so many days with 100 keys each, of which those listed differ.
func days(n int64, top ...DimensionValue) Dimension {
	d := Dimension{Column: "day", By: byDay, Values: n, Top: top}
	for _, v := range top {
		d.Touched++
		d.TouchedKeys += v.Keys
		if v.Value != nil {
			d.From, d.To = cmpFirst(d.From, *v.Value), max(d.To, *v.Value)
		}
	}
	return d
}

func cmpFirst(a, b string) string {
	if a == "" {
		return b
	}
	return min(a, b)
}

func on(day int, differing, keys int64) DimensionValue {
	return DimensionValue{of(fmt.Sprintf("2024-01-%02d", day)), differing, keys}
}

func values(column string, n, touched, touchedKeys int64, top ...DimensionValue) Dimension {
	return Dimension{Column: column, By: "value", Values: n, Touched: touched, TouchedKeys: touchedKeys, Top: top}
}

func TestExplanationSummary(t *testing.T) {
	spread := values("class", 4, 4, 3100, DimensionValue{of("a"), 12, 800}, DimensionValue{of("b"), 10, 800}, DimensionValue{of("c"), 10, 750}, DimensionValue{of("d"), 8, 750})
	everywhere := days(31, on(9, 3, 100), on(4, 2, 100), on(5, 2, 100), on(17, 2, 100), on(18, 2, 100))
	everywhere.Touched, everywhere.TouchedKeys, everywhere.From, everywhere.To = 30, 3000, "2024-01-01", "2024-01-31"
	week := days(31, on(9, 9, 100), on(8, 8, 100), on(10, 7, 100), on(11, 6, 100), on(12, 5, 100))
	week.Touched, week.TouchedKeys, week.To = 6, 600, "2024-01-13"
	for _, c := range []struct {
		name, want      string
		keys, differing int64
		dimensions      []Dimension
		together        []Together
		kept            int
	}{
		{name: "one day", keys: 3100, differing: 40, dimensions: []Dimension{spread, days(31, on(3, 40, 100))}, kept: 1,
			want: "all 40 differing keys have day 2024-01-03 (of 31 days)"},
		{name: "most of one day", keys: 3100, differing: 40, dimensions: []Dimension{days(31, on(3, 36, 100), on(7, 2, 100), on(30, 2, 100))}, kept: 1,
			want: "36 of 40 differing keys have day 2024-01-03 (of 31 days)"},
		{name: "a day that one side lacks", keys: 3100, differing: 100, dimensions: []Dimension{days(31, on(3, 100, 100))}, kept: 1,
			want: "all 100 differing keys have day 2024-01-03 (of 31 days), where every key differs"},
		{name: "a stretch of days", keys: 3100, differing: 40, dimensions: []Dimension{week}, kept: 1,
			want: "all 40 differing keys have day 2024-01-08 to 2024-01-13 (of 31 days)"},
		{name: "days far apart", keys: 3100, differing: 40, dimensions: []Dimension{days(31, on(3, 20, 100), on(29, 20, 100))}, kept: 1,
			want: "all 40 differing keys have day 2024-01-03 or 2024-01-29 (of 31 days)"},
		{name: "a day and a value, each once", keys: 3100, differing: 40, kept: 3,
			dimensions: []Dimension{values("class", 4, 1, 700, DimensionValue{nil, 40, 700}), days(31, on(3, 40, 100)), values("port", 50, 1, 90, DimensionValue{of(""), 40, 90})},
			want:       `all 40 differing keys have port "" (of 50 values); all 40 differing keys have day 2024-01-03 (of 31 days)`},
		{name: "half the keys, but all that differ", keys: 3100, differing: 40, dimensions: []Dimension{values("flag", 2, 1, 1800, DimensionValue{of("true"), 40, 1800})}, kept: 1,
			want: "all 40 differing keys have flag true (of 2 values)"},
		{name: "by chance", keys: 10, differing: 2, dimensions: []Dimension{values("flag", 2, 1, 5, DimensionValue{of("true"), 2, 5})}, kept: 1,
			want: "the 2 differing keys are spread over 1 of 2 values of flag"},
		{name: "spread", keys: 3100, differing: 40, dimensions: []Dimension{spread, everywhere}, kept: 1,
			want: "the 40 differing keys are spread over 30 of 31 days of day"},
		{name: "values that name single keys", keys: 60, differing: 10, dimensions: []Dimension{values("id", 60, 10, 10, DimensionValue{of("1"), 1, 1}, DimensionValue{of("2"), 1, 1})},
			want: "10 of 60 keys differ, and no column tells where"},
		{name: "one value", keys: 60, differing: 10, dimensions: []Dimension{values("run", 1, 1, 60, DimensionValue{of("1"), 10, 60})},
			want: "10 of 60 keys differ, and no column tells where"},
		{name: "all", keys: 3100, differing: 3100, dimensions: []Dimension{spread, everywhere}, want: "all 3100 keys differ"},
		{name: "one", keys: 3100, differing: 1, dimensions: []Dimension{days(31, on(3, 1, 100))}, kept: 1, want: "a single key differs"},
		{name: "together", keys: 3100, differing: 40, together: []Together{{[]string{"speed", "course"}, 30}, {[]string{"speed"}, 10}},
			want: "40 of 3100 keys differ, and no column tells where; speed and course differ together in 30 of 40 pairs"},
		{name: "many together", keys: 40, differing: 40, together: []Together{{[]string{"a", "b", "c\n", "d", "e"}, 40}},
			want: `all 40 keys differ; a, b, "c\n" and 2 other columns differ together in all 40 pairs`},
		{name: "seldom together", keys: 40, differing: 40, together: []Together{{[]string{"a", "b"}, 19}}, want: "all 40 keys differ"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &Explanation{Keys: c.keys, Differing: c.differing, Dimensions: c.dimensions, Together: c.together}
			e.rank()
			if got := e.summary("key", c.differing); got != c.want || len(e.Dimensions) != c.kept {
				t.Errorf("%d dimensions and\n%s, want %d and\n%s", len(e.Dimensions), got, c.kept, c.want)
			}
		})
	}
}

func TestFacets(t *testing.T) {
	schema := bigquery.Schema{field("f", "FLOAT"), field("id", "STRING"), repeated(field("a", "STRING")), record("r", field("x", "DATE")), field("j", "JSON"), field("Day", "DATE"), field("kind", "BOOL"), field("ts", "TIMESTAMP")}
	names := func(s bigquery.Schema, partition string, keys ...string) (names []string) {
		shape, err := newShape(s, s, byKey(keys...))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range facets(shape, partition) {
			names = append(names, f.column.name())
		}
		return names
	}
	if got := strings.Join(names(schema, "", "kind", "id"), " "); got != "kind id Day ts" {
		t.Errorf("facets %s", got)
	}
	if got := strings.Join(names(schema, "TS", "kind", "id"), " "); got != "ts kind id Day" {
		t.Errorf("partitioned by ts: %s", got)
	}
	if got := strings.Join(names(schema, "", "id"), " "); got != "Day kind ts" {
		t.Errorf("a sole key tells keys apart, not where they are: %s", got)
	}
	if got := strings.Join(names(schema, "", "Day"), " "); got != "Day id kind ts" {
		t.Errorf("a sole key that is a day: %s", got)
	}
	for i := range 100 {
		schema = append(schema, field(fmt.Sprintf("n%d", i), "INTEGER"))
	}
	if got := names(schema, "n99", "id", "kind"); len(got) != maxFacets || got[0] != "n99" {
		t.Errorf("of a wide table: %q", got)
	}
}

func byKey(keys ...string) Options { return Options{Keys: keys} }

// TestExplanationUnreadable checks that nothing is made up of an answer that is not whole.
func TestExplanationUnreadable(t *testing.T) {
	const all = `(0,1,1,9,4,9,"","",[("",4,9)])`
	read := func(texts ...bigquery.Value) error {
		_, err := readExplanation(map[string]bigquery.Value{"found": texts}, shape{}, nil, 4)
		return err
	}
	if err := read(all); err != nil {
		t.Error(err)
	}
	for want, texts := range map[string][]bigquery.Value{
		"not what was asked for":             {"(0,1)"},
		"invalid syntax":                     {strings.Replace(all, "9", "nine", 1)},
		"no row differs any more":            nil,
		"the rows are not the same any more": {all, `(1,1,1,3,3,3,"","",[])`},
	} {
		if err := read(texts...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", texts, err, want)
		}
	}
}

func TestFirstDiffering(t *testing.T) {
	one := func(kind SampleKind, value *string) Sample { return Sample{Kind: kind, Key: []Value{{"k", value}}} }
	for _, c := range []struct {
		of          bigquery.FieldType
		first, then *string
	}{
		{"INTEGER", of("9"), of("10")}, {"INTEGER", of("-10"), of("-9")}, {"INTEGER", nil, of("-9")}, {"FLOAT", of("NaN"), of("-1e300")}, {"FLOAT", of("9"), of("1e2")},
		{"NUMERIC", of("9.5"), of("10")}, {"STRING", of("10"), of("9")}, {"DATE", of("2024-01-09"), of("2024-01-10")},
		{"TIMESTAMP", of("2024-01-09T00:00:00Z"), of("2024-01-09T00:00:00.5Z")},
	} {
		r := &Result{Samples: []Sample{one(Changed, c.then), one(Tolerated, nil), one(OnlyRight, c.first), one(Unpaired, c.then)}}
		if got := r.firstDiffering([]column{{left: field("k", c.of)}}); got[0].Value != c.first {
			t.Errorf("%s: first is %s, want %s", c.of, value(got[0].Value), value(c.first))
		}
	}
}

// TestExplainDear checks that a byte limit holds for both statements together, and
// that a failure is a note.
func TestExplainDear(t *testing.T) {
	schema := bigquery.Schema{field("id", "INTEGER")}
	s, err := newShape(schema, schema, byKey("id"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		bytes int64
		ran   int
		says  string
	}{{401, 0, "it takes another 401 bytes, which with those read is more than the 1000 allowed"}, {400, 1, "start the comparison"}} {
		service := &fakeService{bytes: c.bytes}
		side := source{meta: &bigquery.TableMetadata{Schema: schema}}
		r := &Result{Verdict: Different, Rows: Rows{OnlyLeft: 1}, Job: Job{BytesEstimated: 600}}
		r.explain(t.Context(), runner{client: fakeClient(t, service), maxBytes: 1000}, []source{side, side}, s, Options{MaxBytes: 1000, Explain: ExplainAlways})
		if r.Verdict != Different || r.Explanation != nil || service.ran != c.ran || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "could not be told: "+c.says) {
			t.Errorf("%d bytes: %d statements, notes %q, want %q", c.bytes, service.ran, r.Notes, c.says)
		}
	}
}
