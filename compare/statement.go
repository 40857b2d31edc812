package compare

import (
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"
)

// Statement is the SQL by which [Inputs] compares sides of these schemas: one query
// that gives one row. The error is an [*ArgumentError]; no rows of such sides can
// be compared.
func Statement(left, right Input, leftSchema, rightSchema bigquery.Schema, o Options) (string, error) {
	return write(statement, left, right, leftSchema, rightSchema, o)
}

// Proof is the shorter SQL that tables of at most 100 MB are read by first. It tells
// only whether they hold the same rows.
func Proof(left, right Input, leftSchema, rightSchema bigquery.Schema, o Options) (string, error) {
	return write(proof, left, right, leftSchema, rightSchema, o)
}

// ExplanationStatement is the SQL that tells where differing rows are, for tables
// without partitions; see [Options.Explain].
func ExplanationStatement(left, right Input, leftSchema, rightSchema bigquery.Schema, o Options) (string, error) {
	query := func(s shape, left, right string) string { return explanation(s, facets(s, ""), left, right) }
	return write(query, left, right, leftSchema, rightSchema, o)
}

func write(query func(s shape, left, right string) string, left, right Input, leftSchema, rightSchema bigquery.Schema, o Options) (string, error) {
	s, err := newShape(leftSchema, rightSchema, o)
	if err != nil {
		return "", err
	}
	if len(s.unreadable) > 0 {
		return "", argument("%s", strings.Join(s.unreadable, "; "))
	}
	return query(s, left.sql(), right.sql()), nil
}

// statement writes the one query that compares left and right, which are
// anything that can stand in FROM. Each is read once.
//
//	sides    every row of both, columns by position: keys k0.., others c0..
//	members  equal rows in one group: how often each side has it
//	matched  one row a key: how many rows cancel, how many are left over; where
//	         one is left on each side, l0.. and r0.. are its values, and lu0..
//	         and ru0.. what they carry along, see nested.go
//	judged   which columns of that pair differ (d0..), how far (e0..)
//	tested   which of these lie within their tolerance, or are equal once
//	         normalised (w0..), if that was asked for
//	classed  what became of the key: its fate
//
// With another run of the left side there is a third side, counted as n, see
// noise_statement.go. Keys of it alone are absent.
//
// NULL keys and repeated rows need no special case: GROUP BY takes NULL as equal
// to NULL, and the counts make each group a multiset.
func statement(s shape, left, right string) string {
	return fates(s, left, right, nil).query(output(s, numbered("k", len(s.keys))), "classed")
}

// fates begins a query with the sections that tell what became of each key; more
// are further columns of matched.
func fates(s shape, left, right string, more []string) *writer {
	w := groups(s, left, right, pairs)
	ks := numbered("k", len(s.keys))
	w.section("matched", append(matched(s, ks), more...), "FROM members\n  GROUP BY "+strings.Join(ks, ", "))
	w.section("judged", judged(s), "FROM matched")
	last := "judged"
	if columns := tested(s); len(columns) > 0 {
		w.section("tested", append([]string{"*"}, columns...), "FROM judged")
		last = "tested"
	}
	columns := []string{"*", classed(s)}
	if s.noise != "" {
		w.section("weighed", append([]string{"*"}, weighed(s)...), "FROM "+last)
		last, columns = "weighed", append(columns, noisyKey(s))
	}
	w.section("classed", columns, "FROM "+last)
	return w
}

// proof writes a shorter query over the same groups. It only tells whether every
// row has an equal one on the other side, which proves that the tables are
// identical; any other answer needs statement.
func proof(s shape, left, right string) string {
	w := groups(s, left, right, counts)
	ks := numbered("k", len(s.keys))
	w.section("matched", append(ks[:len(ks):len(ks)], perKey...), "FROM members\n  GROUP BY "+strings.Join(ks, ", "))
	return w.query(append(rowCounts(), keyCounts(ks)...), "matched")
}

// purpose is what groups are made for, and with it what rows carry along.
type purpose int

const (
	// counts: nothing.
	counts purpose = iota
	// pairs: what it takes to tell what became of each key.
	pairs
	// original: the values of columns that are grouped by a text.
	original
)

// groups begins a query with the sections that all queries share. What columns
// carry along depends on their values, so each group has one of it.
func groups(s shape, left, right string, carry purpose) *writer {
	x := rangeVariable(schemas(s)...)
	w := &writer{}
	fmt.Fprintf(w, "WITH sides AS (\n  SELECT\n    %s\n  FROM %s AS %s%s\n", strings.Join(side(s, 0, x, carry), ",\n    "), left, x, s.between.where(x, s.between.left))
	fmt.Fprintf(w, "  UNION ALL\n  SELECT\n    %s\n  FROM %s AS %s%s\n", strings.Join(side(s, 1, x, carry), ",\n    "), right, x, s.between.where(x, s.between.right))
	if carry == pairs && s.noise != "" {
		fmt.Fprintf(w, "  UNION ALL\n  SELECT\n    %s\n  FROM %s AS %s%s\n", strings.Join(side(s, 2, x, carry), ",\n    "), s.noise, x, s.between.where(x, s.between.left))
	}
	w.WriteString(")")
	all := append(numbered("k", len(s.keys)), numbered("c", len(s.columns))...)
	members := append(all[:len(all):len(all)], "COUNTIF(side = 0) AS l", "COUNTIF(side = 1) AS r")
	if carry == original {
		for j, c := range s.all() {
			if c.regained() {
				members = append(members, fmt.Sprintf("ANY_VALUE(v%[1]s) AS v%[1]s", all[j]))
			}
		}
	}
	if carry == pairs {
		if s.noise != "" {
			members = append(members, "COUNTIF(side = 2) AS n")
		}
		if s.expect != "" {
			members = append(members, "LOGICAL_OR(expected) AS expected")
		}
		for i, c := range s.columns {
			for _, name := range c.carriedNames(i) {
				members = append(members, fmt.Sprintf("MAX(%[1]s) AS %[1]s", name))
			}
		}
	}
	w.section("members", members, "FROM sides\n  GROUP BY "+strings.Join(all, ", "))
	return w
}

// writer lays out a query of sections.
type writer struct{ strings.Builder }

func (w *writer) section(name string, columns []string, tail string) {
	fmt.Fprintf(w, ",\n%s AS (\n  SELECT\n    %s\n  %s\n)", name, strings.Join(columns, ",\n    "), tail)
}

func (w *writer) query(columns []string, from string) string {
	fmt.Fprintf(w, "\nSELECT\n  %s\nFROM %s\n", strings.Join(columns, ",\n  "), from)
	return w.String()
}

// pair is a key with one row left over on each side: the two are compared.
const pair = "lrest = 1 AND rrest = 1"

func side(s shape, n int, x string, carry purpose) []string {
	out := []string{fmt.Sprintf("%d AS side", n)}
	add := func(prefix string, columns []column) {
		for i, c := range columns {
			actual := c.on(n)
			expr := x + "." + quote(actual.Name)
			out = append(out, fmt.Sprintf("%s AS %s%d", encoder{name: x}.comparable(expr, c.left, actual), prefix, i))
			if carry == original && c.regained() {
				out = append(out, fmt.Sprintf("%s AS v%s%d", expr, prefix, i))
			}
			if carry != pairs {
				continue
			}
			names := c.carriedNames(i)
			for j, text := range c.carried(x, expr, actual) {
				out = append(out, text+" AS "+names[j])
			}
		}
	}
	add("k", s.keys)
	add("c", s.columns)
	switch {
	case carry != pairs || s.expect == "":
	case n == 2:
		out = append(out, "FALSE AS expected")
	default:
		out = append(out, s.expected(n, x)+" AS expected")
	}
	return out
}

// perKey counts the rows of a key on each side, and those that cancel.
var perKey = []string{"SUM(l) AS lrows", "SUM(r) AS rrows", "SUM(LEAST(l, r)) AS equal"}

func matched(s shape, ks []string) []string {
	out := append(append(ks[:len(ks):len(ks)], perKey...), "SUM(l - LEAST(l, r)) AS lrest", "SUM(r - LEAST(l, r)) AS rrest")
	if s.noise != "" {
		out = append(out, "SUM(n) AS nrows", "SUM(ABS(l - n)) > 0 AS moved")
	}
	if s.expect != "" {
		out = append(out, "LOGICAL_OR(expected) AS expected")
	}
	for i, c := range s.columns {
		// At most one member is left over on a side where these are looked at,
		// so MAX picks it.
		for _, name := range append([]string{fmt.Sprint("c", i)}, c.carriedNames(i)...) {
			as := strings.TrimPrefix(name, "c")
			out = append(out, fmt.Sprintf("MAX(IF(l > r, %s, NULL)) AS l%s", name, as), fmt.Sprintf("MAX(IF(r > l, %s, NULL)) AS r%s", name, as))
			if s.noise != "" {
				out = append(out, fmt.Sprintf("MAX(IF(n > 0, %s, NULL)) AS n%s", name, as))
			}
		}
	}
	return out
}

func judged(s shape) []string {
	out := []string{"*"}
	for i, c := range s.columns {
		l, r := fmt.Sprintf("l%d", i), fmt.Sprintf("r%d", i)
		out = append(out, fmt.Sprintf("%s AND (%s) AS d%d", pair, differ(c.left, l, r), i))
		if distance, _ := measure(c.left); distance {
			out = append(out, fmt.Sprintf("%s AS e%d", delta(c.left, l, r), i))
		}
		if s.noise != "" {
			out = append(out, judgedAgain(c, i)...)
		}
	}
	return out
}

func tested(s shape) (out []string) {
	for i, c := range s.columns {
		if !c.exact() {
			out = append(out, fmt.Sprintf("d%d AND %s AS w%d", i, c.passes(i, "r", "e"), i))
			if s.noise != "" {
				out = append(out, fmt.Sprintf("m%d AND %s AS v%d", i, c.passes(i, "n", "f"), i))
			}
		}
	}
	return out
}

// classed names the fate of a key. A pair is tolerated only if a difference was
// found and every difference lies within its tolerance: it is never called equal
// by default.
func classed(s shape) string {
	var inside, outside []string
	for i, c := range s.columns {
		outside = append(outside, c.beyond(i))
		if !c.exact() {
			inside = append(inside, fmt.Sprintf("w%d", i))
		}
	}
	var whens []string
	if s.noise != "" {
		whens = append(whens, when("lrows = 0 AND rrows = 0", "absent"))
	}
	whens = append(whens,
		when("rrows = 0", string(OnlyLeft)), when("lrows = 0", string(OnlyRight)), when("lrest = 0 AND rrest = 0", "equal"))
	if len(inside) > 0 {
		whens = append(whens, when(fmt.Sprintf("%s AND (%s) AND NOT (%s)", pair, strings.Join(inside, " OR "), strings.Join(outside, " OR ")), string(Tolerated)))
	}
	whens = append(whens, when(pair, string(Changed)))
	return fmt.Sprintf("CASE\n      %s\n      ELSE '%s'\n    END AS fate", strings.Join(whens, "\n      "), Unpaired)
}

// beyond is TRUE where the values of column i differ and are not let pass.
func (c column) beyond(i int) string {
	if c.exact() {
		return fmt.Sprintf("d%d", i)
	}
	return fmt.Sprintf("(d%d AND NOT w%d)", i, i)
}

// passes is TRUE where the values of column i, which differ, are let pass, and
// never NULL: those of the left and the other side, whose names begin so, and
// whose distance has the third name. A scalar has a tolerance or is normalised,
// not both: one is for numbers and times, the other for texts.
func (c column) passes(i int, other, distance string) string {
	l, r, own := fmt.Sprintf("l%d", i), fmt.Sprintf("%s%d", other, i), c.rules[""]
	switch {
	case c.inside():
		return c.passesInside(i, other)
	case len(own.normalise) > 0:
		return alike(own.normalise, l, r)
	}
	return within(own.tolerance, fmt.Sprintf("%s%d", distance, i), l, r)
}

func when(condition, fate string) string { return fmt.Sprintf("WHEN %s THEN '%s'", condition, fate) }

func numbered(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s%d", prefix, i)
	}
	return out
}

func schemas(s shape) []bigquery.Schema {
	var l, r bigquery.Schema
	for _, c := range s.all() {
		l, r = append(l, c.left), append(r, c.right)
	}
	if s.between.left != nil {
		l, r = append(l, s.between.left), append(r, s.between.right)
	}
	return []bigquery.Schema{l, r}
}
