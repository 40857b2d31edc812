package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/GlobalFishingWatch/dit/compare"
)

// limit is when a method is stopped.
const limit = time.Minute

// found is what a method says of two tables.
type found struct {
	verdict compare.Verdict
	changed int
	// fetch is the part of the time in which rows were fetched; idle does not count.
	fetch, idle time.Duration
}

// taken is what a method took.
type taken struct {
	found
	wall       time.Duration
	statements int
	// reads is how often each of the two tables was read, joined how often the one
	// that the method made of them.
	reads, joined int
	err           error
}

type method func(context.Context, compare.Table) (found, error)

// measure takes the best of three rounds, of fewer when they take long. The methods
// take turns, so that what else goes on in the machine hits all of them.
func (b bench) measure(ctx context.Context, right compare.Table) (best []taken) {
	const enough = 20 * time.Second
	methods := []method{b.dit, b.join, b.datacompy}
	start := time.Now()
	for _, m := range methods {
		best = append(best, b.once(ctx, m, right))
	}
	for range 2 {
		if time.Since(start) > enough {
			break
		}
		for i, m := range methods {
			if again := b.once(ctx, m, right); again.err != nil || again.wall < best[i].wall {
				best[i] = again
			}
		}
	}
	return best
}

func (b bench) once(outer context.Context, m method, right compare.Table) (t taken) {
	ctx, stop := context.WithTimeout(outer, limit)
	defer stop()
	b.wire.take()
	start := time.Now()
	t.found, t.err = m(ctx, right)
	t.wall = time.Since(start) - t.idle
	if ctx.Err() != nil {
		t.err = errors.Join(ctx.Err(), b.cancel(outer))
	}
	statements := b.wire.take()
	t.statements = len(statements)
	t.reads = max(reads(statements, original), reads(statements, right))
	t.joined = max(0, reads(statements, joined)-1) // once it is written
	return t
}

// check holds what dit found against what the tables are. If it was stopped it found
// nothing, which is not wrong.
func (t taken) check(rows int, verdict compare.Verdict, changed, reads int) error {
	if errors.Is(t.err, context.DeadlineExceeded) {
		return nil
	}
	if t.err != nil {
		return fmt.Errorf("dit on %d rows: %w", rows, t.err)
	}
	if t.verdict != verdict || t.changed != changed || t.reads > reads {
		return fmt.Errorf("dit on %d rows: %s with %d rows changed after %d reads, not %s with %d after %d", rows, t.verdict, t.changed, t.reads, verdict, changed, reads)
	}
	return nil
}
