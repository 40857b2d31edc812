package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestWireNotesStatements(t *testing.T) {
	const dryRun = `{"configuration": {"dryRun": true, "query": {"query": "SELECT 3"}}}`
	var last string
	engine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		last = string(body)
	}))
	defer engine.Close()
	w, err := listen(engine.URL + "/bigquery/v2/")
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{
		`{"query": "SELECT 1", "useLegacySql": false}`,
		`{"configuration": {"query": {"query": "SELECT 2"}}}`,
		dryRun,
		`{"dryRun": true, "query": "SELECT 4"}`,
		`{"configuration": {"load": {}}}`,
		`no JSON`,
		dryRun,
	} {
		r, err := http.Post("http://"+w.address, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
	}
	if got := w.take(); !slices.Equal(got, []string{"SELECT 1", "SELECT 2"}) {
		t.Errorf("noted %q", got)
	}
	if last != dryRun || len(w.take()) != 0 {
		t.Errorf("passed on %q last", last)
	}
}

func TestReads(t *testing.T) {
	if n := reads([]string{"SELECT * FROM " + equal.SQL(), "SELECT 1 FROM " + equal.SQL() + ", " + equal.SQL(), "FROM " + changed.SQL()}, equal); n != 3 {
		t.Errorf("%d reads", n)
	}
}
