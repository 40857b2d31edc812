package steps

import (
	"context"
	"errors"
	"fmt"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

// Retired is what was done to retire a recording.
type Retired struct {
	cache.Golden
	// Was is its status before.
	Was cache.GoldenStatus `json:"was"`
	// Dropped are the tables that are gone now.
	Dropped []bq.Table `json:"dropped"`
	// Problem is what could not be done; empty when all is.
	Problem string `json:"problem,omitempty"`
}

// Retire ends golden recordings: that of the id, or all of the pipeline. Each is marked first, so that it answers nothing more, and then
// its tables are dropped. It may be called again, and then does what was not done. One that ended before is asked for its tables all the
// same, so what is left of any recording goes.
//
// An error that wraps [ErrArgument] says that there is no such recording; another is of those that could not be retired, which
// are in the result.
func Retire(ctx context.Context, client *bigquery.Client, reg cache.Goldens, id, pipeline string) ([]Retired, error) {
	what := "golden recording " + id
	if id == "" {
		what = "golden recordings of " + pipeline
	}
	all, err := reg.Goldens(ctx, cache.GoldenFilter{ID: id, Pipeline: pipeline})
	if err != nil {
		return nil, fmt.Errorf("retire %s: %w", what, err)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: retire %s: the registry has none; golden list --all shows what there is", ErrArgument, what)
	}
	var done []Retired
	failed := 0
	for _, g := range all {
		if id == "" && !g.DroppedAt.IsZero() {
			continue
		}
		r := Retired{Was: g.Status}
		g, err := retire(ctx, reg, g)
		if err == nil {
			r.Dropped, err = dropGolden(ctx, client, reg, g)
		}
		if r.Golden = g; err != nil {
			r.Problem, failed = err.Error(), failed+1
		}
		done = append(done, r)
	}
	if failed > 0 {
		return done, fmt.Errorf("retire %s: not all could be done; retire again for the rest: %s", what, firstProblem(done))
	}
	return done, nil
}

func firstProblem(all []Retired) string {
	for _, r := range all {
		if r.Problem != "" {
			return r.Problem
		}
	}
	return ""
}

// retire marks a recording that has not ended. Another may change it meanwhile: a status never comes back, so this ends.
func retire(ctx context.Context, reg cache.Goldens, g cache.Golden) (cache.Golden, error) {
	for g.Status == cache.GoldenActive || g.Status == cache.GoldenRecording {
		ok, err := reg.Retire(ctx, g.ID, g.Status)
		if err != nil {
			return g, err
		}
		if ok {
			g.Status = cache.GoldenRetired
			break
		}
		now, err := reg.Goldens(ctx, cache.GoldenFilter{ID: g.ID})
		if err != nil || len(now) == 0 {
			return g, errors.Join(err, fmt.Errorf("golden recording %s is not to be found any more", g.ID))
		}
		g = now[0]
	}
	return g, nil
}

// dropGolden drops the tables of a recording that has ended, and notes that they are gone.
func dropGolden(ctx context.Context, client *bigquery.Client, reg cache.Goldens, g cache.Golden) (dropped []bq.Table, err error) {
	for _, t := range g.Tables() {
		if !g.Owns(t) {
			err = errors.Join(err, fmt.Errorf("table %s has not a name that golden recording %s gives: drop it by hand, if nobody needs it", t, g.ID))
			continue
		}
		switch problem := bq.Classify(t.Of(client).Delete(ctx)); {
		case problem == nil:
			dropped = append(dropped, t)
		case !errors.Is(problem, bq.ErrNotFound):
			err = errors.Join(err, fmt.Errorf("drop golden table %s: %w", t, problem))
		}
	}
	if err == nil {
		err = reg.Dropped(ctx, g.ID)
	}
	return dropped, err
}
