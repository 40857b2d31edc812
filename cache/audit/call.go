package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
)

// ErrUnknown says that the registry has nothing of a call.
var ErrUnknown = errors.New("the registry has no such run")

// Call is all that the registry has of one call.
type Call struct {
	RunID string
	// Rows are its runs in the order in which they started.
	Rows     []cache.Row
	Verdicts []cache.Verdict
	// Silent are the runs that are said to be running though their lease ran out, with the time it did.
	Silent map[cache.ID]time.Time
}

// Load reads what the registry has of a call, however old it is. The error is [ErrUnknown] when that is nothing.
func Load(ctx context.Context, reg cache.Registry, runID string) (*Call, error) {
	c := &Call{RunID: runID}
	var err error
	if c.Rows, err = reg.List(ctx, cache.Filter{RunID: runID, Since: time.Unix(0, 0)}); err != nil {
		return nil, err
	}
	verdicts, err := reg.Verdicts(ctx, runID)
	if err != nil {
		return nil, err
	}
	c.Verdicts = latest(verdicts)
	if len(c.Rows) == 0 && len(c.Verdicts) == 0 {
		return nil, fmt.Errorf("run %s: %w", runID, ErrUnknown)
	}
	slices.SortFunc(c.Rows, func(a, b cache.Row) int {
		return cmp.Or(a.StartedAt.Compare(b.StartedAt), strings.Compare(a.Run, b.Run))
	})
	c.Silent, err = silent(ctx, reg, c.Rows)
	return c, err
}

// latest keeps the last verdict of each comparison, in their order: a report that was drawn twice registered all of them twice.
func latest(verdicts []cache.Verdict) (kept []cache.Verdict) {
	for _, v := range verdicts {
		i := slices.IndexFunc(kept, func(k cache.Verdict) bool { return k.Step == v.Step })
		switch {
		case i < 0:
			kept = append(kept, v)
		case v.JudgedAt.After(kept[i].JudgedAt):
			kept[i] = v
		}
	}
	return kept
}

// silent finds the running rows whose lease ran out. Leases are read after the rows: a row that ended between has none left, and
// is not taken for a dead one.
func silent(ctx context.Context, reg cache.Registry, rows []cache.Row) (map[cache.ID]time.Time, error) {
	running := func(r cache.Row) bool { return r.Status == cache.Running }
	if !slices.ContainsFunc(rows, running) {
		return nil, nil
	}
	leases, err := reg.Leases(ctx, "")
	if err != nil {
		return nil, err
	}
	since := map[cache.ID]time.Time{}
	for _, l := range leases {
		if !l.Live && slices.ContainsFunc(rows, func(r cache.Row) bool { return running(r) && r.ID == l.ID }) {
			since[l.ID] = l.Until
		}
	}
	return since, nil
}

// seconds is how long a run took, or has taken until now.
func seconds(r cache.Row, now time.Time) float64 {
	end := r.FinishedAt
	if end.IsZero() {
		end = now
	}
	return max(0, end.Sub(r.StartedAt).Round(time.Millisecond).Seconds())
}
