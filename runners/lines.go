package runners

import (
	"bytes"
	"io"
	"slices"
	"sync"
)

// lineWriter passes on whole lines with a prefix, so that several processes can share one screen, and keeps the last few.
type lineWriter struct {
	prefix string
	to     io.Writer
	keep   int

	mu   sync.Mutex
	part []byte
	last []string
}

// longestLine bounds what is kept of a line without an end.
const longestLine = 16 << 10

// Write implements [io.Writer]; it never fails, so that a screen that went away does not end the process.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.part = append(w.part, p...)
	for {
		i := bytes.IndexByte(w.part, '\n')
		if i < 0 {
			if len(w.part) > longestLine {
				w.line(w.part)
				w.part = nil
			}
			return len(p), nil
		}
		w.line(w.part[:i])
		w.part = w.part[i+1:]
	}
}

func (w *lineWriter) line(text []byte) {
	text = bytes.TrimRight(text, "\r")
	if w.to != nil {
		_, _ = w.to.Write(slices.Concat([]byte(w.prefix), text, []byte("\n")))
	}
	w.last = append(w.last, string(text))
	if len(w.last) > w.keep {
		w.last = w.last[len(w.last)-w.keep:]
	}
}

// flush passes on a last line that had no end.
func (w *lineWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.part) > 0 {
		w.line(w.part)
		w.part = nil
	}
}

func (w *lineWriter) tail() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.last)
}
