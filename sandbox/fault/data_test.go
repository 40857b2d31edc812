package fault

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAStrikeWithoutEffectIsNone: a table that is not there, a source that cannot be shortened. The
// request goes on as it was and the rule waits for the next.
func TestAStrikeWithoutEffectIsNone(t *testing.T) {
	objects := map[string]string{"full": "1\n2\n", "packed": "\x1f\x8b\x08", "blank": "\n"}
	there := false
	var loaded string
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		switch {
		case r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/tables/"):
			if !there {
				w.WriteHeader(http.StatusNotFound)
			}
			there = false
		case r.Method == http.MethodGet && r.Host == "storage.googleapis.com":
			if _, ok := objects[name]; !ok {
				w.WriteHeader(http.StatusNotFound)
			}
			io.WriteString(w, objects[name])
		case strings.HasSuffix(r.URL.Path, "/jobs"):
			body, _ := io.ReadAll(r.Body)
			loaded = string(body)
			io.WriteString(w, `{"jobReference":{"jobId":"j"},"status":{"state":"DONE"}}`)
		}
	})
	send := func(rules *Rules, method, url, body string) {
		t.Helper()
		rules.Wrap(service).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, url, strings.NewReader(body)))
	}
	rules := New(bigquery)
	rules.Add(rule(t, "drop-table,table=d.t"))
	for i, want := range []int{0, 1, 1} {
		there = i > 0
		send(rules, "GET", "/bigquery/v2/projects/p/datasets/d/tables/t", "")
		if got := rules.List()[0]; got.Seen != i+1 || got.Struck != want {
			t.Errorf("drop-table, request %d: %+v, want %d struck", i, got, want)
		}
	}
	if !there {
		t.Error("a table was dropped twice")
	}
	rules = New(bigquery)
	rules.Add(rule(t, "short-load=1,count=1"))
	for i, tt := range []struct {
		object string
		want   int
	}{{"missing", 0}, {"packed", 0}, {"blank", 0}, {"full", 1}, {"full", 1}} {
		body := `{"configuration":{"load":{"sourceFormat":"NEWLINE_DELIMITED_JSON","sourceUris":["gs://b/` + tt.object + `"]}}}`
		send(rules, "POST", "/bigquery/v2/projects/p/jobs", body)
		struck := rules.List()[0].Struck
		if short := loaded != body; struck != tt.want || short != (i == 3) || (short && !strings.Contains(loaded, `"gs://b/sandbox-faults/1-`)) {
			t.Errorf("short-load of %s: %d struck, want %d; sent on: %s", tt.object, struck, tt.want, loaded)
		}
	}
}

// TestCopiesStayUntilTheLoadHasEnded: also when the connection is cut meanwhile.
func TestCopiesStayUntilTheLoadHasEnded(t *testing.T) {
	asked, copies := 0, 0
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/upload/"):
			copies++
		case r.Method == http.MethodDelete:
			copies--
			if asked < 3 {
				t.Errorf("%s after %d looks at the job", r.URL.Path, asked)
			}
		case r.URL.Path == "/bigquery/v2/projects/p/jobs/j":
			if asked++; asked < 3 {
				io.WriteString(w, `{"status":{"state":"RUNNING"}}`)
				return
			}
			io.WriteString(w, `{"status":{"state":"DONE"}}`)
		case r.Host == "storage.googleapis.com":
			io.WriteString(w, "1\n2\n")
		}
	})
	for _, cut := range []string{"delay=1ns", "cut=after", "cut=body"} {
		rules := New(bigquery)
		rules.Add(rule(t, "short-load=1"))
		rules.Add(rule(t, "method=POST,"+cut))
		asked = 0
		func() {
			defer func() { _ = recover() }()
			rules.Wrap(service).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/bigquery/v2/projects/p/jobs", strings.NewReader(
				`{"jobReference":{"jobId":"j"},"configuration":{"load":{"sourceFormat":"NEWLINE_DELIMITED_JSON","sourceUris":["gs://b/o"]}}}`)))
		}()
		if asked != 3 || copies != 0 {
			t.Errorf("%s: %d looks at the job, %d copies are left", cut, asked, copies)
		}
	}
}
