package compare

import (
	"fmt"
	"slices"
	"strings"
)

// sampleKinds are the fates of which samples are kept, in the order they are shown.
var sampleKinds = []SampleKind{Changed, Tolerated, OnlyLeft, OnlyRight, Unpaired}

// output is the select list of the one row that comes back.
func output(s shape, ks []string) []string {
	out := append(rowCounts(),
		count(fate(Changed), "changed"), count(fate(Tolerated), "tolerated"),
		total("IF("+fate(OnlyLeft)+", lrows, 0)", "only_left"), total("IF("+fate(OnlyRight)+", rrows, 0)", "only_right"),
		total("IF("+fate(Unpaired)+", lrest, 0)", "unpaired_left"), total("IF("+fate(Unpaired)+", rrest, 0)", "unpaired_right"))
	out = append(out, keyCounts(ks)...)
	out = append(out, columnStatistics(s)...)
	if s.expect != "" {
		out = append(out, count("expected AND "+differing, "expected_differing"), count("expected AND NOT "+differing, "expected_agreeing"),
			count("NOT expected AND "+differing, "unexpected"))
	}
	if s.noise != "" {
		out = append(out, count("noisy AND "+differing, "within_noise"), count("NOT noisy AND "+differing, "beyond_noise"))
	}
	if s.samples == 0 {
		return out
	}
	for _, k := range sampleKinds {
		// Rows of another fate sort last and give an empty text, which no sample
		// is: IGNORE NULLS with LIMIT keeps NULLs on some engines.
		out = append(out, fmt.Sprintf("ARRAY_AGG(IF(%s, %s, '') ORDER BY NOT %s, %s LIMIT %d) AS samples_%s",
			fate(k), sampleText(s, k), fate(k), strings.Join(append(s.flags(), ks...), ", "), s.samples, k))
	}
	return out
}

// differing is TRUE for keys that do not agree.
const differing = "fate NOT IN ('equal', 'tolerated', 'absent')"

// flags are what is known of a key besides its fate. Those of which it is not true
// are the finding, and come first among the samples.
func (s shape) flags() (names []string) {
	if s.expect != "" {
		names = append(names, "expected")
	}
	if s.noise != "" {
		names = append(names, "noisy")
	}
	return names
}

func rowCounts() []string {
	return []string{total("lrows", "left_rows"), total("rrows", "right_rows"), total("equal", "equal_rows")}
}

func keyCounts(ks []string) []string {
	nullKey := strings.Join(ks, " IS NULL OR ") + " IS NULL"
	return []string{
		total("IF("+nullKey+", lrows, 0)", "left_null_keys"), total("IF("+nullKey+", rrows, 0)", "right_null_keys"),
		count("lrows > 1", "left_repeated_keys"), count("rrows > 1", "right_repeated_keys"),
		total("IF(lrows > 1, lrows, 0)", "left_repeated_rows"), total("IF(rrows > 1, rrows, 0)", "right_repeated_rows"),
	}
}

func fate(k SampleKind) string { return fmt.Sprintf("(fate = '%s')", k) }

func total(expr, name string) string {
	return fmt.Sprintf("CAST(IFNULL(SUM(%s), 0) AS INT64) AS %s", expr, name)
}

func count(condition, name string) string {
	return fmt.Sprintf("COUNTIF(%s) AS %s", condition, name)
}

// columnStatistics are arrays with one element a column, so that the row stays
// narrow however wide the tables are. An array must not hold NULL: where nothing
// was measured the numbers are 0, and measured says so.
func columnStatistics(s shape) []string {
	var differing, tolerated, nulls, measured, furthest, beyond []string
	far, share := newSpread("abs"), newSpread("rel")
	for i, c := range s.columns {
		d, e := fmt.Sprintf("d%d", i), fmt.Sprintf("e%d", i)
		differing = append(differing, "COUNTIF("+d+")")
		nulls = append(nulls, fmt.Sprintf("COUNTIF(%s AND (l%d IS NULL) != (r%d IS NULL))", d, i, i))
		beyond = append(beyond, fmt.Sprintf("COUNTIF(b%d)", i))
		if c.exact() {
			tolerated = append(tolerated, "0")
		} else {
			tolerated = append(tolerated, fmt.Sprintf("COUNTIF(w%d)", i))
		}
		distance, relative := measure(c.left)
		if !distance {
			measured = append(measured, "0")
			furthest = append(furthest, "0e0")
			far.add("")
			share.add("")
			continue
		}
		measured = append(measured, fmt.Sprintf("COUNTIF(%s AND %s IS NOT NULL)", d, e))
		furthest = append(furthest, fmt.Sprintf("IFNULL(MAX(IF(%s, %s, NULL)), 0e0)", c.beyond(i), e))
		far.add(fmt.Sprintf("IF(%s, %s, NULL)", d, e))
		if !relative {
			share.add("")
			continue
		}
		share.add(fmt.Sprintf("IF(%s, SAFE_DIVIDE(%s, %s), NULL)", d, e, magnitude(fmt.Sprintf("l%d", i), fmt.Sprintf("r%d", i))))
	}
	var noise []string
	if s.noise != "" {
		noise = append(noise, array("INT64", "column_beyond", beyond))
	}
	return slices.Concat(noise, []string{
		array("INT64", "column_differing", differing), array("INT64", "column_tolerated", tolerated),
		array("INT64", "column_nulls", nulls), array("INT64", "column_measured", measured), array("FLOAT64", "column_max_beyond", furthest),
	}, far.arrays(), share.arrays())
}

func array(of, name string, items []string) string {
	return fmt.Sprintf("ARRAY<%s>[%s] AS %s", of, strings.Join(items, ", "), name)
}

// spread sums up how far values lie apart, as arrays of one element a column.
type spread struct {
	suffix string
	items  map[string][]string
}

// aggregates are what a spread holds; the quantiles are approximate.
var aggregates = []struct{ name, expr string }{
	{"max", "MAX(%s)"}, {"mean", "AVG(%s)"},
	{"p50", "APPROX_QUANTILES(%s, 100)[SAFE_OFFSET(50)]"}, {"p99", "APPROX_QUANTILES(%s, 100)[SAFE_OFFSET(99)]"},
}

func newSpread(suffix string) spread { return spread{suffix, map[string][]string{}} }

// add takes the next column's expression, NULL where there is nothing to sum up;
// empty for a column that has no distance.
func (s spread) add(expr string) {
	for _, a := range aggregates {
		item := "0e0"
		if expr != "" {
			item = "IFNULL(" + fmt.Sprintf(a.expr, expr) + ", 0e0)"
		}
		s.items[a.name] = append(s.items[a.name], item)
	}
}

func (s spread) arrays() (all []string) {
	for _, a := range aggregates {
		all = append(all, array("FLOAT64", "column_"+a.name+"_"+s.suffix, s.items[a.name]))
	}
	return all
}

// sampleText is the canonical text of one sample: its key, how many rows each
// side has, and for a pair one cell a column, = where the sides agree.
func sampleText(s shape, kind SampleKind) string {
	parts := []string{texts(s.keys, "k"), "CAST(lrows AS STRING)", "CAST(rrows AS STRING)", "CAST(lrest AS STRING)", "CAST(rrest AS STRING)"}
	for _, flag := range s.flags() {
		parts = append(parts, "IF("+flag+", '1', '0')")
	}
	if kind == Changed || kind == Tolerated {
		for i, c := range s.columns {
			l, r := comparableText(fmt.Sprintf("l%d", i), c.left), comparableText(fmt.Sprintf("r%d", i), c.left)
			parts = append(parts, fmt.Sprintf("IF(d%d, CONCAT('(', %s, ',', %s, ')'), '=')", i, l, r))
		}
	}
	return "CONCAT('(', " + strings.Join(parts, ", ',', ") + ", ')')"
}

func texts(columns []column, prefix string) string {
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i] = comparableText(fmt.Sprintf("%s%d", prefix, i), c.left)
	}
	return "CONCAT('(', " + strings.Join(cells, ", ',', ") + ", ')')"
}
