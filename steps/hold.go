package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// DefaultLease is how long a run may be silent before another takes its work over. It says that it lives three times in that time,
// and looks more often whether it was cancelled; one that waits looks as often. BigQuery counts changes of a table, so
// neither is done every second.
const (
	DefaultLease = 2 * time.Minute
	lookTime     = 10 * time.Second
)

// cleanUpTime is how long the registry is waited for when a run is to end.
const cleanUpTime = time.Minute

// times are the lease, how often it is renewed, and how often one looks.
func (r Runner) times() (lease, beat, look time.Duration) {
	lease = r.Lease
	if lease == 0 {
		lease = DefaultLease
	}
	return lease, lease / 3, min(lookTime, lease/3)
}

// held is a run that this process does, and nobody else.
type held struct {
	lease cache.Lease
	row   cache.Row
	// takenUp says that the run is one that was left running.
	takenUp bool
	// previous is the run whose process stopped without a word, and which this one takes over; zero for none.
	previous cache.ID
	// ctx ends with the lease; its cause is then [cache.ErrLost].
	ctx  context.Context
	stop func()
}

// hold claims the run, or waits while another does the same one and gives what that one made. Exactly one of the results is not nil.
func (r Runner) hold(ctx context.Context, step *workflows.Step, key cache.Key) (*held, *cache.Decision, error) {
	row, err := r.row(step, key)
	if err != nil {
		return nil, nil, err
	}
	name, said := step.Run.Name, ""
	lease, _, look := r.times()
	for {
		// A claim that is on its way when the call is interrupted is waited for: else nobody would give it back.
		began := time.Now()
		inTime, done := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
		claim, err := r.Registry.Claim(inTime, row, lease)
		if err == nil && claim.Granted && ctx.Err() != nil {
			row.Status, row.Failure, row.Error, row.FinishedAt = cache.Cancelled, cache.Interrupted, context.Cause(ctx).Error(), time.Now().UTC()
			err = errors.Join(ctx.Err(), r.Registry.End(inTime, claim.Lease, row))
		}
		done()
		if err != nil {
			return nil, nil, err
		}
		if claim.Granted {
			if claim.Previous.RunID != "" {
				fmt.Fprintf(r.Progress, "[%s] takes over from run %s, which stopped without a word\n", name, claim.Previous.RunID)
			}
			held := r.beat(ctx, claim.Lease, row, began)
			held.previous = claim.Previous
			return held, nil, nil
		}
		if text := r.waiting(ctx, claim.Lease.ID); text != said {
			said = text
			fmt.Fprintf(r.Progress, "[%s] run cache: WAIT: %s\n", name, said)
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(look):
		}
		now, err := r.decide(ctx, key)
		if err != nil {
			return nil, nil, err
		}
		if now.Kind == cache.Hit {
			now.Reason += ", after waiting for it"
			return nil, &now, nil
		}
	}
}

// waiting says what one waits for.
func (r Runner) waiting(ctx context.Context, id cache.ID) string {
	text := fmt.Sprintf("run %s (%s) is making the same tables", id.RunID, id.Run)
	rows, err := r.Registry.List(ctx, cache.Filter{RunID: id.RunID})
	if err != nil {
		return text
	}
	for _, row := range rows {
		if row.ID == id && row.Status == cache.Running {
			text += fmt.Sprintf(", %d of %d phases are done", len(row.Phases), len(row.Key.Phases))
		}
	}
	return text
}

// beat renews the lease until stop is called, and ends the run when it was cancelled or the lease is lost.
func (r Runner) beat(ctx context.Context, claimed cache.Lease, row cache.Row, renewed time.Time) *held {
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	lease, beat, look := r.times()
	go func() {
		defer close(ended)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(look):
			}
			began, due := time.Now(), time.Since(renewed) >= beat-look
			inTime, done := context.WithDeadline(ctx, renewed.Add(lease)) // a service that does not answer is as good as a lost lease
			var err error
			if due {
				err = r.Registry.Renew(inTime, claimed, lease)
			} else {
				err = cache.Holds(inTime, r.Registry, claimed)
			}
			done()
			switch {
			case err == nil && due:
				renewed = began
			case errors.Is(err, cache.ErrLost):
				cancel(err)
			case err != nil && time.Since(renewed) > lease-look: // by its next chance it would be another's
				cancel(fmt.Errorf("%w: it could not be renewed: %v", cache.ErrLost, err))
			}
		}
	}()
	return &held{lease: claimed, row: row, ctx: ctx, stop: func() {
		cancel(context.Canceled)
		<-ended
	}}
}
