package compare

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWriteJUnit(t *testing.T) {
	within := &Result{Verdict: WithinTolerance, Reasons: []string{"column v differs within tolerance in 1 rows"}}
	incomparable := &Result{Reasons: []string{"both tables are empty", "\x1b[31mred]]>\r\x00"}, Verdict: NotComparable}
	cases := []JUnitCase{
		{Name: "gaps: bf against bfd", Result: different(), Seconds: 4.5},
		{Name: "same", Result: &Result{Verdict: Identical}, Seconds: 0.25},
		{Name: "near", Result: within},
		{Name: "<empty> & \"odd\"\n\x01", Result: incomparable},
		{Name: "refused", Error: "permission denied: no\nroles", Seconds: 1},
		{Name: "both", Error: "cancelled", Result: &Result{Verdict: Identical}},
		{Name: "nothing"},
		{Name: "no verdict", Result: &Result{}},
	}
	var text strings.Builder
	if err := WriteJUnit(&text, "mode-equivalence", cases); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.xml", text.String())
	got := readJUnit(t, text.String())
	if got.Tests != len(cases) || len(got.Cases) != len(cases) || got.Failures != 1 || got.Errors != 5 {
		t.Errorf("%d tests, %d cases, %d failures, %d errors", got.Tests, len(got.Cases), got.Failures, got.Errors)
	}
}

// What is said of all comparisons is the output of the testsuite, line by line.
func TestJUnitNotes(t *testing.T) {
	var text strings.Builder
	if err := WriteJUnit(&text, "s", []JUnitCase{{Name: "same", Result: &Result{Verdict: Identical}}}, "warning: <a> -- b", "]]>\x00"); err != nil {
		t.Fatal(err)
	}
	if got := readJUnit(t, text.String()); got.Out == nil || got.Out.Body != "\nwarning: <a> -- b\n]]>\uFFFD\n" || got.Cases[0].Out != nil {
		t.Errorf("%+v\n%s", got, text.String())
	}
}

func TestJUnitWithoutCases(t *testing.T) {
	var text strings.Builder
	if err := WriteJUnit(&text, "empty", nil); err != nil {
		t.Fatal(err)
	}
	if got := readJUnit(t, text.String()); got.Tests != 0 || got.Name != "empty" {
		t.Errorf("%+v", got)
	}
}

// readJUnit reads the report to its end as a strict reader does.
func readJUnit(t *testing.T, text string) (s junitSuite) {
	t.Helper()
	if err := xml.Unmarshal([]byte(text), &s); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return s
		} else if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
	}
}

// FuzzJUnit checks that every report can be read, has all cases and says of each
// what it is.
func FuzzJUnit(f *testing.F) {
	for _, s := range nastyTexts {
		f.Add(s, uint8(2))
	}
	f.Add("]]>", uint8(0))
	f.Add("]]]]><![CDATA[", uint8(3))
	f.Add("\ufffe\uffff\ufffd\U0010ffff", uint8(1))
	f.Fuzz(func(t *testing.T, s string, n uint8) {
		cases := []JUnitCase{{Name: s, Result: hostile(s, 1)}, {Name: s, Error: s, Log: []string{s, s}}, {Name: s, Result: &Result{Verdict: Identical}}}
		for range n % 16 {
			cases = append(cases, JUnitCase{Name: s, Result: &Result{Verdict: Verdict(s), Reasons: []string{s}}})
		}
		var text strings.Builder
		if err := WriteJUnit(&text, s, cases, s, s); err != nil {
			t.Fatal(err)
		}
		if !utf8.ValidString(text.String()) {
			t.Error("not UTF-8")
		}
		got := readJUnit(t, text.String())
		if len(got.Cases) != len(cases) || got.Tests != len(cases) {
			t.Errorf("%d of %d cases", len(got.Cases), len(cases))
		}
		if got.Cases[0].Failure == nil || got.Cases[0].Error != nil || got.Cases[1].Error == nil || got.Cases[2].Failure != nil || got.Cases[2].Error != nil {
			t.Errorf("wrong elements:\n%s", text.String())
		}
	})
}
