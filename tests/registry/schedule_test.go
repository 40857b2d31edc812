//go:build sandbox

package registry_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// killed is a run that is killed again and again.
type killed struct {
	question question
	step     string
	// from is the tables.json that the step starts from; empty to start from nothing.
	from string
	// requests is how many a run that is left alone makes.
	requests int64
}

func (k killed) run(t *testing.T, tag, sources string, by *proxy) result {
	t.Helper()
	q := k.question
	q.tag = tag
	c := ask(t, q)
	c.sources, c.lease = sources, lease
	if k.from == "" {
		return c.run(t, by, k.step)
	}
	return c.run(t, by, k.step, "--from", k.from)
}

// point is a moment of a run.
type point struct {
	at   int64
	late bool
	// patient waits until the lease of the killed run has run out before it is asked again.
	patient bool
}

func (p point) String() string {
	return fmt.Sprintf("%d %s", p.at, map[bool]string{false: "before it", true: "after it"}[p.late])
}

// victim is a question that is asked again after each kill, and the last time is left alone.
type victim struct {
	*killed
	points []point
}

func (v victim) String() string { return fmt.Sprintf("%s at request %v", v.step, v.points) }

// schedule draws the points of all runs, each once before any comes twice, and deals them out: one to three to a question.
func schedule(draw *rand.Rand, targets []*killed, kills int) (all []victim) {
	for kills > 0 {
		for _, k := range targets {
			var points []point
			for n := range k.requests {
				points = append(points, point{at: n + 1}, point{at: n + 1, late: true})
			}
			draw.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
			for len(points) > 0 {
				n := min(1+draw.IntN(3), len(points))
				for i := range n {
					points[i].patient = draw.IntN(4) > 0 // to ask while the lease is held costs the engine more than to sleep
				}
				all, points = append(all, victim{k, points[:n]}), points[n:]
			}
		}
		draw.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for i, v := range all {
			if kills -= len(v.points); kills <= 0 {
				return all[:i+1]
			}
		}
	}
	return all
}
