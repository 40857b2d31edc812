package runners_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/runners/runnertest"
)

// BenchmarkWatch watches 200 jobs that run and do nothing for a minute: requests a minute and memory, of one loop for all of them,
// and of a look at each and its messages every five seconds, as Beam's own wait_until_finish does in a process for each.
func BenchmarkWatch(b *testing.B) {
	const jobs, long = 200, time.Minute
	b.Run("one loop", func(b *testing.B) {
		for range b.N {
			s := &runnertest.Service{}
			all := watched(s, jobs)
			_, client := s.Serve(b)
			before := heap()
			ctx, done := context.WithTimeout(b.Context(), long)
			if _, err := (runners.Watch{Jobs: client}).Until(ctx, all); !errors.Is(err, context.DeadlineExceeded) {
				b.Fatal(err)
			}
			done()
			b.ReportMetric(float64(len(s.Asked)), "requests/min")
			b.ReportMetric(float64(heap()-before)/1e6, "MB")
		}
	})
	b.Run("one process each", func(b *testing.B) {
		for range b.N {
			s := &runnertest.Service{}
			all := watched(s, jobs)
			_, client := s.Serve(b)
			ctx, done := context.WithTimeout(b.Context(), long)
			var group errgroup.Group
			for _, job := range all {
				group.Go(func() error {
					w := runners.Watch{Jobs: client, Soonest: 5 * time.Second}
					_, err := w.Until(ctx, []runners.Job{job})
					return err
				})
			}
			if err := group.Wait(); !errors.Is(err, context.DeadlineExceeded) {
				b.Fatal(err)
			}
			done()
			b.ReportMetric(float64(len(s.Asked)), "requests/min")
		}
	})
}

// heap is what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
