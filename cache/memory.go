package cache

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Memory is a registry that lives as long as the process. The zero value is ready to use, by many goroutines at once.
type Memory struct {
	mu   sync.Mutex
	rows []Row
}

// Insert implements [Registry].
func (m *Memory) Insert(_ context.Context, row Row) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = append(m.rows, row)
	return nil
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
