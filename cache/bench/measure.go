package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/cache"
)

// rounds is of how many the best counts, limit how many rows a look-up asks for.
const rounds, limit = 7, 20

// predicates are what the alternative does without.
const predicates = "started_at > @oldest AND pipeline = @pipeline AND "

// cost is what something took.
type cost struct {
	time  time.Duration
	bytes int64
}

// taken are the costs of the two statements of a look-up, and of the alternative to the first.
type taken struct{ find, leases, without cost }

// measure takes turns, so that what else goes on in the machine hits all of them.
func measure(ctx context.Context, reg cache.BigQuery, w *wire, wanted cache.Key) (best taken, err error) {
	digest := wanted.Digest()
	var statement string
	for range rounds {
		err := errors.Join(
			timed(w, &best.find, func() error {
				rows, err := reg.Find(ctx, pipeline, digest, time.Now(), limit)
				if err == nil && (len(rows) == 0 || rows[0].CacheKey != digest || rows[0].Key.Digest() != digest) {
					err = fmt.Errorf("the run that was looked up is not the first of %d that were found", len(rows))
				}
				statement = w.query
				return err
			}),
			timed(w, &best.leases, func() error {
				_, err := reg.Leases(ctx, digest)
				return err
			}),
			timed(w, &best.without, func() error { return without(ctx, reg.Client, statement, digest) }),
		)
		if err != nil {
			return best, err
		}
	}
	return best, nil
}

// timed keeps the least time that it took.
func timed(w *wire, best *cost, do func() error) error {
	began := time.Now()
	err := do()
	if took := time.Since(began); best.time == 0 || took < best.time {
		*best = cost{took, w.bytes}
	}
	return err
}

// without asks as the look-up did, but of all rows.
func without(ctx context.Context, client *bigquery.Client, statement, digest string) error {
	if strings.Count(statement, predicates) != 1 {
		return fmt.Errorf("the look-up's statement does not have %q:\n%s", predicates, statement)
	}
	q := client.Query(strings.Replace(statement, predicates, "", 1))
	q.Parameters = []bigquery.QueryParameter{{Name: "cache_key", Value: digest}, {Name: "now", Value: time.Now()}}
	it, err := q.Read(ctx)
	if err != nil {
		return err
	}
	for {
		var row []bigquery.Value
		if err := it.Next(&row); errors.Is(err, iterator.Done) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

const layout = "%-9s%10s%10s%10s%10s%8s%12s%15s\n"

func header(out io.Writer) {
	fmt.Fprintf(out, `A look-up is two statements, FIND and LEASES. WITHOUT is FIND without "%s",
and X FIND its time as a multiple of FIND's. Times are the best of %d; BYTES is what the service says a statement processed.

`, strings.TrimSuffix(predicates, " AND "), rounds)
	fmt.Fprintf(out, layout, "ROWS", "LOOK-UP", "FIND", "LEASES", "WITHOUT", "X FIND", "BYTES FIND", "BYTES WITHOUT")
}

func show(out io.Writer, rows int, t taken) {
	ms := func(d time.Duration) string { return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000) }
	size := func(n int64) string {
		if n <= 0 { // no statement over a table processes nothing: the service does not count
			return "not told"
		}
		return fmt.Sprint(n)
	}
	fmt.Fprintf(out, layout, fmt.Sprint(rows), ms(t.find.time+t.leases.time), ms(t.find.time), ms(t.leases.time), ms(t.without.time),
		fmt.Sprintf("%.1f", float64(t.without.time)/float64(t.find.time)), size(t.find.bytes), size(t.without.bytes))
}
