package steps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// How long a run may be silent before another takes its work over, how often it says that it lives, and how often one that waits
// looks. BigQuery allows a table 1,500 changes a day, so neither is often.
const (
	leaseTime = 5 * time.Minute
	beatTime  = leaseTime / 5
	lookTime  = 5 * time.Second
)

// held is a run that this process does, and nobody else.
type held struct {
	lease cache.Lease
	row   cache.Row
	// ctx ends with the lease; its cause is then [cache.ErrLost].
	ctx  context.Context
	stop func()
}

// hold claims the run, or waits while another does the same one and gives what that one made. Exactly one of the results is not nil.
func (r Runner) hold(ctx context.Context, step *workflows.Step, key cache.Key, o *Outcome, decision cache.Decision) (*held, *cache.Decision, error) {
	row := r.row(step, key, o)
	name, said := step.Run.Name, ""
	for {
		claim, err := r.Registry.Claim(ctx, row, leaseTime)
		if err != nil {
			return nil, nil, err
		}
		if claim.Granted {
			if claim.Previous.RunID != "" {
				fmt.Fprintf(r.Progress, "[%s] takes over from run %s, which stopped without a word\n", name, claim.Previous.RunID)
			}
			return r.beat(ctx, claim.Lease, row), nil, nil
		}
		if text := fmt.Sprintf("WAIT: run %s is making the same tables", claim.Lease.ID.RunID); text != said {
			said = text
			fmt.Fprintf(r.Progress, "[%s] run cache: %s\n", name, said)
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(lookTime):
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

// beat renews the lease until stop is called.
func (r Runner) beat(ctx context.Context, lease cache.Lease, row cache.Row) *held {
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		valid := time.Now().Add(leaseTime)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(beatTime):
			}
			began := time.Now()
			switch err := r.Registry.Renew(ctx, lease, leaseTime); {
			case err == nil:
				valid = began.Add(leaseTime)
			case errors.Is(err, cache.ErrLost):
				cancel(err)
			case time.Now().After(valid.Add(-beatTime)): // by its next chance it would be another's
				cancel(fmt.Errorf("%w: it could not be renewed: %v", cache.ErrLost, err))
			}
		}
	}()
	return &held{lease: lease, row: row, ctx: ctx, stop: func() {
		cancel(context.Canceled)
		<-ended
	}}
}
