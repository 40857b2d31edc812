package steps

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// evidence says what the sources were made into, and of each pair how far it could have failed.
func (r *Report) evidence(w io.Writer) {
	blank := "\n"
	for _, text := range r.sources() {
		fmt.Fprintf(w, "%ssource    %s\n", blank, text)
		blank = ""
	}
	for _, s := range r.Plan.Of(workflows.CompareStep) {
		v := r.Verdicts[s.ID]
		if v == nil || v.Evidence == nil || s.Compare.Noise {
			continue
		}
		fmt.Fprint(w, blank)
		blank = ""
		fmt.Fprintf(w, "evidence  %s\n", pairName(s)+": "+v.Evidence.String())
		if len(v.Evidence.Lacking) > 0 {
			fmt.Fprintf(w, "warning: too little evidence: %s\n", strings.Join(v.Evidence.Lacking, "; "))
		}
	}
}

// sources says of those that were pinned or changed what was read instead.
func (r *Report) sources() (all []string) {
	if r.Sources == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(r.Sources.Tables)) {
		s := r.Sources.Tables[name]
		if s.Pin != nil {
			all = append(all, fmt.Sprintf("%s: %s as it was at %s", name, s.Pin.Base, s.Pin.At.UTC().Format(time.RFC3339Nano)))
		}
		for _, m := range s.Mutations {
			all = append(all, fmt.Sprintf("%s: %s: of %d rows %d went and %d came, %d now", name, m.Text, m.RowsBefore, m.Removed, m.Added, m.RowsAfter))
		}
	}
	return all
}
