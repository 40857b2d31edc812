package workflows

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Golden is the content of a step about golden tables: those that a keep step records, or those that a golden step finds.
type Golden struct {
	// Mode is the mode whose tables they are, Run the step that makes the tables of that mode in this plan.
	Mode string `json:"mode"`
	Run  string `json:"run"`
	// ID is that of the recording that a keep step makes; empty for a golden step.
	ID string `json:"id,omitempty"`
}

// The workflows about golden tables.
const (
	goldenRecord = "golden-record"
	goldenCheck  = "golden-check"
)

// goldenSide is the name of the golden tables in comparisons, where another side has that of a version.
const goldenSide = "golden"

// GoldenRecord plans to keep what the version makes in each selected mode as the reference of its question. The error is about the
// arguments: code that nobody can get again is no reference.
func GoldenRecord(r *Request, repository string) (*Plan, error) {
	version := r.Bindings[0]
	if !IsCommit(version.Commit) {
		return nil, fmt.Errorf("%s is no commit, and what it makes is no reference: nobody could get its code again; commit it, or give a snapshot of it", version.Said())
	}
	b := r.newPlan(goldenRecord, repository)
	b.withModes(r.modes, r.Pipeline.Mutation)
	b.runs(version, r.modes)
	if version.Parent != "" {
		b.Warnings = append(b.Warnings, fmt.Sprintf("the reference is of uncommitted code, which nobody else has; dagger call snapshot --push brings %.12s to the remote", version.Commit))
	}
	for _, m := range b.Modes {
		run := b.ends[side{mode: m}]
		b.Steps = append(b.Steps, Step{ID: "keep-" + m, Kind: KeepStep, Needs: []string{run, sourceID}, Key: Digest([]any{"keep", b.Step(run).Key, r.RunID}),
			Golden: &Golden{Mode: m, Run: run, ID: Digest([]string{"golden", r.RunID, m})[:12]}})
	}
	return b.done(), nil
}

// GoldenCheck plans the question "does this version still make the golden tables?": each selected mode is run, and compared with what
// was recorded for the same parameters, days and contents of the sources. Recordings are looked for before anything is run.
func GoldenCheck(r *Request, repository string) *Plan {
	b := r.newPlan(goldenCheck, repository)
	b.withModes(r.modes, r.Pipeline.Mutation)
	b.runs(r.Bindings[0], r.modes)
	var found []Step
	for _, m := range b.Modes {
		run := b.Step(b.ends[side{mode: m}])
		id := goldenSide + "-" + m
		found = append(found, Step{ID: id, Kind: GoldenStep, Needs: []string{sourceID}, Golden: &Golden{Mode: m, Run: run.ID},
			Key: Digest([]any{"golden", r.Params, r.readKey(), b.TailMutation, run.Run.History})})
		b.ends[side{goldenSide, m}] = id
	}
	for i, s := range b.Steps {
		if s.Kind == RunStep {
			for _, g := range found {
				b.Steps[i].Needs = append(b.Steps[i].Needs, g.ID)
			}
		}
	}
	source := slices.IndexFunc(b.Steps, func(s Step) bool { return s.ID == sourceID })
	b.Steps = slices.Insert(b.Steps, source+1, found...)
	for _, o := range r.Pipeline.Outputs {
		for _, m := range b.Modes {
			b.compare(Compare{Output: o.Name}, side{goldenSide, m}, side{mode: m})
		}
	}
	return b.done()
}

// called is how the workflow is called in Dagger.
func called(workflow string) []string {
	switch workflow {
	case goldenRecord:
		return []string{"golden", "record"}
	case goldenCheck:
		return []string{"golden", "check"}
	}
	return []string{workflow}
}

// RecordCommand is the line that records what a check looks for, with that ref.
func (p *Plan) RecordCommand(ref string) string {
	line := strings.Replace(p.Command, " golden check ", " golden record ", 1)
	for _, only := range []string{" --require-evidence=true", " --without-snapshot --cache=off"} { // which record does not take
		line = strings.Replace(line, only, "", 1)
	}
	return refFlag.ReplaceAllLiteralString(line, " --ref="+ref)
}

var refFlag = regexp.MustCompile(` --ref=\S+`)
