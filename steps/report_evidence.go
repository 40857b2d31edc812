package steps

import (
	"fmt"
	"strings"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// lacking says of each source which of the situations that the descriptor names are too rare in it.
func (s *Sources) lacking(plan *workflows.Plan) (all []string) {
	if s == nil {
		return nil
	}
	for _, declared := range plan.Descriptor.Sources {
		state := s.Tables[declared.Name]
		for _, situation := range state.Situations {
			if text := situation.lacking(); text != "" {
				all = append(all, fmt.Sprintf("source %s (%s) in %s: %s", declared.Name, state.Table, plan.Range, text))
			}
		}
	}
	return all
}

// evidence says of each pair how far it could have failed, and what the sources lack.
func (r *Report) evidence() (lines []string) {
	for _, s := range r.Plan.Of(workflows.CompareStep) {
		v := r.Verdicts[s.ID]
		if v == nil || v.Evidence == nil || s.Compare.Noise {
			continue
		}
		lines = append(lines, "evidence  "+pairName(s)+": "+v.Evidence.String())
		if len(v.Evidence.Lacking) > 0 {
			lines = append(lines, "warning: too little evidence: "+strings.Join(v.Evidence.Lacking, "; "))
		}
	}
	for _, text := range r.Sources.lacking(r.Plan) {
		lines = append(lines, "warning: too little evidence: "+text)
	}
	return lines
}
