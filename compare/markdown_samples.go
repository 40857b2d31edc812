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
	sections := []struct {
		kind        SampleKind
		title, head string
	}{
		{Changed, "changed rows", pairs}, {Tolerated, "rows within tolerance", pairs}, {OnlyLeft, "rows only on the left", counts},
		{OnlyRight, "rows only on the right", counts}, {Unpaired, "repeated keys that differ", counts},
	}
	m.line("\n<details>\n<summary>sample rows, the first of each kind by key</summary>")
	for i, section := range sections {
		var rows []string
		for _, s := range r.Samples {
			if s.Kind == section.kind {
				rows = append(rows, markdownSample(s)...)
			}
		}
		// The later kinds get what the earlier ones leave.
		m.fill(len(sections)-i, "**"+section.title+"**\n\n"+section.head, rows)
	}
	m.line("\n</details>")
}

func markdownSample(s Sample) (rows []string) {
	parts := make([]string, len(s.Key))
	for i, v := range s.Key {
		parts[i] = code(visible(v.Column)+"="+value(v.Value), 2*longest+1)
	}
	key := strings.Join(parts, " ")
	if s.Kind != Changed && s.Kind != Tolerated {
		return []string{row(key, strconv.FormatInt(s.LeftRows, 10), strconv.FormatInt(s.RightRows, 10))}
	}
	for _, d := range s.Differs {
		rows = append(rows, row(key, code(d.Column, longest), code(value(d.Left), longest), code(value(d.Right), longest)))
		key = ""
	}
	return rows
}
