package gcs

import (
	"bytes"
	"net/http"
	"strings"
)

// linkFields are the members of an answer that the server fills with a path alone,
// and that Python's client calls as they are.
var linkFields = []string{"mediaLink", "selfLink"}

// linked completes the links in answers about objects with the address that the client
// used: the same object is reached over TLS under Google's name and over the plain port.
func linked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/download/") || r.URL.Query().Get("alt") == "media" || !Is(r) {
			next.ServeHTTP(w, r)
			return
		}
		held := &heldAnswer{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(held, r)
		scheme := "http"
		if r.TLS != nil {
			scheme = "https"
		}
		content := held.body.Bytes()
		for _, field := range linkFields {
			content = bytes.ReplaceAll(content, []byte(`"`+field+`":"/`), []byte(`"`+field+`":"`+scheme+"://"+r.Host+"/"))
		}
		w.Header().Del("Content-Length") // of the text before; net/http sets the new one
		w.WriteHeader(held.status)
		_, _ = w.Write(content)
	})
}

// heldAnswer keeps an answer back until it is whole.
type heldAnswer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *heldAnswer) WriteHeader(status int)      { h.status = status }
func (h *heldAnswer) Write(p []byte) (int, error) { return h.body.Write(p) }
