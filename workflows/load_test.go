package workflows

import (
	"os"
	"strings"
	"testing"
)

func TestBuiltinDescriptorsAreValid(t *testing.T) {
	for _, name := range Pipelines() {
		d, err := Builtin(name)
		if err != nil {
			t.Errorf("%v", err)
		} else if d.Name != name {
			t.Errorf("%s.yaml names itself %s", name, d.Name)
		}
	}
	if _, err := Builtin("nope"); err == nil || !strings.Contains(err.Error(), "sample-gaps") {
		t.Errorf("an unknown name: %v", err)
	}
	if _, err := Builtin(""); err == nil || !strings.Contains(err.Error(), "give --pipeline, one of") || !strings.Contains(err.Error(), "sample-gaps") {
		t.Errorf("no name: %v", err)
	}
}

func TestSpoiltDescriptorsAreRefused(t *testing.T) {
	text, err := os.ReadFile("pipelines/sample-gaps.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ reason, old, new, want string }{
		{"unknown field", "dates: half-open", "dates: half-open\ncolour: blue", "colour"},
		{"unknown field names its line", "dates: half-open", "dates: half-open\ncolour: blue", "line 9"},
		{"unknown field has the others", "dates: half-open", "dates: half-open\ncolour: blue", "there are name, description, repository,"},
		{"unknown field inside", "    keys: [gap_id, start_timestamp]\n", "    kees: [gap_id]\n", "there are name, keys, view_suffix,"},
		{"list for a text", "dates: half-open", "dates: [half-open]", "want a text, and there is a list"},
		{"text for a list", "    keys: [gap_id, start_timestamp]\n", "    keys: gap_id\n", `want a list, and there is the text "gap_id"`},
		{"text for a map", "defaults:\n", "defaults: none\nx:\n", `want a map of name: value, and there is the text "none"`},
		{"list for a date", "start: 2024-01-02", "start: [2024-01-02]", "want a date, and there is a list"},
		{"list for a choice", "type: float", "type: [float]", "want a text, and there is a list"},
		{"missing key", "    keys: [gap_id, start_timestamp]\n", "", "keys is missing"},
		{"missing outputs", "outputs:", "params2:", "params2"},
		{"date convention", "dates: half-open", "dates: exclusive", "half-open or inclusive"},
		{"misspelt variable", "{{.Start}}", "{{.Strat}}", "Strat"},
		{"unknown source in a template", "{{.Source.messages}}", "{{.Source.positions}}", ".Source.messages"},
		{"unclosed template", "{{.Start}}", "{{.Start", "variables are"},
		{"python without quotes", `python: "3.11"`, "python: 3", "minor version"},
		{"floating beam", "beam: 2.71.0", "beam: \">=2\"", "exact version"},
		{"parameter type", "type: float", "type: double", "string, int, float, bool or list"},
		{"parameter default", `default: "6"`, `default: "six"`, "six"},
		{"time column that does not exist", "time_column: timestamp", "time_column: ts", "not among its columns"},
		{"time column of a type without days", "{name: timestamp, type: TIMESTAMP}", "{name: timestamp, type: STRING}", "want DATE, DATETIME or TIMESTAMP"},
		{"table of a source", "    sample: messages\n", "    table: ais.messages\n", "not of the form project.dataset.table"},
		{"mutation of an unknown source", "  source: messages\n  where", "  source: nowhere\n  where", "nowhere"},
		{"name", "name: sample-gaps", "name: Sample Gaps", "slug"},
		{"bad default mode", "modes: [bf, bfd, bftruncate]", "modes: [bf, all]", `unknown mode "all"`},
		{"bad default date", "start: 2024-01-02", "start: tomorrow", `"tomorrow" is not a date`},
		{"two documents", "dates: half-open", "dates: half-open\n---\n", "second document"},
	} {
		spoilt := strings.Replace(string(text), c.old, c.new, 1)
		if spoilt == string(text) {
			t.Fatalf("%s: %q is not in the sample", c.reason, c.old)
		}
		_, err := ParseDescriptor("mine.yaml", []byte(spoilt))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "mine.yaml") {
			t.Errorf("%s: error is %v, want it to say %q", c.reason, err, c.want)
		}
	}
	if _, err := ParseDescriptor("e.yaml", nil); err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("an empty file: %v", err)
	}
}

func FuzzParseDescriptor(f *testing.F) {
	text, err := os.ReadFile("pipelines/sample-gaps.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("name: {{")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDescriptor("f.yaml", []byte(text))
		if err != nil {
			return
		}
		a := arguments()
		if r, err := a.Check(d); err == nil { // what is accepted can be planned
			ModeEquivalence(r.At("c"), "r")
		}
	})
}
