package compare

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// hostile is a result whose every text is s, with so many samples and columns.
func hostile(s string, copies int) *Result {
	r := &Result{
		Verdict: Different, Read: true, Reasons: []string{s, "column " + s + " differs"}, Notes: []string{s}, Ignored: []string{s, s},
		Left: Side{Table: s, Rows: 3}, Right: Side{Table: "d." + s}, Rows: Rows{Changed: 1, Tolerated: 1, OnlyLeft: 1, UnpairedRight: 1},
		Schema: SchemaDiff{Notes: []string{s + ": " + s}}, Job: Job{ID: s}, Explanation: &Explanation{Summary: s},
	}
	for range copies {
		r.Columns = append(r.Columns, Column{Name: s, Type: s, Differing: 1, Delta: &Delta{MaxAbsolute: 1e300, MeanAbsolute: -1}})
		r.Explanation.Dimensions = append(r.Explanation.Dimensions, Dimension{Column: s, By: byDay, Top: []DimensionValue{{&s, 1, 2}, {nil, 1, 2}}})
		for _, k := range sampleKinds {
			r.Samples = append(r.Samples, Sample{Kind: k, Key: []Value{{s, &s}, {s, nil}}, Differs: []CellDiff{{s, &s, nil}, {s, nil, &s}}})
		}
	}
	return r
}

const nasty = "a|b \\| `c``| <script>alert(1)</script> <!-- @team #12 https://x.example www.y.example [l](u) ![i](u) *b* _e_ ~s~ $m$ &lt; \\"

var nastyTexts = []string{"", nasty, "|", "`", "``|``", " ", "  x", "\\", "\\|", "</details>", "@team", "1. x", "# x", "---", "deadbee", "GH-12",
	"a\nb|c\r\n\n| d", "\x00\xff\u202e\u2028", "(`:", "www.x.example", ":tada:", strings.Repeat("|`<\U0001F6A2", 600)}

func TestWriteMarkdown(t *testing.T) {
	equal := &Result{Verdict: Identical, Read: true, Left: Side{Table: "p.d.l", Rows: 4}, Right: Side{Table: "SELECT *\nFROM `p.d.r`", Rows: 4}, Rows: Rows{Equal: 4}}
	unread := &Result{Reasons: []string{"run bfd has no tables"}, Verdict: NotComparable}
	for name, r := range map[string]*Result{"different.md": different(), "hostile.md": hostile(nasty, 1), "equal.md": equal, "unread.md": unread} {
		t.Run(name, func(t *testing.T) { golden(t, name, markdownOf(t, r)) })
	}
}

// TestMarkdownRoom checks that a long result is cut, in every part, and says so.
func TestMarkdownRoom(t *testing.T) {
	r := hostile(nasty, 500)
	for i := range 300 {
		r.Reasons = append(r.Reasons, fmt.Sprintf("reason %d: %s", i, nasty))
	}
	text := markdownOf(t, r)
	checkMarkdown(t, text)
	if n := strings.Count(text, "left out"); n < 7 {
		t.Errorf("the text says %d times that something was left out", n)
	}
	for _, k := range []string{"rows only on the left", "repeated keys that differ", "columns that differ", "</details>", "slot ms"} {
		if !strings.Contains(text, k) {
			t.Errorf("the text has no room for %s", k)
		}
	}
	// A line that does not fit at all.
	wide := &Result{Samples: []Sample{{Kind: OnlyLeft, Key: make([]Value, 10_000)}}}
	if text = markdownOf(t, wide); !strings.Contains(text, "1 line is left out") {
		t.Errorf("a row of 10,000 columns gives\n%.300s", text)
	}
	checkMarkdown(t, text)
}

func markdownOf(t *testing.T, r *Result) string {
	t.Helper()
	var text, again strings.Builder
	if err := WriteMarkdown(&text, r); err != nil {
		t.Fatal(err)
	}
	if err := WriteMarkdown(&again, r); err != nil || text.String() != again.String() {
		t.Error("the same result gives another text", err)
	}
	return text.String()
}

// FuzzMarkdown checks that no text breaks a table or does anything.
func FuzzMarkdown(f *testing.F) {
	for _, s := range nastyTexts {
		f.Add(s, uint8(1))
	}
	f.Add(nasty, uint8(15))
	f.Fuzz(func(t *testing.T, s string, copies uint8) {
		checkMarkdown(t, markdownOf(t, hostile(s, int(copies%16))))
	})
}

var (
	// frame is what WriteMarkdown itself puts around texts.
	frame = regexp.MustCompile(`^(### |- |</?details>$|<summary>[a-z, ]*</summary>$|\|(-+:?\|)+$)|^\*+|\*+$`)
	inert = regexp.MustCompile(`^([A-Za-z0-9 ,:;.()'+…µ_-]|&#124;|&lt;)*$`)
	// linky is what GitHub links; the last is a commit.
	linky = regexp.MustCompile(`www\.\w|://|\b[0-9]*[a-f][0-9a-f]{6,}\b`)
)

// checkMarkdown takes all code away and sees that what is left is inert, and that
// the rows of a table have as many pipes as its head.
func checkMarkdown(t *testing.T, text string) {
	t.Helper()
	if len(text) >= 1<<16 || !utf8.ValidString(text) || strings.Contains(strings.ToLower(text), "<script") {
		t.Fatalf("%d bytes, valid %v:\n%.1000s", len(text), utf8.ValidString(text), text)
	}
	pipes := 0
	for _, line := range strings.Split(text, "\n") {
		n := strings.Count(line, "|")
		if inTable := strings.HasPrefix(line, "|"); inTable != (n > 0) || inTable && pipes > 0 && n != pipes {
			t.Fatalf("%d pipes after a line of %d: %s", n, pipes, line)
		}
		pipes = n
		for cell := range strings.SplitSeq(frame.ReplaceAllString(line, ""), "|") {
			if rest := withoutCode(cell); !inert.MatchString(rest) || linky.MatchString(rest) {
				t.Fatalf("%q is not code in %q", rest, line)
			}
		}
	}
}

// withoutCode takes code away as CommonMark reads it: from one run of backticks to
// the next of the same length.
func withoutCode(s string) string {
	var rest strings.Builder
	for {
		start := strings.IndexByte(s, '`')
		if start < 0 {
			return rest.String() + s
		}
		rest.WriteString(s[:start])
		s = s[start:]
		n := len(s) - len(strings.TrimLeft(s, "`"))
		open := s[:n]
		end := -1
		for at := n; at < len(s) && end < 0; {
			run := len(s[at:]) - len(strings.TrimLeft(s[at:], "`"))
			if run == n {
				end = at + n
			}
			at += max(run, 1)
		}
		if end < 0 {
			rest.WriteString(open)
			end = n
		}
		s = s[end:]
	}
}
