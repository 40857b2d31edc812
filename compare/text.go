package compare

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf8"
)

// WriteText writes r for a terminal: the summary, every reason and note, the
// columns that differ, and the sample rows, aligned. The wording is for people
// and may change; programs read the JSON.
func WriteText(w io.Writer, r *Result) error {
	p := printer{out: w}
	p.line("%s", r.Summary())
	for _, reason := range r.Reasons {
		p.line("  - %s", reason)
	}
	if r.Explanation != nil {
		p.line("  where: %s", r.Explanation.Summary)
	}
	for _, note := range append(append([]string(nil), r.Notes...), r.Schema.Notes...) {
		p.line("  note: %s", note)
	}
	if len(r.Ignored) > 0 {
		p.line("  ignored: %s", strings.Join(r.Ignored, ", "))
	}
	p.columns(r)
	p.dimensions(r.Explanation)
	p.samples(r)
	if r.Job.ID != "" {
		p.line("\njob %s: %d bytes billed, %d slot ms", r.Job.ID, r.Job.BytesBilled, r.Job.SlotMillis)
	}
	return p.err
}

// printer keeps the first error.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

// table writes rows with aligned columns, if there are any.
func (p *printer) table(head string, rows []string) {
	if p.err != nil || len(rows) == 0 {
		return
	}
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, row := range append([]string{head}, rows...) {
		fmt.Fprintln(t, "  "+row)
	}
	p.err = t.Flush()
}

func (p *printer) columns(r *Result) {
	var rows []string
	for _, c := range r.Columns {
		if c.Differing == 0 {
			continue
		}
		delta := "-\t-\t-\t-\t-"
		if d := c.Delta; d != nil {
			delta = fmt.Sprintf("%s\t%s\t%s\t%s\t%s", brief(d.MaxAbsolute), brief(d.P99Absolute), brief(d.P50Absolute), brief(d.MeanAbsolute), brief(d.MaxRelative))
		}
		rows = append(rows, fmt.Sprintf("%s\t%s\t%d\t%d\t%d\t%s", visible(c.Name), c.Type, c.Differing, c.Tolerated, c.NullMismatches, delta))
	}
	if len(rows) > 0 {
		p.line("\ncolumns that differ between paired rows")
	}
	p.table("column\ttype\tdiffering\ttolerated\tNULL on one side\tmax delta\tp99\tp50\tmean\tmax relative", rows)
}

// sampleTitles are the kinds of samples as people read them.
var sampleTitles = map[SampleKind]string{
	Changed: "changed rows", Tolerated: "rows within tolerance", OnlyLeft: "rows only on the left",
	OnlyRight: "rows only on the right", Unpaired: "repeated keys that differ",
}

// paired tells the kinds whose samples have a row on each side, to be shown column by column.
func (k SampleKind) paired() bool { return k == Changed || k == Tolerated }

func (p *printer) samples(r *Result) {
	for _, k := range sampleKinds {
		var rows []string
		for _, s := range r.Samples {
			if s.Kind == k {
				rows = append(rows, sampleRows(s)...)
			}
		}
		if len(rows) > 0 {
			p.line("\n%s (first by key)", sampleTitles[k])
		}
		head := "key\trows left\trows right"
		if k.paired() {
			head = "key\tcolumn\tleft\tright"
		}
		p.table(head, rows)
	}
}

func sampleRows(s Sample) (rows []string) {
	key := shownKey(s.Key)
	if !s.Kind.paired() {
		return []string{fmt.Sprintf("%s\t%d\t%d", key, s.LeftRows, s.RightRows)}
	}
	for _, d := range s.Differs {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s", key, visible(d.Column), value(d.Left), value(d.Right)))
		key = ""
	}
	return rows
}

func shownKey(key []Value) string {
	parts := make([]string, len(key))
	for i, v := range key {
		parts[i] = visible(v.Column) + "=" + value(v.Value)
	}
	return strings.Join(parts, " ")
}

// longest is how many characters of a value a line shows.
const longest = 80

// value writes a cell so that NULL, empty text and blanks can be told apart.
func value(v *string) string {
	if v == nil {
		return "NULL"
	}
	if *v == "" || *v == "NULL" || strings.TrimSpace(*v) != *v {
		return visible(strconv.Quote(*v))
	}
	return visible(*v)
}

// visible keeps text from breaking the layout or driving the terminal.
func visible(s string) string { return oneLine(s, longest) }

// oneLine is visible for another length.
func oneLine(s string, most int) string {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		s = strconv.Quote(s)
	}
	return clipped(s, most)
}

func clipped(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}

func brief(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
