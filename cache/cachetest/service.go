package cachetest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"google.golang.org/api/option"
)

// Service is a server that answers as BigQuery does where no engine would, and notes what it was asked.
type Service struct {
	url string
	mu  sync.Mutex
	// asked are the requests, "METHOD /path"; wrote are those that could have changed something.
	asked, wrote []string
}

// Serve starts a service. What it does not know how to answer is no table of its own: 404.
func Serve(t *testing.T, answer func(method, path string) (code int, body any)) *Service {
	t.Helper()
	s := &Service{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.note(r.Method, r.URL.Path, body)
		code, said := answer(r.Method, r.URL.Path)
		if code == 0 {
			code, said = http.StatusNotFound, Refusal(http.StatusNotFound, "notFound", "Not found: "+r.URL.Path)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		if err := json.NewEncoder(w).Encode(said); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *Service) note(method, path string, body []byte) {
	var question struct {
		Query string `json:"query"`
	}
	look := method == http.MethodGet || json.Unmarshal(body, &question) == nil && strings.HasPrefix(question.Query, "SELECT ")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, method+" "+path)
	if !look {
		s.wrote = append(s.wrote, method+" "+path+" "+string(body))
	}
}

// URL is the service's endpoint.
func (s *Service) URL() string { return s.url }

// Options make a client of the service.
func (s *Service) Options() []option.ClientOption {
	return []option.ClientOption{option.WithEndpoint(s.url), option.WithoutAuthentication()}
}

// Asked are all requests so far, "METHOD /path".
func (s *Service) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

// Wrote are the requests that could have changed something: all but GET and SELECT.
func (s *Service) Wrote() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.wrote...)
}

// Refusal is the body of an answer that is an error.
func Refusal(code int, reason, message string) any {
	return map[string]any{"error": map[string]any{"code": code, "message": message, "errors": []any{map[string]string{"reason": reason, "message": message}}}}
}

// Registry answers for a registry of that schema version which has no rows, and for nothing else.
func Registry(version string) func(method, path string) (int, any) {
	return func(method, path string) (int, any) {
		switch {
		case method == http.MethodGet && strings.HasSuffix(path, "/tables/dit_runs"):
			return http.StatusOK, map[string]any{"type": "TABLE", "etag": "e", "labels": map[string]string{"dit_schema": version}}
		case method == http.MethodPost && strings.HasSuffix(path, "/queries"):
			return http.StatusOK, map[string]any{"jobComplete": true, "totalRows": "0", "rows": []any{}, "schema": map[string]any{"fields": []any{map[string]string{"name": "run_id", "type": "STRING"}}},
				"jobReference": map[string]string{"projectId": "dit-sandbox", "jobId": "j", "location": "US"}}
		}
		return 0, nil
	}
}
