package fault

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

func rule(t testing.TB, text string) Rule {
	t.Helper()
	r, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// bigquery says that every request is for BigQuery.
func bigquery(*http.Request) string { return "bigquery" }

// struck sends n requests one after the other and returns the numbers of those that were struck.
func struck(t *testing.T, text string, n int) []int {
	t.Helper()
	rules := New(bigquery)
	rules.Add(rule(t, text))
	handler := rules.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	var hit []int
	for i := range n {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
		if w.Code != http.StatusOK {
			hit = append(hit, i)
		}
	}
	return hit
}

func TestGates(t *testing.T) {
	for text, want := range map[string]string{
		"status=503":                 "[0 1 2 3 4 5 6 7]",
		"status=503,count=2":         "[0 1]",
		"status=503,after=3":         "[3 4 5 6 7]",
		"status=503,after=3,count=2": "[3 4]",
		"status=503,rate=0":          "[]",
		"status=503,rate=1,count=1":  "[0]",
		"status=503,method=POST":     "[]",
		"status=503,path=/y":         "[]",
		"status=503,service=storage": "[]",
	} {
		if got := fmt.Sprint(struck(t, text, 8)); got != want {
			t.Errorf("%s: struck %s, want %s", text, got, want)
		}
	}
}

func TestTheSeedDecidesWhichAreStruck(t *testing.T) {
	first := struck(t, "status=503,rate=0.3,seed=1", 1000)
	if n := len(first); n < 250 || n > 350 {
		t.Errorf("%d of 1000 were struck, want about 300", n)
	}
	if again := struck(t, "status=503,rate=0.3,seed=1", 1000); !slices.Equal(again, first) {
		t.Error("the same seed struck others")
	}
	if other := struck(t, "status=503,rate=0.3,seed=2", 1000); slices.Equal(other, first) {
		t.Error("another seed struck the same")
	}
	if none := struck(t, "status=503,rate=0.3", 1000); slices.Equal(none, first) || !slices.Equal(none, struck(t, "status=503,rate=0.3", 1000)) {
		t.Error("without a seed: not a sequence of its own, the same each time")
	}
	// Requests that are let through draw no lot, and those of other rules neither.
	if later := struck(t, "status=503,rate=0.3,seed=1,after=5", 1005); later[0] != first[0]+5 || len(later) != len(first) {
		t.Errorf("after=5: %d struck from %d on, want %d from %d on", len(later), later[0], len(first), first[0]+5)
	}
}

// TestGatesUnderConcurrency: exactly so many are let through and struck, whoever comes first, while rules come and go.
func TestGatesUnderConcurrency(t *testing.T) {
	rules := New(bigquery)
	rules.Add(rule(t, "status=503,after=100,count=50,rate=0.5,seed=1"))
	handler := rules.Wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	var wg sync.WaitGroup
	var mu sync.Mutex
	failed := 0
	for range 20 {
		wg.Go(func() {
			for range 50 {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
				if w.Code == http.StatusServiceUnavailable {
					mu.Lock()
					failed++
					mu.Unlock()
				}
			}
		})
		wg.Go(func() {
			for range 20 {
				id := rules.Add(rule(t, "delay=1ns,method=POST"))
				rules.List()
				if err := rules.Remove(id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if list := rules.List(); failed != 50 || len(list) != 1 || list[0].Seen != 1000 || list[0].Struck != 50 {
		t.Errorf("%d of 1000 failed, want 50; rules: %+v", failed, list)
	}
}

func TestJobFaults(t *testing.T) {
	rules := New(bigquery)
	for _, text := range []string{"job-fail=Write,job=daily-*,after=1,after=10s", "job-lose-worker,label=team:a*,count=1", "job-hang,job=x", "job-cancel,job=y,after=1s", "status=503"} {
		rules.Add(rule(t, text))
	}
	for i, tt := range []struct {
		name   string
		labels map[string]string
		want   lease.Fault
	}{
		{"daily-1", nil, lease.Fault{}}, // let through
		{"hourly-1", map[string]string{"team": "b"}, lease.Fault{}},
		{"daily-2", map[string]string{"team": "abc"}, lease.Fault{FailAtStep: "Write", After: 10 * time.Second}}, // the first rule's
		{"hourly-2", map[string]string{"team": "abc"}, lease.Fault{LoseWorker: true}},
		{"hourly-3", map[string]string{"team": "abc"}, lease.Fault{}}, // its count is over
		{"x", nil, lease.Fault{Hang: true}},
		{"y", nil, lease.Fault{CancelFromOutside: true, After: time.Second}},
	} {
		if got := rules.Job(tt.name, tt.labels); got != tt.want {
			t.Errorf("job %d: %+v, want %+v", i, got, tt.want)
		}
	}
}

func TestChangedOverHTTP(t *testing.T) {
	rules := New(func(r *http.Request) string {
		host, _, _ := strings.Cut(r.Host, ".googleapis.com")
		return map[string]string{"storage": "storage", "dataflow": "dataflow"}[host]
	})
	handler := rules.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "next", http.StatusTeapot) }))
	for i, tt := range []struct {
		method, url, body string
		status            int
		want              string
	}{
		{"GET", "/sandbox/faults", "", 200, `{"faults":[]}`},
		{"POST", "/sandbox/faults", "status=503,count=2\n", 200, `{"id":"1","rule":"status=503,count=2"}`},
		{"POST", "/sandbox/faults", `{"delay": "5s", "rate": 0.5}`, 200, `{"id":"2","rule":"delay=5s,rate=0.5"}`},
		{"POST", "/sandbox/faults", "status=503,wen=2", 400, `unknown word \"wen\"; allowed are service`},
		{"POST", "/sandbox/faults", "", 400, "the body is empty"},
		{"POST", "/sandbox/faults", strings.Repeat("x", maxRule+1), 400, "too large"},
		{"PUT", "/sandbox/faults", "status=503", 400, "there are GET, POST and DELETE"},
		{"GET", "/sandbox/faults", "", 200, `{"faults":[{"id":"1","rule":"status=503,count=2","seen":0,"struck":0},{"id":"2","rule":"delay=5s,rate=0.5","seen":0,"struck":0}]}`},
		{"DELETE", "/sandbox/faults/1", "", 204, ""},
		{"DELETE", "/sandbox/faults/1", "", 404, `there is no fault with the id \"1\"`},
		{"GET", "/sandbox/faults", "", 200, `{"faults":[{"id":"2"`},
		{"DELETE", "/sandbox/faults", "", 204, ""},
		{"GET", "/sandbox/faults", "", 200, `{"faults":[]}`},
		{"POST", "/sandbox/faults", "status=500", 200, `{"id":"3"`},
		{"GET", "/healthz", "", 418, "next"}, // for no service: not struck
		{"GET", "/sandbox/other", "", 418, "next"},
		{"POST", "http://dataflow.googleapis.com/sandbox/dataflow/lease", "", 418, "next"}, // of the sandbox's own parts
		{"GET", "http://dataflow.googleapis.com/v1b3/projects/p/jobs", "", 500, "internalError"},
		{"GET", "http://storage.googleapis.com/sandbox/faults", "", 500, "internalError"}, // an object of a bucket "sandbox"
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(tt.method, tt.url, strings.NewReader(tt.body)))
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%d: %s %s %.40q = %d %s; want %d %s", i, tt.method, tt.url, tt.body, w.Code, w.Body, tt.status, tt.want)
		}
	}
}
