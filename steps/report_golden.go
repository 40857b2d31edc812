package steps

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// kept says how many modes were to be recorded as golden, and how many were.
func (r *Report) kept() (keeps, kept int) {
	for _, s := range r.Plan.Of(workflows.KeepStep) {
		if keeps++; r.Goldens[s.ID] != nil {
			kept++
		}
	}
	return keeps, kept
}

// goldens says which golden recordings were made or compared with.
func (r *Report) goldens(w io.Writer) {
	if len(r.Goldens) == 0 {
		return
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "GOLDEN\tMODE\tREF\tCOMMIT\tRUN ID\tRECORDED")
	for _, s := range r.Plan.Steps {
		if g := r.Goldens[s.ID]; g != nil {
			fmt.Fprintf(t, "%s\t%s\t%s\t%.10s\t%s\t%s\n", g.ID, g.Mode, g.Ref, g.Commit, g.RunID, g.RecordedAt.Format("2006-01-02 15:04"))
		}
	}
	t.Flush()
}
