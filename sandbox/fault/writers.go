package fault

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// errCut is what a service gets for the rest of an answer that is cut off.
var errCut = errors.New("cut off by a fault of the sandbox")

// lateWriter holds the beginning of an answer back. The service has done its work by then.
type lateWriter struct {
	http.ResponseWriter
	ctx    context.Context
	delay  time.Duration
	waited bool
}

func (w *lateWriter) wait() {
	if w.waited {
		return
	}
	w.waited = true
	select {
	case <-time.After(w.delay):
	case <-w.ctx.Done(): // the client went away
	}
}

func (w *lateWriter) WriteHeader(status int) {
	w.wait()
	w.ResponseWriter.WriteHeader(status)
}

func (w *lateWriter) Write(p []byte) (int, error) {
	w.wait()
	return w.ResponseWriter.Write(p)
}

// Unwrap lets the service flush.
func (w *lateWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// silentWriter sends nothing and ends the answer at its first byte: a stream that waits for the client
// would never end by itself.
type silentWriter struct{ header http.Header }

func newSilentWriter() silentWriter { return silentWriter{http.Header{}} }

func (w silentWriter) Header() http.Header       { return w.header }
func (silentWriter) WriteHeader(int)             {}
func (silentWriter) Write(p []byte) (int, error) { return 0, errCut }
func (silentWriter) Flush()                      {}

// halfWriter sends the first half of an answer: of all where its length is known, else of its first
// piece, in a stream about its first message.
type halfWriter struct {
	http.ResponseWriter
	left  int64 // bytes that may still be sent
	known bool
}

func (w *halfWriter) Write(p []byte) (int, error) {
	if !w.known {
		w.known = true
		length, err := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64)
		if err != nil {
			length = int64(len(p))
		}
		w.left = length / 2
	}
	if int64(len(p)) <= w.left {
		w.left -= int64(len(p))
		return w.ResponseWriter.Write(p)
	}
	n, err := w.ResponseWriter.Write(p[:w.left])
	w.left -= int64(n)
	if err == nil {
		_ = http.NewResponseController(w.ResponseWriter).Flush() // else the half would be lost in a buffer
		err = errCut
	}
	return n, err
}

// Unwrap lets the service flush.
func (w *halfWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
