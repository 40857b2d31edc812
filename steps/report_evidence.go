package steps

import (
	"fmt"
	"io"
	"strings"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// evidence says of each pair how far it could have failed.
func (r *Report) evidence(w io.Writer) {
	blank := "\n"
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
