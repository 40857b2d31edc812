package audit

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
)

// WritePage writes the manifest for a person.
func (m *Manifest) WritePage(w io.Writer, now time.Time) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "%s of %s, run %s\n\n", dash(m.Call.Workflow), m.Code.Pipeline, m.Call.RunID)
	line := func(name, format string, args ...any) {
		if text := strings.TrimSpace(fmt.Sprintf(format, args...)); text != "" {
			fmt.Fprintf(t, "%s\t%s\n", name, text)
		}
	}
	line("again with", "%s", m.Call.Command)
	line("experiment", "%s", m.Call.ExperimentID)
	line("called by", "%s", m.Call.ParentRunID)
	line("CI build", "%s", m.Call.BuildID)
	line("dit", "%s", m.Call.DitCommit)
	line("code", "%s", m.Code)
	line("descriptor", "%s", m.Code.Descriptor)
	line("environment", "%s", m.Environment.Digest)
	if n := len(m.Environment.Packages); n > 0 {
		line("", "%d packages; --format=json lists them", n)
	}
	line("worker image", "%s", m.Environment.WorkerImage)
	for _, name := range slices.Sorted(maps.Keys(m.Parameters)) {
		line("parameter", "%s=%s", name, m.Parameters[name])
	}
	for _, name := range slices.Sorted(maps.Keys(m.Sources)) {
		line("source", "%s: %s", name, m.Sources[name])
	}
	for _, r := range m.Runs {
		m.run(t, r, now)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, r := range m.Runs {
		if r.SilentSince != nil {
			fmt.Fprintf(w, "\n%s\n", deadNote(cache.ID{RunID: m.Call.RunID, Run: r.Run}, *r.SilentSince))
		}
	}
	return m.verdicts(w)
}

// run is the part of the page about one run; its indented lines are a table of their own.
func (m *Manifest) run(t *tabwriter.Writer, r Run, now time.Time) {
	status, took := string(r.Status), seconds(cache.Row{StartedAt: r.StartedAt, FinishedAt: deref(r.FinishedAt)}, now)
	if r.SilentSince != nil {
		status += "?"
	}
	if r.ReusedRunID != "" {
		status += " with the tables of run " + r.ReusedRunID
	}
	fmt.Fprintf(t, "\n%s: %s, %s UTC, %.1f s\n", r.Run, status, r.StartedAt.UTC().Format(clock), took)
	line := func(name, format string, args ...any) {
		if text := strings.TrimSpace(fmt.Sprintf(format, args...)); text != "" {
			fmt.Fprintf(t, "  %s\t%s\n", name, text)
		}
	}
	line("failure", "%s", strings.Trim(string(r.Failure)+": "+strings.ReplaceAll(r.Error, "\n", " "), ": "))
	if r.Code != nil {
		line("code", "%s", r.Code)
	}
	line("cache key", "%s", r.CacheKey)
	line("runner", "%s %s %s", r.Runner, r.Region, strings.Join(r.JobIDs, " "))
	for _, p := range r.Phases {
		text := fmt.Sprintf("[%s, %s) %s, %.1f s", p.Start, p.End, p.Status, p.Seconds)
		if p.Mutation != "" {
			text += ", where " + p.Mutation
		}
		if p.ReusedRunID != "" {
			text += ", by run " + p.ReusedRunID
		}
		line("phase", "%s", text)
		for _, j := range p.Jobs {
			text := fmt.Sprintf("%s %s, %.1f s", j.ID, j.State, j.Seconds)
			if j.VCPUSeconds > 0 {
				text += fmt.Sprintf(", %.0f s of vCPU, about %.2f USD by %s", j.VCPUSeconds, j.CostUSD, j.CostBasis)
			}
			line("job", "%s", text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Outputs)) {
		o := r.Outputs[name]
		text := fmt.Sprintf("%s, not sealed", o.Table)
		if v := o.Version.String(); v != "" {
			text = fmt.Sprintf("%s, %s", o.Table, v)
		}
		line("output", "%s: %s", name, text)
		line("fingerprint", "%s", o.Fingerprint)
		if o.View != nil {
			line("view", "%s", o.View.Table)
		}
	}
	for _, s := range r.Scratch {
		line("scratch", "%s", s)
	}
	line("logs", "%s", r.LogLocation)
	if r.BytesBilled > 0 || r.SlotMillis > 0 {
		line("charged", "%d bytes, %d ms of slots", r.BytesBilled, r.SlotMillis)
	}
	line("expires", "%s UTC", r.ExpiresAt.UTC().Format(clock))
}

func deref(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func (m *Manifest) verdicts(w io.Writer) error {
	if len(m.Verdicts) == 0 {
		_, err := fmt.Fprintf(w, "\nNo comparison of this run is registered.\n")
		return err
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "\nCOMPARISON\tVERDICT\tLEFT\tRIGHT\n")
	for _, v := range m.Verdicts {
		verdict := v.Verdict
		if v.Error != "" {
			verdict = "not done"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", v.Step, verdict, dash(v.Left), dash(v.Right))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, v := range m.Verdicts {
		why := []string{v.Error}
		var result compare.Result
		if v.Error == "" && json.Unmarshal(v.Result, &result) == nil {
			why = result.Reasons
		}
		if len(why) > 0 {
			fmt.Fprintf(w, "\n%s: %s\n", v.Step, strings.Join(why, "; "))
		}
	}
	return nil
}
