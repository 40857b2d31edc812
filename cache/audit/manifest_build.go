package audit

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/GlobalFishingWatch/dit/cache"
)

// Manifest puts what is known of the call into one document.
func (c *Call) Manifest() *Manifest {
	m := &Manifest{ManifestVersion: ManifestVersion, Call: CallInfo{RunID: c.RunID}, Runs: []Run{}, Verdicts: []Verdict{}}
	for i, r := range c.Rows {
		code, environment := codeOf(r), environmentOf(r)
		if i == 0 {
			m.Call = CallInfo{r.RunID, r.Workflow, r.ExperimentID, r.ParentRunID, r.BuildID, r.DitCommit, r.Command}
			m.Code, m.Environment, m.Parameters, m.Sources = code, environment, r.Key.Params, r.Key.Sources
		}
		run := runOf(r)
		if since, ok := c.Silent[r.ID]; ok {
			run.SilentSince = &since
		}
		if code != m.Code {
			run.Code = &code
		}
		if environment.Digest != m.Environment.Digest || environment.WorkerImage != m.Environment.WorkerImage {
			run.Environment = &environment
		}
		if !maps.Equal(r.Key.Params, m.Parameters) {
			run.Parameters = r.Key.Params
		}
		if !maps.Equal(r.Key.Sources, m.Sources) {
			run.Sources = r.Key.Sources
		}
		m.Runs = append(m.Runs, run)
	}
	for i, v := range c.Verdicts {
		if i == 0 && len(c.Rows) == 0 { // a call whose runs left no row
			m.Call.Workflow, m.Call.ExperimentID, m.Code = v.Workflow, v.ExperimentID, Code{Pipeline: v.Pipeline, Commit: v.Commit}
		}
		m.Verdicts = append(m.Verdicts, Verdict{v.Step, v.Left, v.Right, v.LeftRunID, v.RightRunID, v.Verdict, v.Error, raw(v.ResultJSON), v.JudgedAt})
	}
	return m
}

func runOf(r cache.Row) Run {
	return Run{Run: r.Run, Status: r.Status, Failure: r.Failure, Error: r.Error, CacheKey: r.CacheKey, ReusedRunID: r.ReusedRunID, Runner: r.Key.Runner,
		Region: r.Region, JobIDs: r.JobIDs, History: r.Key.Phases, Phases: r.Phases, Outputs: r.Outputs, Scratch: r.Scratch, LogLocation: r.LogLocation,
		BytesBilled: r.BytesBilled, SlotMillis: r.SlotMillis, StartedAt: r.StartedAt, FinishedAt: when(r.FinishedAt), ExpiresAt: r.ExpiresAt}
}

func codeOf(r cache.Row) Code {
	return Code{r.Key.Pipeline, r.Key.Repository, r.Key.Commit, r.Key.Descriptor, r.Unreviewed, r.CommitParent}
}

func environmentOf(r cache.Row) Environment {
	e := Environment{Digest: r.Key.Environment, WorkerImage: r.Key.WorkerImage}
	for line := range strings.Lines(r.Packages) {
		if line = strings.TrimSpace(line); line != "" {
			e.Packages = append(e.Packages, line)
		}
	}
	return e
}

// raw is a result as it was registered; a text that is no JSON becomes a JSON text, so that it can be seen.
func raw(text string) json.RawMessage {
	if text == "" || json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	quoted, _ := json.Marshal(text) // a string always can
	return quoted
}
