package worker

import (
	"bytes"
	"io"
	"sync"
)

// lines puts a prefix before every line: several jobs write to one log.
type lines struct {
	mu     sync.Mutex
	prefix string
	to     io.Writer
	rest   []byte
}

// Write implements [io.Writer]. A line is passed on when it is whole.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		end := bytes.IndexByte(l.rest, '\n')
		if end < 0 {
			return len(p), nil
		}
		if _, err := io.WriteString(l.to, l.prefix+string(l.rest[:end+1])); err != nil {
			return 0, err
		}
		l.rest = l.rest[end+1:]
	}
}
