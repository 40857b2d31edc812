package steps

import (
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/bq"
)

// A source that nobody can vouch for is told with the verdicts that rest on it, in every format for people and for programs.
func TestReportSaysWhichSourcesCannotBeNamed(t *testing.T) {
	r := finished(t, "")
	r.Sources = &Sources{Tables: map[string]SourceTable{
		"messages": {WhyNot: "rows wait in the streaming buffer of p.d.messages"},
		"segments": {Identity: "p.d.segments, etag x"},
	}}
	r.Conclude()
	const want = "warning: source messages may have had other rows for each run, so what differs, or does not, may come from it: rows wait in the streaming buffer of p.d.messages; give a snapshot of it"
	for format, text := range map[string]string{"text": want, "markdown": want, "json": `"why_not": "rows wait in the streaming buffer of p.d.messages"`} {
		var b strings.Builder
		if err := r.Write(&b, format); err != nil || !strings.Contains(b.String(), text) || strings.Contains(b.String(), "warning: source segments") {
			t.Errorf("%s: %v\n%s", format, err, b.String())
		}
	}
	altered := SourceTable{Table: bq.Table{Name: "made"}, Base: &Base{Table: bq.Table{Name: "messages"}}, WhyNot: "rows wait"}
	r.Sources.Tables["messages"] = altered
	if said := r.unnamed(); len(said) != 1 {
		t.Errorf("of a view over it: %v", said)
	}
	r.Plan.MaterialiseMutations = true
	if said := r.unnamed(); len(said) != 0 {
		t.Errorf("of a table that was made of it once: %v", said)
	}
}
