package audit

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func receiver(t *testing.T, answer http.HandlerFunc) Receiver {
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	r, err := ParseReceiver(server.URL + "/api/v1/lineage")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSend(t *testing.T) {
	events := sampleCall(t).Lineage()
	var asked atomic.Int32
	var got []Event
	r := receiver(t, func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil || q.Method != http.MethodPost || q.URL.Path != "/api/v1/lineage" || q.Header.Get("Content-Type") != "application/json" || q.Header.Get("Authorization") != "Bearer s3cr3t" {
			t.Errorf("%s %s %v, %v", q.Method, q.URL, q.Header, err)
		}
		switch asked.Add(1) {
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		case 3:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		var e Event
		if err := json.Unmarshal(body, &e); err != nil {
			t.Error(err)
		}
		got = append(got, e)
		w.WriteHeader(http.StatusCreated)
	})
	r.Key = "s3cr3t"
	if err := r.Send(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(events, got); diff != "" || int(asked.Load()) != len(events)+2 {
		t.Errorf("%d requests (-sent +got)\n%s", asked.Load(), diff)
	}
}

func TestSendGivesUp(t *testing.T) {
	events := sampleCall(t).Lineage()[:2]
	for name, c := range map[string]struct {
		status, asked int
		want          []string
	}{
		"refused": {http.StatusUnprocessableEntity, 1, []string{"event 1 of 2", "START", "422", "runId is no UUID", "/api/v1/lineage"}},
		"busy":    {http.StatusServiceUnavailable, 2, []string{"event 1 of 2", "503"}},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			r := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, "runId is no UUID")
			})
			r.Key, r.Patience = "s3cr3t", time.Second
			err := r.Send(t.Context(), events)
			if err == nil || strings.Contains(err.Error(), "s3cr3t") {
				t.Fatalf("error %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q lacks %q", err, want)
				}
			}
			if n := int(asked.Load()); (c.asked == 1) != (n == 1) {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

func TestParseReceiver(t *testing.T) {
	for _, text := range []string{"", "host/api", "ftp://host/x", "https://", "https://s3cr3t@host/x", ":"} {
		if _, err := ParseReceiver(text); err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
