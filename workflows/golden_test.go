package workflows

import (
	"slices"
	"strings"
	"testing"
)

// asked is a question about golden tables.
func asked(t *testing.T, modes string) *Request {
	t.Helper()
	a := arguments()
	a.Golden, a.Modes = true, modes
	r, err := a.Check(sample(t))
	if err != nil {
		t.Fatal(err)
	}
	return r.At(commit)
}

func TestGoldenPlans(t *testing.T) {
	record, err := GoldenRecord(asked(t, ""), "dit:samples/gaps")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "golden-record.txt", record.String()+record.Command+"\n")
	check := GoldenCheck(asked(t, "bf,bfd"), "dit:samples/gaps")
	golden(t, "golden-check.txt", check.String()+check.Command+"\n")
	for _, p := range []*Plan{record, check} {
		seen := map[string]bool{}
		for _, s := range p.Steps {
			for _, n := range s.Needs {
				if !seen[n] {
					t.Errorf("%s: %s comes before %s, which it needs", p.Workflow, s.ID, n)
				}
			}
			seen[s.ID] = true
		}
	}
}

// A recording has an id of its own, whoever records the same.
func TestGoldenID(t *testing.T) {
	ids := func(change func(*Request)) (all []string) {
		r := asked(t, "bf,bfd")
		change(r)
		p, err := GoldenRecord(r, "dit:samples/gaps")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range p.Of(KeepStep) {
			all = append(all, s.Golden.ID)
		}
		return all
	}
	same, again, other := ids(func(*Request) {}), ids(func(*Request) {}), ids(func(r *Request) { r.RunID = "ffffffffffff" })
	if len(same) != 2 || same[0] == same[1] || !slices.Equal(same, again) || slices.Contains(other, same[0]) || len(same[0]) != 12 {
		t.Errorf("%q, %q, %q", same, again, other)
	}
}

func TestNoGoldenOfFiles(t *testing.T) {
	r := asked(t, "")
	r.Bindings[0].Commit = "files:" + strings.Repeat("ab", 32)
	if _, err := GoldenRecord(r, "directory"); err == nil || !strings.Contains(err.Error(), "is no commit") {
		t.Error(err)
	}
	p := GoldenCheck(r, "directory")
	if p.Step("golden-bf") == nil { // files can be held against what was recorded
		t.Error(p)
	}
	// The line that records what is lacking is one that golden record takes.
	if line := p.RecordCommand("main"); !strings.Contains(line, "golden record --pipeline=sample-gaps --ref=main --repo=DIRECTORY --runner=") {
		t.Error(line)
	}
}

// A snapshot's commit is a reference of its own, as long as somebody brings it to where others can get it: that is said.
func TestGoldenOfASnapshot(t *testing.T) {
	r := asked(t, "")
	r.Bindings[0].Parent = strings.Repeat("ab", 20)
	p, err := GoldenRecord(r, "directory")
	if err != nil || len(p.Warnings) != 1 || !strings.Contains(p.Warnings[0], "snapshot --push") {
		t.Errorf("%v, %v", p, err)
	}
}
