package front

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// backend is an engine and storage that answer with what they were asked.
func backend(t *testing.T) http.Handler {
	t.Helper()
	engine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "broken") {
			http.Error(w, "Internal Server Error", http.StatusInternalServerError)
			return
		}
		io.WriteString(w, "bigquery "+r.Host+r.URL.String())
	}))
	t.Cleanup(engine.Close)
	return New(Backends{
		REST: engine.Listener.Addr().String(),
		GRPC: engine.Listener.Addr().String(),
		Storage: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "storage "+r.URL.Path)
		}),
		Dataflow: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "dataflow "+r.URL.Path)
		}),
	})
}

func ask(t *testing.T, method, url string) (int, string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	backend(t).ServeHTTP(recorder, httptest.NewRequest(method, url, nil))
	return recorder.Code, strings.TrimSpace(recorder.Body.String())
}

func TestRouting(t *testing.T) {
	for _, tt := range []struct {
		url    string
		status int
		want   string // the beginning of the answer
	}{
		{"https://bigquery.googleapis.com/bigquery/v2/projects/p/jobs", 200, "bigquery bigquery.googleapis.com/bigquery/v2/projects/p/jobs"},
		{"http://127.0.0.1:9050/bigquery/v2/projects/p/jobs?a=1", 200, "bigquery 127.0.0.1:9050/bigquery/v2/projects/p/jobs?a=1"},
		{"https://www.googleapis.com/upload/bigquery/v2/projects/p/jobs", 200, "bigquery www.googleapis.com/upload/bigquery/v2"},
		{"https://www.googleapis.com/resumable/upload/bigquery/v2/projects/p/jobs", 200, "bigquery www.googleapis.com/upload/bigquery/v2"},
		{"https://storage.googleapis.com/storage/v1/b/x", 200, "storage /storage/v1/b/x"},
		{"http://localhost:9050/storage/v1/b/x", 200, "storage /storage/v1/b/x"},
		{"https://www.googleapis.com/batch/storage/v1", 200, "storage /batch/storage/v1"},
		{"https://storage.googleapis.com/bucket/object", 200, "storage /bucket/object"},
		{"https://bucket.storage.googleapis.com/object", 200, "storage /object"},
		{"https://oauth2.googleapis.com/token", 200, "{"},
		{"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/x:generateAccessToken", 200, "{"},
		{"http://metadata.google.internal/computeMetadata/v1/", 404, "{"},
		{"https://dataflow.googleapis.com/v1b3/projects/p/jobs", 200, "dataflow /v1b3/projects/p/jobs"},
		{"http://localhost:9050/v1b3/projects/p/jobs", 200, "dataflow /v1b3/projects/p/jobs"},
		{"https://dataflow.googleapis.com/sandbox/dataflow/lease", 200, "dataflow /sandbox/dataflow/lease"},
		{"http://localhost:9050/sandbox/dataflow/report", 200, "dataflow /sandbox/dataflow/report"},
		{"http://localhost:9050/", 200, ""},
		{"https://pubsub.googleapis.com/v1/projects/p/topics", 404, "{"},
	} {
		status, got := ask(t, "POST", tt.url)
		if status != tt.status || !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s = %d %q, want %d %q", tt.url, status, got, tt.status, tt.want)
		}
	}
}

func TestDataflowByGRPC(t *testing.T) {
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest("POST", "https://dataflow.googleapis.com/google.dataflow.v1beta3.JobsV1Beta3/GetJob", nil)
	request.Header.Set("Content-Type", "application/grpc")
	backend(t).ServeHTTP(recorder, request)
	if got := recorder.Body.String(); got != "dataflow /google.dataflow.v1beta3.JobsV1Beta3/GetJob" {
		t.Errorf("answered %q", got)
	}
}

func TestTokenSatisfiesARefresh(t *testing.T) {
	_, got := ask(t, "POST", "https://oauth2.googleapis.com/token")
	var token struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := json.Unmarshal([]byte(got), &token); err != nil || token.AccessToken == "" || token.TokenType != "Bearer" || token.ExpiresIn < 600 {
		t.Errorf("token = %s (%v)", got, err)
	}
}

func TestMetadataServerIsNotThere(t *testing.T) {
	recorder := httptest.NewRecorder()
	backend(t).ServeHTTP(recorder, httptest.NewRequest("GET", "http://metadata.google.internal/", nil))
	if recorder.Header().Get("Metadata-Flavor") != "" {
		t.Error("the answer makes clients believe that they run on Google Cloud")
	}
}

func TestErrorsAreInGooglesForm(t *testing.T) {
	for url, want := range map[string]string{
		"https://bigquery.googleapis.com/bigquery/v2/projects/p/broken": "internalError",
		"https://pubsub.googleapis.com/v1/projects/p/topics":            "notFound",
	} {
		status, got := ask(t, "GET", url)
		var e struct {
			Error struct {
				Code   int
				Errors []struct{ Reason, Message string }
			}
		}
		if err := json.Unmarshal([]byte(got), &e); err != nil || e.Error.Code != status || len(e.Error.Errors) != 1 || e.Error.Errors[0].Reason != want {
			t.Errorf("%s = %d %s, want reason %s", url, status, got, want)
		}
	}
}

func TestAnEngineThatIsGoneIsUnavailable(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	handler := New(Backends{REST: gone.Listener.Addr().String(), GRPC: gone.Listener.Addr().String()})
	gone.Close()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest("GET", "http://localhost/bigquery/v2/projects/p/jobs", nil))
	if recorder.Code != http.StatusServiceUnavailable || !strings.Contains(recorder.Body.String(), "backendError") {
		t.Errorf("REST: %d %s", recorder.Code, recorder.Body)
	}
	for path, want := range map[string]string{
		"/google.cloud.bigquery.storage.v1.BigQueryRead/ReadRows": grpcUnavailable,
		"/google.logging.v2.LoggingServiceV2/WriteLogEntries":     grpcUnimplemented,
	} {
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest("POST", path, nil)
		request.Header.Set("Content-Type", "application/grpc")
		handler.ServeHTTP(recorder, request)
		if got := recorder.Header().Get("Grpc-Status"); got != want {
			t.Errorf("%s: grpc-status %q, want %q", path, got, want)
		}
	}
}
