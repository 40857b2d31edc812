package audit

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Entry is one run in a list.
type Entry struct {
	StartedAt    time.Time  `json:"started_at"`
	FinishedAt   *time.Time `json:"finished_at,omitempty"`
	RunID        string     `json:"run_id"`
	Run          string     `json:"run"`
	Workflow     string     `json:"workflow"`
	Pipeline     string     `json:"pipeline"`
	Commit       string     `json:"commit"`
	ExperimentID string     `json:"experiment_id"`
	// Status is running, succeeded, failed or cancelled.
	Status cache.Status `json:"status"`
	// SilentSince is when the lease of a running run ran out: its process has most likely died.
	SilentSince *time.Time `json:"silent_since,omitempty"`
	// Seconds from its start to its end, or to now.
	Seconds     float64           `json:"seconds"`
	ReusedRunID string            `json:"reused_run_id,omitempty"`
	Failure     cache.FailureKind `json:"failure,omitempty"`
	Error       string            `json:"error,omitempty"`
}

// List returns the runs that the filter chooses, the youngest first.
func List(ctx context.Context, reg cache.Registry, filter cache.Filter, now time.Time) ([]Entry, error) {
	rows, err := reg.List(ctx, filter)
	if err != nil {
		return nil, err
	}
	dead, err := silent(ctx, reg, rows)
	if err != nil {
		return nil, err
	}
	list := []Entry{}
	for _, r := range rows {
		e := Entry{StartedAt: r.StartedAt, FinishedAt: when(r.FinishedAt), RunID: r.RunID, Run: r.Run, Workflow: r.Workflow, Pipeline: r.Key.Pipeline, Commit: r.Key.Commit,
			ExperimentID: r.ExperimentID, Status: r.Status, Seconds: seconds(r, now), ReusedRunID: r.ReusedRunID, Failure: r.Failure, Error: r.Error}
		if since, ok := dead[r.ID]; ok {
			e.SilentSince = &since
		}
		list = append(list, e)
	}
	return list, nil
}

// when is nil for a time that has not come.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

const clock = "2006-01-02 15:04:05"

// WriteList writes a list for a person; limit is the one it was asked for with.
func WriteList(w io.Writer, list []Entry, limit int) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "STARTED (UTC)\tRUN ID\tRUN\tPIPELINE\tCOMMIT\tEXPERIMENT\tSTATUS\tTIME\tFROM\tERROR")
	var notes []string
	for _, e := range list {
		status := string(e.Status)
		if e.SilentSince != nil {
			status += "?"
			notes = append(notes, deadNote(cache.ID{RunID: e.RunID, Run: e.Run}, *e.SilentSince))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.1f s\t%s\t%s\n", e.StartedAt.UTC().Format(clock), e.RunID, e.Run, e.Pipeline, workflows.Short(e.Commit),
			e.ExperimentID, status, e.Seconds, dash(e.ReusedRunID), dash(brief(e.Error)))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintf(w, "\n%s\n", note)
	}
	if len(list) == limit {
		fmt.Fprintf(w, "\nThese are the youngest %d; more with --limit.\n", limit)
	}
	return nil
}

// deadNote says what to do about a run whose process has most likely died.
func deadNote(id cache.ID, since time.Time) string {
	return fmt.Sprintf("%s (%s) is said to be running, but has been silent since its lease ran out at %s UTC.\nRepeat the call, and it takes over; or cancel the run.",
		id.RunID, id.Run, since.UTC().Format(clock))
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// brief is the beginning of an error, on one line.
func brief(text string) string {
	const longest = 60
	text = strings.Join(strings.Fields(text), " ")
	if letters := []rune(text); len(letters) > longest {
		return string(letters[:longest]) + "…"
	}
	return text
}
