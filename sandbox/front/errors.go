package front

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// body is an error in Google's JSON form. Clients decide by the reason whether to try again.
func body(status int, reason, message string) []byte {
	type item struct {
		Domain  string `json:"domain"`
		Reason  string `json:"reason"`
		Message string `json:"message"`
	}
	content, _ := json.Marshal(map[string]any{"error": map[string]any{
		"code":    status,
		"message": message,
		"errors":  []item{{"global", reason, message}},
	}})
	return content
}

// fail answers with an error.
func fail(w http.ResponseWriter, status int, reason, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body(status, reason, fmt.Sprintf(format, args...)))
}

// replaceBody puts an error in the place of what a backend answered, the status kept.
func replaceBody(r *http.Response, reason, message string) {
	content := body(r.StatusCode, reason, message)
	r.Body.Close()
	r.Body = io.NopCloser(bytes.NewReader(content))
	r.ContentLength = int64(len(content))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Content-Length", strconv.Itoa(len(content)))
}

// answer writes a JSON object.
func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
