package compare

import (
	"fmt"
	"strconv"
	"strings"
)

// topShown is how many of a dimension's values are shown.
const topShown = 3

// mostDiffering are a dimension's top values, as name shows them.
func mostDiffering(d Dimension, name func(s string, most int) string) string {
	var top []string
	for _, v := range d.Top[:min(len(d.Top), topShown)] {
		top = append(top, fmt.Sprintf("%s (%d of %d)", name(value(v.Value), shortest), v.Differing, v.Keys))
	}
	return strings.Join(top, ", ")
}

func (p *printer) dimensions(e *Explanation) {
	if e == nil || len(e.Dimensions) == 0 {
		return
	}
	var rows []string
	for _, d := range e.Dimensions {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%d\t%d\t%s", visible(d.Column), d.By, d.Values, d.Touched, mostDiffering(d, oneLine)))
	}
	p.line("\nwhere rows differ")
	p.table("column\tby\tdistinct\twith differences\tmost differing", rows)
}

func (m *markdown) dimensions(e *Explanation) {
	if e == nil {
		return
	}
	var rows []string
	for _, d := range e.Dimensions {
		rows = append(rows, row(code(d.Column, longest), d.By, strconv.FormatInt(d.Values, 10), strconv.FormatInt(d.Touched, 10), mostDiffering(d, code)))
	}
	m.fill(2, "**where rows differ**\n\n"+row("column", "by", "distinct", "with differences", "most differing")+"\n|---|---|---:|---:|---|\n", rows)
}
