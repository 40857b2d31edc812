package compare

import (
	"fmt"
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
	if s.samples == 0 {
		return out
	}
	for _, k := range sampleKinds {
		// Rows of another fate sort last and give an empty text, which no sample
		// is: IGNORE NULLS with LIMIT keeps NULLs on some engines.
		out = append(out, fmt.Sprintf("ARRAY_AGG(IF(%s, %s, '') ORDER BY NOT %s, %s LIMIT %d) AS samples_%s",
			fate(k), sampleText(s, k), fate(k), strings.Join(ks, ", "), s.samples, k))
	}
	return out
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
	var differing, tolerated, nulls, measured, maxAbs, meanAbs, maxRel, meanRel []string
	for i, c := range s.columns {
		d, e := fmt.Sprintf("d%d", i), fmt.Sprintf("e%d", i)
		differing = append(differing, "COUNTIF("+d+")")
		nulls = append(nulls, fmt.Sprintf("COUNTIF(%s AND (l%d IS NULL) != (r%d IS NULL))", d, i, i))
		if c.exact() {
			tolerated = append(tolerated, "0")
		} else {
			tolerated = append(tolerated, fmt.Sprintf("COUNTIF(w%d)", i))
		}
		number, instant := measure(c.left)
		if !number && !instant {
			measured, maxAbs, meanAbs = append(measured, "0"), append(maxAbs, "0e0"), append(meanAbs, "0e0")
			maxRel, meanRel = append(maxRel, "0e0"), append(meanRel, "0e0")
			continue
		}
		far := fmt.Sprintf("IF(%s, %s, NULL)", d, e)
		measured = append(measured, fmt.Sprintf("COUNTIF(%s AND %s IS NOT NULL)", d, e))
		maxAbs = append(maxAbs, "IFNULL(MAX("+far+"), 0e0)")
		meanAbs = append(meanAbs, "IFNULL(AVG("+far+"), 0e0)")
		if instant {
			maxRel, meanRel = append(maxRel, "0e0"), append(meanRel, "0e0")
			continue
		}
		rel := fmt.Sprintf("IF(%s, SAFE_DIVIDE(%s, %s), NULL)", d, e, magnitude(fmt.Sprintf("l%d", i), fmt.Sprintf("r%d", i)))
		maxRel = append(maxRel, "IFNULL(MAX("+rel+"), 0e0)")
		meanRel = append(meanRel, "IFNULL(AVG("+rel+"), 0e0)")
	}
	array := func(of, name string, items []string) string {
		return fmt.Sprintf("ARRAY<%s>[%s] AS %s", of, strings.Join(items, ", "), name)
	}
	return []string{
		array("INT64", "column_differing", differing), array("INT64", "column_tolerated", tolerated),
		array("INT64", "column_nulls", nulls), array("INT64", "column_measured", measured),
		array("FLOAT64", "column_max_abs", maxAbs), array("FLOAT64", "column_mean_abs", meanAbs),
		array("FLOAT64", "column_max_rel", maxRel), array("FLOAT64", "column_mean_rel", meanRel),
	}
}

// sampleText is the canonical text of one sample: its key, how many rows each
// side has, and for a pair one cell a column, = where the sides agree.
func sampleText(s shape, kind SampleKind) string {
	parts := []string{texts(s.keys, "k"), "CAST(lrows AS STRING)", "CAST(rrows AS STRING)", "CAST(lrest AS STRING)", "CAST(rrest AS STRING)"}
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
