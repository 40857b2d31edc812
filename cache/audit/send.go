package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// WriteLineage writes the events as JSON, one a line.
func WriteLineage(w io.Writer, events []Event) error {
	enc := json.NewEncoder(w)
	for _, e := range events {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

// Receiver is an HTTP endpoint that takes OpenLineage events, such as https://host/api/v1/lineage.
type Receiver struct {
	address *url.URL
	// Key is sent as a bearer token, unless it is empty.
	Key string
	// Patience is how long an event is sent again when the receiver is busy or does not answer.
	Patience time.Duration
}

// ParseReceiver reads the URL of one.
func ParseReceiver(text string) (Receiver, error) {
	address, err := url.Parse(text)
	if err != nil || address.Scheme != "http" && address.Scheme != "https" || address.Host == "" {
		return Receiver{}, fmt.Errorf("%q is not where events can be sent: want a URL such as https://host/api/v1/lineage", text)
	}
	if address.User != nil {
		return Receiver{}, fmt.Errorf("the URL of %s names a user, which may be a secret: give it without, and a token as OPENLINEAGE_API_KEY", address.Host)
	}
	return Receiver{address: address, Patience: 2 * time.Minute}, nil
}

// Send posts the events one by one, in their order. An event that was taken may be sent again: its run and time name it.
func (r Receiver) Send(ctx context.Context, events []Event) error {
	for i, e := range events {
		body, err := json.Marshal(e)
		if err != nil {
			return err
		}
		_, err = backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, r.post(ctx, body) }, backoff.WithMaxElapsedTime(r.Patience))
		if err != nil {
			return fmt.Errorf("send event %d of %d, %s of %s, to %s: %w", i+1, len(events), e.EventType, e.Job.Name, r.address, err)
		}
	}
	return nil
}

// post sends one event; its error is permanent where sending it again cannot help.
func (r Receiver) post(ctx context.Context, body []byte) error {
	ctx, done := context.WithTimeout(ctx, 30*time.Second)
	defer done()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.address.String(), bytes.NewReader(body))
	if err != nil {
		return backoff.Permanent(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if r.Key != "" {
		request.Header.Set("Authorization", "Bearer "+r.Key)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 == 2 {
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 1000)) // what can be read of it
	err = fmt.Errorf("it answers %s: %s", answer.Status, strings.TrimSpace(string(text)))
	switch {
	case answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode/100 != 5:
		return backoff.Permanent(err)
	case answer.Header.Get("Retry-After") != "":
		if seconds, bad := strconv.Atoi(answer.Header.Get("Retry-After")); bad == nil {
			return fmt.Errorf("%w; %w", err, backoff.RetryAfter(seconds))
		}
	}
	return err
}
