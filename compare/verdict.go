package compare

import (
	"fmt"
	"slices"
	"strings"
)

// findings is what the verdict rests on besides the counts in the result.
type findings struct {
	// same: both sides are known to be alike without being read, nothing else matters.
	same bool
	// empty: both sides have no rows, allowEmpty: the caller accepts that.
	empty, allowEmpty bool
	// torn says why the counts cannot be trusted, such as a table that changed.
	torn []string
	// unread says why rows were not compared.
	unread []string
}

// judge fills in the verdict and its reasons. It is the only place that says
// Identical, and does so last.
func judge(r *Result, f findings) {
	differences := differences(r)
	obstacles := append(append([]string(nil), f.torn...), f.unread...)
	if f.empty && !f.allowEmpty {
		obstacles = append(obstacles, "both tables are empty, which shows nothing: if that is expected, allow empty tables: --allow-empty of compare, allow_empty of an output in a pipeline's descriptor")
	}
	if !f.same {
		for _, c := range r.NotCompared {
			if !retyped(r, c.Column) {
				obstacles = append(obstacles, fmt.Sprintf("column %s was not compared: %s; ignore it by name to go on without it", c.Column, c.Reason))
			}
		}
	}
	r.Reasons = nil
	switch {
	case len(f.torn) > 0:
		r.Verdict, r.Reasons = NotComparable, append(obstacles, differences...)
	case len(differences) > 0:
		r.Verdict, r.Reasons = Different, append(differences, obstacles...)
	case len(obstacles) > 0:
		r.Verdict, r.Reasons = NotComparable, obstacles
	case !r.Read && !f.same:
		r.Verdict, r.Reasons = NotComparable, []string{"no rows were compared"}
	case r.Expected != nil && r.Read:
		r.Verdict = WithinTolerance
		r.Reasons = append([]string{fmt.Sprintf("%s, all as expected", plural(r.Expected.Differing, "key differs", "keys differ"))}, tolerated(r)...)
	case r.Rows.Tolerated > 0:
		r.Verdict, r.Reasons = WithinTolerance, tolerated(r)
	default:
		r.Verdict = Identical
	}
}

// differences lists every proven difference.
func differences(r *Result) (out []string) {
	add := func(n int64, format string, args ...any) {
		if n > 0 {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	if r.Expected != nil && r.Read {
		out = r.Expected.complaints()
		if len(out) == 0 {
			return append(out, schemaDifferences(r)...)
		}
	}
	if r.Left.Rows != r.Right.Rows {
		add(1, "row counts differ: %d left, %d right", r.Left.Rows, r.Right.Rows)
	}
	add(r.Rows.OnlyLeft, "%s only on the left", plural(r.Rows.OnlyLeft, "row is", "rows are"))
	add(r.Rows.OnlyRight, "%s only on the right", plural(r.Rows.OnlyRight, "row is", "rows are"))
	if r.Rows.Changed > 0 {
		add(1, "%s in %s", plural(r.Rows.Changed, "pair of rows differs", "pairs of rows differ"), strings.Join(changedColumns(r), ", "))
	}
	if l, r := r.Rows.UnpairedLeft, r.Rows.UnpairedRight; l+r > 0 {
		add(1, "rows of repeated keys differ: %d left and %d right have no equal row", l, r)
	}
	return append(out, schemaDifferences(r)...)
}

func schemaDifferences(r *Result) (out []string) {
	for _, f := range r.Schema.OnlyLeft {
		out = append(out, fmt.Sprintf("column %s %s is only on the left", f.Path, f.Type))
	}
	for _, f := range r.Schema.OnlyRight {
		out = append(out, fmt.Sprintf("column %s %s is only on the right", f.Path, f.Type))
	}
	for _, f := range r.Schema.Retyped {
		out = append(out, fmt.Sprintf("column %s is %s on the left, %s on the right", f.Path, f.Left, f.Right))
	}
	return out
}

// changedColumns names the columns that differ beyond tolerance, with counts.
func changedColumns(r *Result) (out []string) {
	for _, c := range r.Columns {
		if n := c.Differing - c.Tolerated; n > 0 {
			out = append(out, fmt.Sprintf("%s (%d)", c.Name, n))
		}
	}
	return out
}

func tolerated(r *Result) (out []string) {
	for _, c := range r.Columns {
		if c.Tolerated == 0 {
			continue
		}
		if how := normalisedBy(c); how != "" {
			if c.Tolerance != nil || slices.ContainsFunc(c.Inside, func(in Inside) bool { return in.Tolerance != nil }) {
				how += "; within tolerance"
			}
			out = append(out, fmt.Sprintf("column %s agrees only after normalisation (%s) in %s", c.Name, how, plural(c.Tolerated, "row", "rows")))
			continue
		}
		reason := fmt.Sprintf("column %s differs within tolerance in %d rows", c.Name, c.Tolerated)
		if c.Delta != nil {
			reason += fmt.Sprintf(", by at most %s", number(c.Delta.MaxAbsolute))
		}
		out = append(out, reason)
	}
	return out
}

// normalisedBy says how a column was normalised, itself or inside.
func normalisedBy(c Column) string {
	var all []string
	for _, n := range c.Normalised {
		all = append(all, string(n))
	}
	for _, in := range c.Inside {
		for _, n := range in.Normalised {
			all = append(all, in.Field+" "+string(n))
		}
	}
	return strings.Join(all, ", ")
}

// retyped tells whether the schemas already explain why a column is not compared.
func retyped(r *Result, column string) bool {
	same := func(path string) bool {
		name, _, _ := strings.Cut(path, ".")
		return strings.EqualFold(name, column)
	}
	for _, f := range r.Schema.Retyped {
		if same(f.Path) {
			return true
		}
	}
	for _, f := range append(append([]SchemaField(nil), r.Schema.OnlyLeft...), r.Schema.OnlyRight...) {
		if same(f.Path) {
			return true
		}
	}
	return false
}

// Summary says in one line what was found and, where it is not equality, the
// first reason and how many more there are.
func (r *Result) Summary() string {
	line := string(r.Verdict)
	if r.Left.Table != "" || r.Right.Table != "" {
		line += ": " + shortName(r.Left) + " and " + shortName(r.Right)
	}
	if r.Read && r.Verdict.Equal() {
		line += fmt.Sprintf(", %s", plural(r.Left.Rows, "row", "rows"))
	}
	if len(r.Reasons) > 0 {
		line += ": " + r.Reasons[0]
	}
	if n := len(r.Reasons) - 1; n > 0 {
		line += fmt.Sprintf(" (and %s)", plural(int64(n), "more reason", "more reasons"))
	}
	return line
}

// shortName brings a query onto one line.
func shortName(s Side) string {
	if s.Type == string(queryType) {
		return visible(strings.Join(strings.Fields(s.Table), " "))
	}
	return s.Table
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
