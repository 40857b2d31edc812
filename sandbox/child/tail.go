package child

import (
	"io"
	"strings"
	"sync"
)

// tailBytes is how much of the engine's output an error quotes.
const tailBytes = 4 << 10

// tail passes output on and remembers its end.
type tail struct {
	mu   sync.Mutex
	next io.Writer
	end  []byte
}

func newTail(next io.Writer) *tail {
	if next == nil {
		next = io.Discard
	}
	return &tail{next: next}
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, p...)
	if extra := len(t.end) - tailBytes; extra > 0 {
		t.end = t.end[extra:]
	}
	return t.next.Write(p)
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if text := strings.TrimSpace(string(t.end)); text != "" {
		return text
	}
	return "(none)"
}
