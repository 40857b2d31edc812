// Package tail keeps the end of what a process writes, for the error that tells of its death.
package tail

import (
	"io"
	"strings"
	"sync"
)

// keep is how much of the output an error quotes, in bytes.
const keep = 4 << 10

// Tail passes output on and remembers its end. It may be used by several goroutines.
type Tail struct {
	mu   sync.Mutex
	next io.Writer
	end  []byte
}

// New returns a Tail that passes output on to next, which may be nil.
func New(next io.Writer) *Tail {
	if next == nil {
		next = io.Discard
	}
	return &Tail{next: next}
}

// Write implements [io.Writer].
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, p...)
	if extra := len(t.end) - keep; extra > 0 {
		t.end = t.end[extra:]
	}
	return t.next.Write(p)
}

// String is the end of the output, "(none)" when there was none.
func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if text := strings.TrimSpace(string(t.end)); text != "" {
		return text
	}
	return "(none)"
}
