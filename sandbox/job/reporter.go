package job

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	dataflow "google.golang.org/api/dataflow/v1b3"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// reporter writes reports, one a line, and keeps the first error.
type reporter struct {
	mu  sync.Mutex
	to  io.Writer
	err error
}

func (o *reporter) write(report lease.Report) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := json.NewEncoder(o.to).Encode(report); err != nil && o.err == nil {
		o.err = fmt.Errorf("report on the job: %w", err)
	}
}

func (o *reporter) state(state string) { o.write(lease.Report{State: state}) }

func (o *reporter) say(importance, format string, args ...any) {
	o.write(lease.Report{Messages: []lease.Message{{Time: time.Now(), Importance: importance, Text: fmt.Sprintf(format, args...)}}})
}

// up says that the user's code can run.
func (o *reporter) up() {
	o.say("JOB_MESSAGE_BASIC", "Workers have started successfully.")
	o.write(lease.Report{Up: true})
}

func (o *reporter) metrics(all []*dataflow.MetricUpdate) { o.write(lease.Report{Metrics: all}) }
