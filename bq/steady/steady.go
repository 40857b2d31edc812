// Package steady judges SQL by its text alone: whether it says the same of the same tables whenever it is asked.
package steady

import (
	"regexp"
	"strings"
)

// Unsteady is the first thing in the text that lets it show other rows of the same tables, and empty when there is none: the clock,
// chance, the reader, a choice that no order decides, tables that a pattern names, other services, and functions that are defined
// elsewhere. It also finds them in texts and comments: what is steady may be taken for unsteady, never the other way round.
func Unsteady(sql string) string { return strings.TrimSpace(unsteady.FindString(sql)) }

// Subquery reports whether a predicate reads other tables than the one that it filters, so that its text does not say what it gives.
func Subquery(predicate string) bool { return subquery.MatchString(predicate) }

// A query begins with SELECT or, in pipe syntax, with FROM alone; EXTRACT(DAY FROM t) has one too, but not as its first word.
var subquery = regexp.MustCompile(`(?is)\bselect\b|\|>|\((\s|/\*.*?\*/|(--|#)[^\n]*\n)*from\b`)

var unsteady = regexp.MustCompile("(?is)" + strings.Join([]string{
	`\bcurrent_(date|datetime|time|timestamp)\b`, `\b(rand|generate_uuid|session_user|external_query)\s*\(`, `\bsystem_time\b`, `\btablesample\b`, `\blimit\b`,
	"\\*\\s*`", `\b_table_suffix\b`, `\binformation_schema\b`, `@@`,
	"[\\w`]\\s*\\.\\s*`?\\w+`?\\s*\\(", // dataset.function(: SAFE. and NET. too
	`\b(ml|ai)\s*\.`, `\b(appends|changes|vector_search)\s*\(`,
}, "|"))
