package compare

import (
	"fmt"
	"slices"
	"strings"
)

// What one explanation looks at. A column of more values names single rows rather
// than where they are; days are fewer words for the same many rows.
const (
	maxFacets = 40
	maxValues = 100
	maxDays   = 10_000
	maxTop    = 5
)

// facet is a column by whose values differing keys are counted.
type facet struct {
	column column
	// value is the text of a key's value, over the section classed; days where the
	// column holds times.
	value string
	day   bool
	// member is what matched takes it from, empty for a key column.
	member string
}

// facets finds the columns that could tell where differences are: the one that the
// table is partitioned by, the keys, the others.
func facets(s shape, partition string) []facet {
	var first, rest []facet
	add := func(c column, expr, member string) {
		text, day := facetText(expr, c)
		switch f := (facet{c, text, day, member}); {
		case text == "" || member == "" && len(s.keys) == 1 && !day: // no two keys share a value
		case strings.EqualFold(c.name(), partition):
			first = append(first, f)
		default:
			rest = append(rest, f)
		}
	}
	for i, c := range s.keys {
		add(c, fmt.Sprintf("k%d", i), "")
	}
	for i, c := range s.columns {
		// The value on the left, where the left has the key.
		member := fmt.Sprintf("IF(SUM(l) > 0, MAX(IF(l > 0, c%[1]d, NULL)), MAX(c%[1]d)) AS v%[1]d", i)
		add(c, fmt.Sprintf("v%d", i), member)
	}
	all := slices.Concat(first, rest)
	return all[:min(len(all), maxFacets)]
}

// facetText is the text of expr, and whether that is a day; empty for types of which
// values seldom repeat. Days are those of UTC, whatever time zone a project sets.
func facetText(expr string, c column) (text string, day bool) {
	if c.left.Repeated {
		return "", false
	}
	switch kindOf(c.left) {
	case kindDate:
		return "CAST(" + expr + " AS STRING)", true
	case kindDatetime:
		return "CAST(DATE(" + expr + ") AS STRING)", true
	case kindTimestamp:
		return "CAST(DATE(" + expr + ", 'UTC') AS STRING)", true
	case kindInt64, kindBool:
		return "CAST(" + expr + " AS STRING)", false
	case kindString:
		return expr, false
	}
	return "", false
}

// explanation writes the query that counts differing keys by the values of facets.
// To the sections of statement it adds:
//
//	placed   each key once for each part: part 0 is all keys, part i the facet i-1
//	         with its value, the last part the columns that differ in a changed pair
//	counted  the keys of each value, and how many of them differ
//	summed   one text a part, see readPart
//
// It is about all that differs, expected or noise or not.
func explanation(s shape, all []facet, left, right string) string {
	s.expect, s.noise = "", ""
	last := len(all) + 1
	parts, days := []string{"(0, '')"}, []string{"0", fmt.Sprint(last)}
	var more []string
	for i, f := range all {
		parts = append(parts, fmt.Sprintf("(%d, %s)", i+1, f.value))
		if f.member != "" {
			more = append(more, f.member)
		}
		if f.day {
			days = append(days, fmt.Sprint(i+1))
		}
	}
	from := "FROM classed CROSS JOIN UNNEST(ARRAY<STRUCT<part INT64, value STRING>>[\n    %s\n  ])"
	if together := differingColumns(s); together != "" {
		parts = append(parts, fmt.Sprintf("(%d, %s)", last, together))
		from += fmt.Sprintf("\n  WHERE part < %d OR %s", last, fate(Changed))
	}
	w := fates(s, left, right, more)
	w.section("placed", []string{"part", "value", "fate NOT IN ('equal', 'tolerated') AS differs"}, fmt.Sprintf(from, strings.Join(parts, ",\n    ")))
	w.section("counted", []string{"part", "value", "COUNT(*) AS n", "COUNTIF(differs) AS differing"}, "FROM placed\n  GROUP BY part, value")
	w.section("summed", []string{"part", summed() + " AS found"}, fmt.Sprintf("FROM counted\n  GROUP BY part\n  HAVING COUNT(*) <= IF(part IN (%s), %d, %d)", strings.Join(days, ", "), maxDays, maxValues))
	return w.query([]string{"ARRAY_AGG(found ORDER BY part) AS found"}, "summed")
}

// differingColumns is the text of the numbers of the columns in which a pair
// differs, empty where there are no two columns.
func differingColumns(s shape) string {
	if len(s.columns) < 2 {
		return ""
	}
	numbers := make([]string, len(s.columns))
	for i, c := range s.columns {
		numbers[i] = fmt.Sprintf("IF(%s, ' %d', '')", c.beyond(i), i)
	}
	return "CONCAT(" + strings.Join(numbers, ", ") + ")"
}

// summed is the canonical text of one part: its number, how many values it has and
// how many of them differing keys have, the keys, the differing ones, the keys whose
// value a differing one has, the first and last such value, and the values with most
// differing keys. An empty text stands for NULL in the first, and is no day.
func summed() string {
	const touched = "IF(differing > 0, IFNULL(value, ''), NULL)"
	text := func(expr string) string { return "IFNULL(" + quotedText(expr) + ", '~')" }
	number := func(expr string) string { return "CAST(" + expr + " AS STRING)" }
	top := fmt.Sprintf("ARRAY_TO_STRING(ARRAY_AGG(CONCAT('(', %s, ',', %s, ',', %s, ')') ORDER BY differing DESC, n, value LIMIT %d), ',')",
		text("value"), number("differing"), number("n"), maxTop)
	return "CONCAT('(', " + strings.Join([]string{
		number("part"), number("COUNT(*)"), number("COUNTIF(differing > 0)"), number("SUM(n)"), number("SUM(differing)"),
		number("SUM(IF(differing > 0, n, 0))"), text("MIN(" + touched + ")"), text("MAX(" + touched + ")"), "CONCAT('[', " + top + ", ']')",
	}, ", ',', ") + ", ')')"
}
