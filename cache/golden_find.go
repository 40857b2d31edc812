package cache

import (
	"context"
	"fmt"
	"strings"
)

// UnrecordedError says that a question has no active recording.
type UnrecordedError struct {
	Question Question
	// Nearest is the active recording of the pipeline that differs least, and Differs in what; nil when there is none.
	Nearest *Golden
	Differs []string
}

func (e *UnrecordedError) Error() string {
	text := fmt.Sprintf("no golden tables of %s were recorded for this question (%.12s): ", e.Question.Pipeline, e.Question.Digest())
	if e.Nearest == nil {
		return text + "there are none of this pipeline"
	}
	text += fmt.Sprintf("nearest is %s (%s of %s, %s): %s", e.Nearest.ID, e.Nearest.Mode, e.Nearest.Ref, e.Nearest.RecordedAt.Format("2006-01-02 15:04"), strings.Join(e.Differs, "; "))
	for _, d := range e.Differs {
		if strings.HasPrefix(d, "source ") {
			return text + ". A source that is written to is another source; one that is pinned (--pin-source-at) stays what it is"
		}
	}
	return text
}

// Reference finds the active recording of the question. It is an [*UnrecordedError] when there is none, and an error that names
// what to retire when the registry has more than one or cannot be read: then nothing can be said to be the reference.
func Reference(ctx context.Context, reg Goldens, q Question) (Golden, error) {
	digest := q.Digest()
	all, err := reg.Goldens(ctx, GoldenFilter{Pipeline: q.Pipeline, Status: GoldenActive})
	if err != nil {
		return Golden{}, err
	}
	var found []Golden
	missing := &UnrecordedError{Question: q}
	for _, g := range all {
		switch differs := q.Difference(g.Question); {
		case g.Unreadable != "" && g.Key == digest:
			return g, fmt.Errorf("the golden recording %s cannot be read (%s): retire it and record again", g.ID, g.Unreadable)
		case g.Unreadable != "":
		case g.Key == digest && len(differs) == 0: // the registry's word and the recording's own must agree
			found = append(found, g)
		case len(differs) > 0 && (missing.Nearest == nil || len(differs) < len(missing.Differs)):
			missing.Nearest, missing.Differs = &g, differs
		}
	}
	if len(found) == 0 {
		return Golden{}, missing
	}
	if len(found) > 1 {
		return Golden{}, fmt.Errorf("the golden recordings %s and %s are both active for one question: retire one of them", found[0].ID, found[1].ID)
	}
	return found[0], nil
}

// Changed says which golden table is not what was recorded, or is gone; empty when all are as they were.
func (g Golden) Changed(ctx context.Context, versions Versions) (string, error) {
	return changed(ctx, versions, Row{Outputs: g.Outputs})
}
