package cache

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Propose implements [Goldens].
func (m *Memory) Propose(_ context.Context, g Golden) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	g.Status = GoldenRecording
	if slices.ContainsFunc(m.goldens, func(o Golden) bool { return o.ID == g.ID }) {
		return fmt.Errorf("propose golden recording %s: %w", g.ID, ErrTaken)
	}
	m.goldens = append(m.goldens, g)
	return nil
}

// Promote implements [Goldens].
func (m *Memory) Promote(_ context.Context, g Golden) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.goldens, func(o Golden) bool { return o.ID == g.ID && o.Status == GoldenRecording })
	if i < 0 {
		return false, nil
	}
	now := time.Now().UTC()
	for j, o := range m.goldens {
		if o.Key == g.Key && o.Status == GoldenActive {
			m.goldens[j].Status, m.goldens[j].EndedAt, m.goldens[j].ReplacedBy = GoldenReplaced, now, g.ID
		}
	}
	m.goldens[i].Status, m.goldens[i].RecordedAt, m.goldens[i].Outputs = GoldenActive, now, g.Outputs
	return true, nil
}

// Retire implements [Goldens].
func (m *Memory) Retire(_ context.Context, id string, was GoldenStatus) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.goldens, func(g Golden) bool { return g.ID == id && g.Status == was })
	if i < 0 {
		return false, nil
	}
	m.goldens[i].Status, m.goldens[i].EndedAt = GoldenRetired, time.Now().UTC()
	return true, nil
}

// Dropped implements [Goldens].
func (m *Memory) Dropped(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, g := range m.goldens {
		if g.ID == id && (g.Status == GoldenReplaced || g.Status == GoldenRetired) && g.DroppedAt.IsZero() {
			m.goldens[i].DroppedAt = time.Now().UTC()
		}
	}
	return nil
}

// Goldens implements [Goldens].
func (m *Memory) Goldens(_ context.Context, f GoldenFilter) (all []Golden, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, g := range m.goldens {
		if (f.ID == "" || f.ID == g.ID) && (f.Pipeline == "" || f.Pipeline == g.Question.Pipeline) && (f.Question == "" || f.Question == g.Key) && (f.Status == "" || f.Status == g.Status) {
			all = append(all, g)
		}
	}
	slices.SortStableFunc(all, func(a, b Golden) int { return cmp.Or(b.StartedAt.Compare(a.StartedAt), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}
