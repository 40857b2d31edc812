package steps

import (
	"slices"

	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Standing is what a pair counts as in the question, which is more than its verdict: a difference may be what was to be found, noise, or what was
// expected, and equality may prove nothing.
type Standing string

// Equal, AsExpected and Noisy pass. Differing does where differences are findings. Incomparable and Unproven (the evidence that was required is
// lacking) never do; Undone is a comparison that broke, Awaited one of a run that was left running.
const (
	Equal        Standing = "equal"
	AsExpected   Standing = "expected"
	Noisy        Standing = "noise"
	Differing    Standing = "different"
	Incomparable Standing = "not comparable"
	Unproven     Standing = "unproven"
	Undone       Standing = "not done"
	Awaited      Standing = "awaited"
)

// standing is that of one pair.
func (r *Report) standing(s workflows.Step, v *Verdict) Standing {
	switch {
	case v.Result == nil:
		return Undone
	case r.detached(s):
		return Awaited
	case v.Result.Verdict == compare.Different && !s.Compare.Noise && !v.Result.OnlyNoise():
		return Differing
	case v.Result.Verdict != compare.Different && !v.Result.Verdict.Equal():
		return Incomparable
	case r.Plan.RequireEvidence && !s.Compare.Noise && (v.Evidence == nil || len(v.Evidence.Lacking) > 0):
		return Unproven
	case v.Result.Verdict == compare.Different:
		return Noisy
	case v.Result.Expected != nil:
		return AsExpected
	}
	return Equal
}

// detached tells of a pair one of whose runs was left running.
func (r *Report) detached(s workflows.Step) bool {
	return slices.ContainsFunc(s.Needs, func(run string) bool { return r.Outcomes[run] != nil && r.Outcomes[run].Status == Detached })
}

// word is the verdict of a pair for a person.
func (r *Report) word(s workflows.Step, v *Verdict) string {
	verdict := v.Result.Verdict
	switch standing := r.standing(s, v); standing {
	case AsExpected:
		verdict = compare.Different // to the comparison it is within what is allowed
		fallthrough
	case Noisy, Unproven:
		return string(verdict) + " (" + string(standing) + ")"
	}
	return string(verdict)
}
