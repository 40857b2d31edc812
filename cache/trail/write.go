package trail

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// ExitCode is that of dit: 1 when anything is unexplained.
func (r *Report) ExitCode() int {
	if r.Unexplained > 0 {
		return 1
	}
	return 0
}

// WriteJSON writes the report with its exit code.
func (r *Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		*Report
		ExitCode int `json:"exit_code"`
	}{r, r.ExitCode()})
}

// WriteText writes the report for people, a line a table.
func (r *Report) WriteText(w io.Writer) error {
	if len(r.Tables) == 0 {
		_, err := fmt.Fprintf(w, "%s is empty: there is no table to prove\n", r.Dataset)
		return err
	}
	fmt.Fprintf(w, "%s: %d tables, %d proven, %d being made, %d unexplained", r.Dataset, len(r.Tables), r.Proven, r.Making, r.Unexplained)
	if r.Pinned > 0 {
		fmt.Fprintf(w, ", %d pinned sources", r.Pinned)
	}
	fmt.Fprint(w, "\n\n")
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "TABLE\tKIND\tSTATE\tRUN\tCOMMIT\tREPOSITORY\tREASON")
	var commands []string
	for _, f := range r.Tables {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.Table.Name, f.Kind, f.State, f.RunID, workflows.Short(f.Commit), f.Repository, oneLine(f.Reason))
		if line := f.RunID + "  " + oneLine(f.Command); f.Command != "" && !slices.Contains(commands, line) {
			commands = append(commands, line)
		}
	}
	if err := t.Flush(); err != nil || len(commands) == 0 {
		return err
	}
	_, err := fmt.Fprintf(w, "\nRUN           COMMAND\n%s\n", strings.Join(commands, "\n"))
	return err
}

// oneLine is a text without line breaks.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
