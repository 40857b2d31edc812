// Package steady judges SQL by its text alone: whether it says the same of the same tables whenever it is asked.
package steady

import (
	"regexp"
	"strings"
	"unicode"
)

// Unsteady is the first thing in the text that lets it show other rows of the same tables, and empty when there is none: the clock,
// chance, the reader, a choice or an order that no order decides, tables that a pattern names, other services, and functions that are
// defined elsewhere. What is steady may be taken for unsteady, never the other way round: so is what stands in texts and comments,
// a text that is no SQL, and a window without an ORDER BY whatever is asked of it. Two things are not looked for: rows that an ORDER BY leaves
// equal, since a view of the last version of each row is what many sources are; and sums of floats, whose last bits hang on the order of the rows.
func Unsteady(sql string) string {
	code := bare(sql)
	for _, found := range []string{unsteady.FindString(sql), unsteady.FindString(code), unsteadyCode.FindString(code)} {
		if found != "" {
			return strings.TrimSpace(found)
		}
	}
	for _, at := range ordering.FindAllStringIndex(code, -1) {
		if !order.MatchString(inside(code[at[1]:])) {
			return strings.TrimSpace(code[at[0]:at[1]])
		}
	}
	if loneReturn.MatchString(sql) {
		return "a carriage return alone"
	}
	return ""
}

// Subquery reports whether a predicate reads other tables than the one that it filters, so that its text does not say what it gives.
func Subquery(predicate string) bool { return subquery.MatchString(predicate) }

// A query begins with SELECT or, in pipe syntax, with FROM alone; EXTRACT(DAY FROM t) has one too, but not as its first word.
var subquery = regexp.MustCompile(`(?is)\bselect\b|\|>|\((\s|/\*.*?\*/|(--|#)[^\n]*\n)*from\b`)

var unsteady = regexp.MustCompile("(?is)" + strings.Join([]string{
	`\bcurrent_(date|datetime|time|timestamp)\b`, `\b(rand|generate_uuid|session_user|external_\w+)\s*\(`, `\bsystem_time\b`, `\btablesample\b`, `\blimit\b`,
	"\\*\\s*`", `\b_table_suffix\b`, `\binformation_schema\b`, `@@`,
	"[\\w`]\\s*\\.\\s*`?\\w+`?\\s*\\(", // dataset.function(: SAFE. and NET. too
	`\b(ml|ai)\s*\.`, `\b(appends|changes|vector_search|graph_table)\s*\(`,
}, "|"))

// unsteadyCode is what comments and texts are full of, so it is looked for outside of them; and quotes that are left, when they were not understood.
var unsteadyCode = regexp.MustCompile("(?i)" + strings.Join([]string{
	`\bover\b\s*([^\s(]|$)`, `\bmatch_recognize\b`, `\b(any_value|max_by|min_by|approx_\w+)\s*\(`,
	`\.\s*\(`, // value.(dataset.function)(
	"[\"'`\\\\]", `/\*|\*/`,
}, "|"))

// ordering begins what gives by the order of rows; whether there is one stands in the parentheses.
var (
	ordering = regexp.MustCompile(`(?i)\b(over|\w*_agg|array)\s*\(`)
	order    = regexp.MustCompile(`(?i)\border\s+by\b`)
)

// inside is the text up to the parenthesis that closes the one before it, without what stands in further ones.
func inside(code string) string {
	var b strings.Builder
	depth := 0
	for _, r := range code {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth == 0:
			return b.String()
		case r == ')':
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return ""
}

// loneReturn ends a line for some and not for others.
var loneReturn = regexp.MustCompile(`\r([^\n]|$)`)

// quoted are comments, texts and names in quotes. A backslash takes the character after it along, in raw texts too.
var quoted = regexp.MustCompile(`(?s)--[^\r\n]*|#[^\r\n]*|/\*.*?\*/|"""(\\.|[^\\])*?"""|'''(\\.|[^\\])*?'''|"(\\.|[^"\\\r\n])*"|'(\\.|[^'\\\r\n])*'|` + "`[^`\\r\\n]*`")

// bare is what is left of a statement without comments and texts: names lose their quotes, which may stand around any, a function's too.
func bare(sql string) string {
	code := quoted.ReplaceAllStringFunc(sql, func(q string) string {
		switch q[0] {
		case '`':
			return " " + q[1:len(q)-1] + " "
		case '\'', '"':
			return " 0 "
		}
		return " "
	})
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' ' // regexp's \s is not all that SQL takes for blank
		}
		return r
	}, code)
}
