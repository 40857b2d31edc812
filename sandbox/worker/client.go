package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// client speaks to the service.
type client struct{ base string }

// slack is what an answer may take beyond the time that the service holds a poll.
const slack = 10 * time.Second

// refusal is an answer that is not 200.
type refusal struct {
	address, text string
	status        int
}

func (e *refusal) Error() string {
	return fmt.Sprintf("%s answered %d: %s", e.address, e.status, e.text)
}

func (c *client) poll(ctx context.Context, p lease.Poll) (*lease.Answer, error) {
	answer := new(lease.Answer)
	return answer, c.post(ctx, lease.PollPath, p, answer)
}

func (c *client) report(ctx context.Context, r lease.Report) (*lease.Reply, error) {
	reply := new(lease.Reply)
	return reply, c.post(ctx, lease.ReportPath, r, reply)
}

func (c *client) post(ctx context.Context, path string, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, lease.PollWait+slack)
	defer cancel()
	content, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("ask the Dataflow service: %w", err)
	}
	address := strings.TrimSuffix(c.base, "/") + path
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("ask the Dataflow service: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask the Dataflow service: %w", err)
	}
	defer answer.Body.Close()
	content, err = io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("ask the Dataflow service: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return &refusal{address, strings.TrimSpace(string(content)), answer.StatusCode}
	}
	return json.Unmarshal(content, into)
}
