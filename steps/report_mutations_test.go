package steps

import (
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// Who reads a report learns that the sources were not as they are, whatever the format for people, and also when no source was reached.
func TestReportSaysMutations(t *testing.T) {
	r := judgedReport(t)
	for _, text := range []string{"drop_messages source=messages where=TRUE", "set_segment_flag source=segments column=good_seg2 value=false", "late_messages source=messages late=6h"} {
		m, err := workflows.ParseMutation(text)
		if err != nil {
			t.Fatal(err)
		}
		r.Plan.Mutations = append(r.Plan.Mutations, m)
	}
	r.Sources = &Sources{Tables: map[string]SourceTable{"messages": {Mutations: []Mutated{
		{Text: "drop_messages source=messages where=TRUE", RowsBefore: 9, RowsAfter: 4, Removed: 5},
		{Text: "late_messages source=messages late=6h", RowsBefore: 4, RowsAfter: 4, Removed: 1, Added: 1},
	}}}}
	const done = "mutated: drop_messages source=messages where=TRUE: of 9 rows 5 went and 0 came, 4 now\n" +
		"mutated: set_segment_flag source=segments column=good_seg2 value=false\n" +
		"mutated: late_messages source=messages late=6h: of 4 rows 1 went and 1 came, 4 now\n"
	for format, want := range map[string]string{"text": done, "markdown": done, "junit": done} {
		var b strings.Builder
		if err := r.Write(&b, format); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%s: %v\n%s", format, err, b.String())
		}
	}
	r.Sources = nil
	var b strings.Builder
	if err := r.Text(&b); err != nil || !strings.Contains(b.String(), "mutated: late_messages source=messages late=6h\n") {
		t.Errorf("without sources:\n%s", b.String())
	}
}
