package cache

import (
	"context"
	"errors"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/cenkalti/backoff/v5"
	"google.golang.org/api/googleapi"
)

// contended does something with the tables that others may be changing at the same moment. BigQuery repeats a statement that
// lost to another three times by itself; after that, or where a script lost in its middle, it is for the caller to try again.
func (b BigQuery) contended(ctx context.Context, do func(runs, leases string) error) error {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = 200*time.Millisecond, 5*time.Second
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := b.prepared(ctx, do)
		if err != nil && !lostRace(err) {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(wait), backoff.WithMaxElapsedTime(2*time.Minute))
	return err
}

// lostRace tells of a statement that did nothing because another changed the same table. BigQuery has no reason of its own for it.
func lostRace(err error) bool {
	var messages []string
	var answer *googleapi.Error
	if errors.As(err, &answer) {
		messages = append(messages, answer.Message)
	}
	var job *bigquery.Error
	if errors.As(err, &job) {
		messages = append(messages, job.Message)
	}
	for _, m := range messages {
		m = strings.ToLower(m)
		if strings.Contains(m, "concurrent update") || strings.Contains(m, "conflict") {
			return true
		}
	}
	return false
}
