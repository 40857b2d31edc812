package fault

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
)

// newMemory takes an answer in memory.
func newMemory() *httptest.ResponseRecorder { return httptest.NewRecorder() }

// newRequest makes a request of a fault's own. Its context ends with none of the client's.
func newRequest(ctx context.Context, method, url, contentType string, body []byte) *http.Request {
	r := httptest.NewRequestWithContext(context.WithoutCancel(ctx), method, url, bytes.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}
