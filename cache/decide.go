package cache

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Policy says what may be done with results of earlier runs.
type Policy string

// Use looks for a result and runs when there is none; Refresh runs again and registers the result; Off runs without looking,
// and registers too; Require looks, and fails when there is none.
const (
	Use     Policy = "use"
	Refresh Policy = "refresh"
	Off     Policy = "off"
	Require Policy = "require"
)

// ErrRequired says that the policy is [Require] and there is no result to use.
var ErrRequired = errors.New("not in the run cache")

// Kind of a decision.
type Kind string

// Hit: tables made before may be used. Miss: no run with this key. Stale: a run with this key, but its tables are not what
// they were. Wait: as one of these two, but a run is making the same tables now.
const (
	Hit   Kind = "HIT"
	Miss  Kind = "MISS"
	Stale Kind = "STALE"
	Wait  Kind = "WAIT"
)

// Decision is the answer of the cache with its reason in words.
type Decision struct {
	Kind   Kind
	Reason string
	// Row is the run to be used; nil unless Kind is Hit.
	Row *Row
}

// String is the decision on one line.
func (d Decision) String() string { return string(d.Kind) + ": " + d.Reason }

// Versions tells a table's present version; [bq.Current] with a client is one. A table that is gone gives [bq.ErrNotFound].
type Versions func(context.Context, bq.Table) (bq.Version, error)

// candidates is how many rows are read to find one that can be used, or the nearest to name.
const candidates = 20

// Decide looks for a run whose tables may stand in for those of the key. Under [Require] an answer other than [Hit] comes
// with [ErrRequired].
func Decide(ctx context.Context, reg Registry, versions Versions, key Key, policy Policy, now time.Time) (Decision, error) {
	switch policy {
	case Off, Refresh:
		return Decision{Kind: Miss, Reason: "not looked up, --cache=" + string(policy)}, nil
	case Use, Require:
	default:
		return Decision{}, fmt.Errorf("cache policy %q: want use, refresh, off or require", policy)
	}
	d, err := look(ctx, reg, versions, key, now)
	if err == nil && d.Kind != Hit && policy == Require {
		err = ErrRequired
	}
	return d, err
}

func look(ctx context.Context, reg Registry, versions Versions, key Key, now time.Time) (Decision, error) {
	digest := key.Digest()
	rows, err := reg.Find(ctx, key.Pipeline, digest, now, candidates)
	if err != nil {
		return Decision{}, fmt.Errorf("looking up run %.12s: %w", digest, err)
	}
	var stale string
	for i, row := range rows {
		// The digest is the registry's word, the key the row's own: both must agree, and the rules are asked again, so that a
		// registry that answers too much cannot make a false hit.
		if row.Unreadable != "" || row.CacheKey != digest || row.Key.Digest() != digest || row.Status != Succeeded || !row.ExpiresAt.After(now) {
			continue
		}
		problem, err := changed(ctx, versions, row)
		if err != nil {
			return Decision{}, err
		}
		if problem == "" {
			return Decision{Kind: Hit, Row: &rows[i], Reason: fmt.Sprintf("run %s of %s", row.RunID, row.StartedAt.UTC().Format("2006-01-02 15:04"))}, nil
		}
		if stale == "" {
			stale = fmt.Sprintf("run %s: %s", row.RunID, problem)
		}
	}
	standing, err := reg.Leases(ctx, digest)
	if err != nil {
		return Decision{}, fmt.Errorf("looking up who makes run %.12s: %w", digest, err)
	}
	for _, s := range standing {
		if s.Live {
			return Decision{Kind: Wait, Reason: fmt.Sprintf("run %s (%s) is making the same tables; it was alive until %s at least", s.ID.RunID, s.ID.Run, s.Until.Format("15:04:05 UTC"))}, nil
		}
	}
	if stale != "" {
		return Decision{Kind: Stale, Reason: stale}, nil
	}
	return Decision{Kind: Miss, Reason: nearest(rows, key)}, nil
}

// changed says which table of the row is not what it was; empty when all are.
func changed(ctx context.Context, versions Versions, row Row) (string, error) {
	if len(row.Outputs) == 0 {
		return "it has no output tables", nil
	}
	for _, name := range slices.Sorted(maps.Keys(row.Outputs)) {
		for _, p := range row.Outputs[name].Parts() {
			now, err := versions(ctx, p.Table)
			if errors.Is(err, bq.ErrNotFound) {
				return fmt.Sprintf("table %s is gone", p.Table), nil
			}
			if err != nil {
				return "", err
			}
			if d := p.Version.Difference(now); d != "" {
				return fmt.Sprintf("table %s is not what it was: %s", p.Table, d), nil
			}
		}
	}
	return "", nil
}

// nearest names the run that differs least, and in what.
func nearest(rows []Row, key Key) string {
	var best []string
	var run string
	for _, row := range rows {
		if d := key.Difference(row.Key); len(d) > 0 && (best == nil || len(d) < len(best)) {
			best, run = d, row.RunID
		}
	}
	if best == nil {
		return "no run of this pipeline is registered"
	}
	const few = 3
	more := ""
	if len(best) > few {
		more = fmt.Sprintf(" and %d more", len(best)-few)
		best = best[:few]
	}
	return fmt.Sprintf("nearest is run %s: %s%s", run, strings.Join(best, "; "), more)
}
