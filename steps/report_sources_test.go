package steps

import (
	"encoding/xml"
	"errors"
	"io"
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
	for format, text := range map[string]string{"text": want, "markdown": want, "junit": want, "json": `"why_not": "rows wait in the streaming buffer of p.d.messages"`} {
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

// The same is said of a mutated source when its predicate may keep other rows for each run, whether its source can be named or not.
func TestReportSaysThatTheMutatedSourceCannotBeNamed(t *testing.T) {
	for where, text := range map[string]string{
		"ssvid NOT IN (SELECT ssvid FROM d.bad)": "its predicate reads other tables",
		"timestamp < CURRENT_TIMESTAMP()":        `its predicate has "CURRENT_TIMESTAMP"`,
		"MOD(FARM_FINGERPRINT(ssvid), 10) > 0":   "",
	} {
		r := finished(t, "")
		r.Sources = &Sources{Tables: map[string]SourceTable{"messages": {Identity: "p.d.messages, etag x"}},
			Mutated: &MutatedSource{Source: "messages", View: bq.Table{Project: "p", Dataset: "d", Name: "m"}, Where: where, WhyNot: unnamedRows(where)}}
		r.Conclude()
		warning := "warning: the mutated source p.d.m may have had other rows for each run, so what differs, or does not, may come from it: " + text
		for _, format := range []string{"text", "markdown", "junit"} {
			var b strings.Builder
			if err := r.Write(&b, format); err != nil || strings.Contains(b.String(), warning) != (text != "") {
				t.Errorf("%s of %s: %v\n%s", format, where, err, b.String())
			}
		}
		if len(r.unnamed()) > 0 != (text != "") {
			t.Errorf("%s: %v", where, r.unnamed())
		}
	}
}

// What a source lacks weakens all that was found, so it stands where the evidence does; also when nothing was compared.
func TestReportSaysWhatSourcesLack(t *testing.T) {
	for _, modes := range []string{"bf,bfd", "bf"} {
		r := finished(t, modes)
		r.Sources = &Sources{Tables: map[string]SourceTable{"messages": {Table: bq.Table{Project: "p", Dataset: "d", Name: "m"}, RowsInRange: 9,
			Situations: []SituationRows{{Name: "silent -- vessels", Want: 3, Left: 2}, {Name: "enough", Want: 1, Left: 1}}}}}
		r.Conclude()
		const want = "too little evidence: source messages (p.d.m) in [2024-01-02, 2024-01-09): silent -- vessels: 2 rows, want 3"
		for format, text := range map[string]string{"text": "\nwarning: " + want + "\n\n", "markdown": "\nwarning: " + want + "\n\n", "junit": "\nwarning: " + want + "\n"} {
			var b strings.Builder
			if err := r.Write(&b, format); err != nil || strings.Count(b.String(), text) != 1 || strings.Contains(b.String(), "enough") {
				t.Errorf("%s of %s: %v\n%s", format, modes, err, b.String())
			}
			if format == "junit" {
				d, err := xml.NewDecoder(strings.NewReader(b.String())), error(nil)
				for err == nil {
					_, err = d.Token()
				}
				if !errors.Is(err, io.EOF) {
					t.Errorf("%v:\n%s", err, b.String())
				}
			}
		}
	}
}

// Without --require-evidence that is a warning; with it nothing is run on such a source.
func TestSourcesThatLackEvidence(t *testing.T) {
	r := finished(t, "")
	s := &Sources{Tables: map[string]SourceTable{"messages": {Situations: []SituationRows{{Name: "silent vessels", Want: 1}}}}}
	var said strings.Builder
	if err := s.situated(r.Plan, &said); err != nil || !strings.Contains(said.String(), "silent vessels: 0 rows, want 1") {
		t.Errorf("%v, said %q", err, said.String())
	}
	r.Plan.RequireEvidence = true
	if err := s.situated(r.Plan, io.Discard); !errors.Is(err, ErrBadSource) || !strings.Contains(err.Error(), "source messages") || !strings.Contains(err.Error(), "silent vessels: 0 rows, want 1") {
		t.Errorf("refused: %v", err)
	}
}
