package compare

import (
	"fmt"
	"strings"
)

// summary says in one line where the differing keys are, changed of them pairs; what
// is what people call a key.
func (e *Explanation) summary(what string, changed int64) string {
	var said []string
	days, values := false, false
	for _, d := range e.Dimensions {
		// Two columns of times mostly say the same: one of each sort is enough.
		seen := &values
		if d.By == byDay {
			seen = &days
		}
		if c, ok := e.telling(d); ok && !*seen {
			*seen = true
			said = append(said, outOf(c.differing, e.Differing, "differing "+what+"s")+" have "+d.place(what, c))
		}
	}
	switch {
	case len(said) > 0:
	case e.Differing == 1:
		said = append(said, "a single "+what+" differs")
	case e.Differing == e.Keys:
		said = append(said, fmt.Sprintf("all %d %ss differ", e.Keys, what))
	case len(e.Dimensions) > 0:
		d := e.Dimensions[0]
		said = append(said, fmt.Sprintf("the %d differing %ss are spread over %d of %d %ss of %s", e.Differing, what, d.Touched, d.Values, d.By, visible(d.Column)))
	default:
		said = append(said, fmt.Sprintf("%d of %d %ss differ, and no column tells where", e.Differing, e.Keys, what))
	}
	if len(e.Together) > 0 {
		if t := e.Together[0]; len(t.Columns) > 1 && t.Pairs > 1 && 2*t.Pairs >= changed {
			said = append(said, fmt.Sprintf("%s differ together in %s", listed(t.Columns), outOf(t.Pairs, changed, "pairs")))
		}
	}
	if len(e.First) > 0 {
		said = append(said, "first: "+clipped(shownKey(e.First), longest))
	}
	return strings.Join(said, "; ")
}

func outOf(n, all int64, what string) string {
	if n == all {
		return fmt.Sprintf("all %d %s", n, what)
	}
	return fmt.Sprintf("%d of %d %s", n, all, what)
}

// place says where a claim is about.
func (d Dimension) place(what string, c claim) string {
	where := d.From + " to " + d.To
	if c.top > 0 {
		var values []string
		for _, v := range d.Top[:c.top] {
			values = append(values, oneLine(value(v.Value), shortest))
		}
		where = strings.Join(values, " or ")
	}
	text := fmt.Sprintf("%s %s (of %d %ss)", visible(d.Column), where, d.Values, d.By)
	if c.differing == c.keys {
		text += ", where every " + what + " differs"
	}
	return text
}

// shortest is how many characters of a value the summary shows: there may be some.
const shortest = 40

// listed names up to three columns.
func listed(columns []string) string {
	const most = 3
	var names []string
	for _, c := range columns[:min(len(columns), most)] {
		names = append(names, visible(c))
	}
	if n := len(columns) - most; n > 0 {
		return strings.Join(names, ", ") + fmt.Sprintf(" and %s", plural(int64(n), "other column", "other columns"))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
