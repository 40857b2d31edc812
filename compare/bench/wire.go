package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"

	"github.com/GlobalFishingWatch/dit/compare"
)

// wire stands between the clients and the engine, and notes the statements that
// pass. So what a method runs is counted in the same way for all.
type wire struct {
	// address is where clients connect, engine what is behind it: host and port.
	address, engine string

	mutex      sync.Mutex
	statements []string
}

// listen passes on to the engine at the base URL of its API.
func listen(base string) (*wire, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("DIT_SANDBOX is %q: give the base URL of the sandbox, such as http://127.0.0.1:9050/bigquery/v2/", base)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &wire{address: l.Addr().String(), engine: u.Host}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: u.Scheme, Host: u.Host})
	proxy.ErrorLog = log.New(io.Discard, "", 0) // a client that is stopped is no news
	go http.Serve(l, http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(out, err.Error(), http.StatusBadRequest)
			return
		}
		w.note(body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(out, r)
	}))
	return w, nil
}

// note looks for the statement in what is sent to jobs.query or jobs.insert. A dry
// run reads nothing.
func (w *wire) note(body []byte) {
	var request struct {
		Query         string
		DryRun        bool
		Configuration struct {
			Query  struct{ Query string }
			DryRun bool
		}
	}
	if json.Unmarshal(body, &request) != nil || request.DryRun || request.Configuration.DryRun {
		return
	}
	if sql := request.Query + request.Configuration.Query.Query; sql != "" {
		w.mutex.Lock()
		defer w.mutex.Unlock()
		w.statements = append(w.statements, sql)
	}
}

// take gives the statements since the last time.
func (w *wire) take() []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	statements := w.statements
	w.statements = nil
	return statements
}

// reads is how often the statements name the table.
func reads(statements []string, t compare.Table) (n int) {
	for _, sql := range statements {
		n += strings.Count(sql, t.SQL())
	}
	return n
}
