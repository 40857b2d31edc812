package compare

import (
	"strconv"
	"strings"
)

// samples are folded away: they are what a reader wants last and what is longest.
func (m *markdown) samples(r *Result) {
	if len(r.Samples) == 0 {
		return
	}
	const pairs, counts = "| key | column | left | right |\n|---|---|---|---|\n", "| key | rows left | rows right |\n|---|---:|---:|\n"
	m.line("\n<details>\n<summary>sample rows, the first of each kind by key</summary>")
	for i, kind := range sampleKinds {
		head := counts
		if kind.paired() {
			head = pairs
		}
		var rows []string
		for _, s := range r.Samples {
			if s.Kind == kind {
				rows = append(rows, markdownSample(s)...)
			}
		}
		// The later kinds get what the earlier ones leave.
		m.fill(len(sampleKinds)-i, "**"+sampleTitles[kind]+"**\n\n"+head, rows)
	}
	m.line("\n</details>")
}

func markdownSample(s Sample) (rows []string) {
	parts := make([]string, len(s.Key))
	for i, v := range s.Key {
		parts[i] = code(visible(v.Column)+"="+value(v.Value), 2*longest+1)
	}
	key := strings.Join(parts, " ")
	if !s.Kind.paired() {
		return []string{row(key, strconv.FormatInt(s.LeftRows, 10), strconv.FormatInt(s.RightRows, 10))}
	}
	for _, d := range s.Differs {
		rows = append(rows, row(key, code(d.Column, longest), code(value(d.Left), longest), code(value(d.Right), longest)))
		key = ""
	}
	return rows
}
