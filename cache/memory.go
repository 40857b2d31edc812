package cache

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Memory is a registry that lives as long as the process. The zero value is ready to use, by many goroutines at once.
type Memory struct {
	mu       sync.Mutex
	rows     []Row
	leases   map[string]*heldKey
	verdicts []Verdict
	goldens  []Golden
}

// heldKey is what dit_leases says of a cache key.
type heldKey struct {
	Lease
	until time.Time
	ended bool
}

// Prepare implements [Registry].
func (m *Memory) Prepare(context.Context) error { return nil }

// Check implements [Registry].
func (m *Memory) Check(context.Context) error { return nil }

// Insert implements [Registry].
func (m *Memory) Insert(_ context.Context, row Row) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = append(m.rows, row)
	return nil
}

// Claim implements [Registry].
func (m *Memory) Claim(_ context.Context, row Row, lease time.Duration) (Claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if slices.ContainsFunc(m.rows, func(r Row) bool { return r.RunID == row.RunID && r.Status == Cancelled }) {
		return Claim{}, fmt.Errorf("claim run %s (%s): %w", row.RunID, row.Run, ErrCancelled)
	}
	if slices.ContainsFunc(m.rows, func(r Row) bool { return r.ID == row.ID && r.CacheKey != row.CacheKey }) {
		return Claim{}, fmt.Errorf("claim run %s (%s): %w", row.RunID, row.Run, ErrTaken)
	}
	before := m.leases[row.CacheKey]
	var previous ID
	if before != nil && !before.ended {
		if before.until.After(now) {
			return Claim{Lease: before.Lease, Until: before.until.UTC()}, nil
		}
		previous = before.ID
	}
	if m.leases == nil {
		m.leases = map[string]*heldKey{}
	}
	for i, r := range m.rows {
		if r.CacheKey == row.CacheKey && r.Status == Running {
			m.rows[i].Status, m.rows[i].Failure, m.rows[i].FinishedAt = Failed, Abandoned, now.UTC()
			m.rows[i].Error = "its process stopped without a word, and its lease ran out"
		}
	}
	held := Lease{ID: row.ID, CacheKey: row.CacheKey, Holder: uuid.NewString(), StartedAt: row.StartedAt}
	m.leases[row.CacheKey] = &heldKey{Lease: held, until: now.Add(lease)}
	row.Status, row.FinishedAt = Running, time.Time{}
	m.rows = append(m.rows, row)
	return Claim{Granted: true, Lease: held, Previous: previous}, nil
}

// own is what the registry says of a lease; nil when it was lost.
func (m *Memory) own(held Lease) *heldKey {
	if k := m.leases[held.CacheKey]; k != nil && k.Holder == held.Holder && !k.ended {
		return k
	}
	return nil
}

// Renew implements [Registry].
func (m *Memory) Renew(_ context.Context, held Lease, lease time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.own(held)
	if k == nil {
		return ErrLost
	}
	k.until = time.Now().Add(lease)
	return nil
}

// overwrite replaces what a running row says of itself.
func (m *Memory) overwrite(held Lease, row Row) error {
	if m.own(held) == nil {
		return ErrLost
	}
	i := slices.IndexFunc(m.rows, func(r Row) bool { return r.ID == held.ID && r.Status == Running })
	if i < 0 {
		return ErrLost
	}
	asked := m.rows[i]
	row.ID, row.Key, row.CacheKey, row.Workflow, row.ExperimentID = asked.ID, asked.Key, asked.CacheKey, asked.Workflow, asked.ExperimentID
	row.Command, row.Packages = asked.Command, asked.Packages
	row.ParentRunID, row.DitCommit, row.BuildID, row.StartedAt = asked.ParentRunID, asked.DitCommit, asked.BuildID, asked.StartedAt
	m.rows[i] = row
	return nil
}

// Progress implements [Registry].
func (m *Memory) Progress(_ context.Context, held Lease, row Row) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	row.Status = Running
	return m.overwrite(held, row)
}

// End implements [Registry].
func (m *Memory) End(_ context.Context, held Lease, row Row) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.overwrite(held, row); err != nil {
		return err
	}
	k := m.own(held)
	k.ended, k.until = true, time.Now()
	return nil
}

// Mark implements [Registry].
func (m *Memory) Mark(_ context.Context, runID string) (marked int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, r := range m.rows {
		if r.RunID == runID && r.Status != Cancelled {
			m.rows[i].Status = Cancelled
			if r.FinishedAt.IsZero() {
				m.rows[i].FinishedAt = time.Now().UTC()
			}
			marked++
		}
	}
	for _, k := range m.leases {
		if k.ID.RunID == runID {
			k.ended = true
		}
	}
	return marked, nil
}

// Find implements [Registry].
func (m *Memory) Find(_ context.Context, pipeline, cacheKey string, now time.Time, limit int) ([]Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []Row
	for _, r := range m.rows {
		if r.Key.Pipeline == pipeline && r.Status == Succeeded && r.ExpiresAt.After(now) {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b Row) int {
		if d := rank(b.CacheKey == cacheKey) - rank(a.CacheKey == cacheKey); d != 0 {
			return d
		}
		if d := rank(b.ReusedRunID == "") - rank(a.ReusedRunID == ""); d != 0 {
			return d
		}
		return b.StartedAt.Compare(a.StartedAt)
	})
	return found[:min(limit, len(found))], nil
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// List implements [Registry].
func (m *Memory) List(_ context.Context, f Filter) ([]Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []Row
	for _, r := range m.rows {
		fits := func(want, have string) bool { return want == "" || want == have }
		if fits(f.RunID, r.RunID) && fits(f.Pipeline, r.Key.Pipeline) && fits(f.ExperimentID, r.ExperimentID) && fits(string(f.Status), string(r.Status)) && !r.StartedAt.Before(f.Since) {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, youngest)
	if f.Limit > 0 && !f.Complete {
		found = found[:min(f.Limit, len(found))]
	}
	return found, nil
}

// youngest is the order of lists.
func youngest(a, b Row) int {
	if d := b.StartedAt.Compare(a.StartedAt); d != 0 {
		return d
	}
	return strings.Compare(a.RunID+" "+a.Run, b.RunID+" "+b.Run)
}

// Kin implements [Registry].
func (m *Memory) Kin(_ context.Context, pipeline, stem string, now time.Time, limit int) ([]Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []Row
	for _, r := range m.rows {
		if r.Key.Pipeline == pipeline && r.Key.Stem().Digest() == stem && (r.Status == Succeeded || r.Status == Failed || r.Status == Detached) && r.ExpiresAt.After(now) {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, youngest)
	return found[:min(limit, len(found))], nil
}

// Naming implements [Registry].
func (m *Memory) Naming(_ context.Context, tables []bq.Table) ([]Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []Row
	for _, r := range m.rows {
		if slices.ContainsFunc(r.Tables(), func(t bq.Table) bool { return slices.Contains(tables, t) }) {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, youngest)
	return found, nil
}

// Revoke implements [Registry].
func (m *Memory) Revoke(_ context.Context, id ID, was Status, kind FailureKind, why string) (revoked bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, r := range m.rows {
		held := m.leases[r.CacheKey]
		mine := held != nil && held.ID == id && !held.ended
		if r.ID != id || r.Status != was || was == Running && mine && held.until.After(time.Now()) {
			continue
		}
		m.rows[i].Status, m.rows[i].Failure, m.rows[i].Error, m.rows[i].FinishedAt = Failed, kind, why, time.Now().UTC()
		revoked = true
		if was == Running && mine {
			held.ended = true
		}
	}
	return revoked, nil
}

// Leases implements [Registry].
func (m *Memory) Leases(_ context.Context, cacheKey string) (all []Standing, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, k := range m.leases {
		if !k.ended && (cacheKey == "" || cacheKey == key) {
			all = append(all, Standing{Lease: k.Lease, Until: k.until.UTC(), Live: k.until.After(time.Now())})
		}
	}
	return all, nil
}

// Judge implements [Registry].
func (m *Memory) Judge(_ context.Context, verdicts []Verdict) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.verdicts = append(m.verdicts, verdicts...)
	return nil
}

// Verdicts implements [Registry].
func (m *Memory) Verdicts(_ context.Context, runID string) (all []Verdict, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, v := range m.verdicts {
		if v.RunID == runID {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(a, b Verdict) int { return strings.Compare(a.Step, b.Step) })
	return all, nil
}
