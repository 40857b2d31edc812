package compare

import (
	"testing"

	"cloud.google.com/go/bigquery"
)

func TestShow(t *testing.T) {
	nestedField := record("st", field("a", "INTEGER"), field("s", "STRING"), repeated(field("t", "TIMESTAMP")))
	for _, c := range []struct {
		text, want string
		field      *bigquery.FieldSchema
	}{
		{"0.10000000000000001", "0.1", field("v", "FLOAT")},
		{"nan", "NaN", field("v", "FLOAT64")},
		{"1.500000000", "1.5", field("v", "NUMERIC")},
		{"7.000000000", "7", field("v", "NUMERIC")},
		{"100", "100", field("v", "NUMERIC")},
		{`"a""b"`, `a"b`, field("v", "STRING")},
		{"x00ff", "0x00ff", field("v", "BYTES")},
		{"-1", "1969-12-31T23:59:59.999999Z", field("v", "TIMESTAMP")},
		{`(1,"x,(",[0,~])`, `{a: 1, s: "x,(", t: [1970-01-01T00:00:00Z, NULL]}`, nestedField},
		{"(~,~,[])", "{a: NULL, s: NULL, t: []}", nestedField},
	} {
		parsed, err := parseCell(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := show(parsed, c.field); got == nil || *got != c.want {
			t.Errorf("%s is shown as %v, want %s", c.text, got, c.want)
		}
	}
	if parsed, err := parseCell("~"); err != nil || show(parsed, field("v", "INTEGER")) != nil {
		t.Errorf("NULL is shown as a value (%v)", err)
	}
}

func TestParseCellRefuses(t *testing.T) {
	for _, text := range []string{"", ",", ")", "(", "(1", "(1,)", "[1", "[1,]", `"a`, `"a""`, "1,2", "~~", "(1)2", "()"} {
		if c, err := parseCell(text); err == nil {
			t.Errorf("%q is read as %+v", text, c)
		}
	}
}

// FuzzParseCell checks that reading a canonical text and writing it again gives
// the same text: no two texts stand for one value.
func FuzzParseCell(f *testing.F) {
	for _, text := range []string{"~", "1", `"a""b"`, "[]", "[~]", `("x",[1,2],(~))`, `["","~"]`, "x", "=", `"`, "([)]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := parseCell(text); err == nil && c.canonical() != text {
			t.Errorf("%q becomes %q", text, c.canonical())
		}
	})
}

// FuzzCellRoundTrip checks the other way: values that differ have texts that
// differ, however two strings are put into a STRUCT and an ARRAY.
func FuzzCellRoundTrip(f *testing.F) {
	f.Add("a,b", `c"`, true)
	f.Add("", "~", false)
	f.Fuzz(func(t *testing.T, a, b string, null bool) {
		second := cell{shape: cellQuoted, text: b}
		if null {
			second = cell{shape: cellNull}
		}
		whole := cell{shape: cellStruct, parts: []cell{{shape: cellQuoted, text: a}, {shape: cellArray, parts: []cell{second}}}}
		got, err := parseCell(whole.canonical())
		if err != nil {
			t.Fatal(err)
		}
		if got.parts[0].text != a || got.parts[1].parts[0].shape != second.shape || got.parts[1].parts[0].text != second.text {
			t.Errorf("%+v becomes %+v", whole, got)
		}
	})
}
