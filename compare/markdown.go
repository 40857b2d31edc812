package compare

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// MarkdownLimit is up to how many bytes details are written. GitHub refuses a
// comment of more than 65,536 characters; what lies between is for closing what
// was opened and for saying what was left out.
const MarkdownLimit = 60_000

// WriteMarkdown writes r for a pull request or a job summary on GitHub, in less
// than the 65,536 characters that a comment may have: what does not fit is left
// out, and the text says so. Names and values are shown as they are and can do
// nothing: no markup, links or mentions. The wording is for people and may
// change; programs read the JSON.
func WriteMarkdown(w io.Writer, r *Result) error {
	m := &markdown{}
	m.line("### %s", markdownTitle(r))
	m.list(r)
	m.counts(r)
	m.columns(r)
	m.dimensions(r.Explanation)
	m.samples(r)
	if r.Job.ID != "" {
		m.line("\njob %s: %d bytes billed, %d slot ms", code(r.Job.ID, longest), r.Job.BytesBilled, r.Job.SlotMillis)
	}
	_, err := io.WriteString(w, m.String())
	return err
}

func markdownTitle(r *Result) string {
	title := prose(string(r.Verdict))
	if r.Left.Table != "" || r.Right.Table != "" {
		title += ": " + sideName(r.Left) + " and " + sideName(r.Right)
	}
	return title
}

// sideName puts a query on one line.
func sideName(s Side) string {
	const most = 200
	return code(strings.Join(strings.Fields(s.Table), " "), most)
}

// markdown is the text so far.
type markdown struct{ strings.Builder }

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

// fill writes head, if any, and as many lines as fit in the nth part of the room
// that is left, and says how many do not.
func (m *markdown) fill(nth int, head string, lines []string) {
	if len(lines) == 0 {
		return
	}
	m.line("")
	room, written := (MarkdownLimit-m.Len())/nth-len(head), 0
	for _, line := range lines {
		if room -= len(line) + 1; room < 0 {
			break
		}
		if written == 0 {
			m.WriteString(head)
		}
		m.line("%s", line)
		written++
	}
	switch left := len(lines) - written; {
	case left > 0 && written > 0:
		m.line("\n*%s left out: a comment on GitHub has no room for more.*", plural(int64(left), "more line is", "more lines are"))
	case left > 0:
		m.line("*%s left out: a comment on GitHub has no room for so much.*", plural(int64(left), "line is", "lines are"))
	}
}

func (m *markdown) list(r *Result) {
	var lines []string
	for _, reason := range r.Reasons {
		lines = append(lines, "- "+prose(reason))
	}
	if r.Explanation != nil {
		lines = append(lines, "- where: "+prose(r.Explanation.Summary))
	}
	for _, note := range slices.Concat(r.Notes, r.Schema.Notes) {
		lines = append(lines, "- note: "+prose(note))
	}
	if len(r.Ignored) > 0 {
		lines = append(lines, "- ignored: "+prose(strings.Join(r.Ignored, ", ")))
	}
	m.fill(3, "", lines)
}

// counts leaves out what is seldom there, and everything where nothing was read.
func (m *markdown) counts(r *Result) {
	if !r.Read && r.Left.Rows == 0 && r.Right.Rows == 0 {
		return
	}
	var titles, numbers []string
	add := func(title string, n int64) {
		titles, numbers = append(titles, title), append(numbers, strconv.FormatInt(n, 10))
	}
	add("rows left", r.Left.Rows)
	add("rows right", r.Right.Rows)
	add("equal", r.Rows.Equal)
	if r.Rows.Tolerated > 0 {
		add("tolerated", r.Rows.Tolerated)
	}
	add("changed", r.Rows.Changed)
	add("only left", r.Rows.OnlyLeft)
	add("only right", r.Rows.OnlyRight)
	if r.Rows.UnpairedLeft+r.Rows.UnpairedRight > 0 {
		add("unpaired left", r.Rows.UnpairedLeft)
		add("unpaired right", r.Rows.UnpairedRight)
	}
	m.line("\n%s\n%s\n%s", row(titles...), "|"+strings.Repeat("---:|", len(titles)), row(numbers...))
}

func row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |" }

func (m *markdown) columns(r *Result) {
	var rows []string
	for _, c := range r.Columns {
		if c.Differing == 0 {
			continue
		}
		most, nearly, mean, relative := "", "", "", ""
		if d := c.Delta; d != nil {
			most, nearly, mean, relative = brief(d.MaxAbsolute), brief(d.P99Absolute), brief(d.MeanAbsolute), brief(d.MaxRelative)
			if c.Type == string(kindTimestamp) || c.Type == string(kindDatetime) {
				most, nearly, mean, relative = most+" µs", nearly+" µs", mean+" µs", ""
			}
		}
		rows = append(rows, row(code(c.Name, longest), code(outerType(c.Type), longest), strconv.FormatInt(c.Differing, 10),
			strconv.FormatInt(c.Tolerated, 10), strconv.FormatInt(c.NullMismatches, 10), most, nearly, mean, relative))
	}
	m.fill(2, "**columns that differ between paired rows**\n\n"+
		row("column", "type", "differing", "tolerated", "NULL on one side", "max delta", "p99", "mean", "max relative")+
		"\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n", rows)
}

// outerType leaves out the fields of a STRUCT, which can be hundreds.
func outerType(name string) string {
	before, _, found := strings.Cut(name, "STRUCT<")
	if !found {
		return name
	}
	return before + "STRUCT" + strings.Repeat(">", strings.Count(before, "<"))
}
