package compare

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
)

// fakeService answers what is asked before a statement runs: the tables' JSON by
// name, and a dry run of so many bytes. A statement that does run is an error.
type fakeService struct {
	tables map[string]string
	bytes  int64
	ran    int
}

func (f *fakeService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodPost {
		var job struct {
			Configuration struct{ DryRun bool }
		}
		if err := json.NewDecoder(r.Body).Decode(&job); err != nil || !job.Configuration.DryRun {
			f.ran++
			refuse(w, http.StatusForbidden, "accessDenied")
			return
		}
		fmt.Fprintf(w, `{"configuration": {"query": {}}, "jobReference": {"projectId": "p", "jobId": "j"}, "status": {"state": "DONE"},
			"statistics": {"totalBytesProcessed": "%d", "query": {"totalBytesProcessed": "%d"}}}`, f.bytes, f.bytes)
		return
	}
	if body, ok := f.tables[path.Base(r.URL.Path)]; ok {
		fmt.Fprint(w, body)
		return
	}
	refuse(w, http.StatusNotFound, "notFound")
}

func refuse(w http.ResponseWriter, code int, reason string) {
	w.WriteHeader(code)
	fmt.Fprintf(w, `{"error": {"code": %d, "message": "no", "errors": [{"reason": %q}]}}`, code, reason)
}

func tableJSON(kind, more string) string {
	return fmt.Sprintf(`{"type": %q, "etag": "e", "lastModifiedTime": "5", "creationTime": "4", "location": "US",
		"schema": {"fields": [{"name": "id", "type": "INTEGER"}, {"name": "v", "type": "FLOAT"}]}%s}`, kind, more)
}

func TestTablesWithoutReading(t *testing.T) {
	full, empty := tableJSON("TABLE", `, "numRows": "3"`), tableJSON("TABLE", `, "numRows": "0"`)
	for _, c := range []struct {
		name, reason string
		left, right  string
		service      fakeService
		options      Options
		want         Verdict
		says         string
	}{
		{"same table", "its version is the proof", "a", "a", fakeService{tables: map[string]string{"a": full}}, Options{}, Identical, ""},
		{"same empty table", "it shows nothing", "a", "a", fakeService{tables: map[string]string{"a": empty}}, Options{}, NotComparable, "empty"},
		{"same empty table, allowed", "", "a", "a", fakeService{tables: map[string]string{"a": empty}}, Options{AllowEmpty: true}, Identical, ""},
		{"right missing", "not a difference: there is nothing to differ from", "a", "b", fakeService{tables: map[string]string{"a": full}}, Options{}, NotComparable, "the right table proj-1.d.b does not exist"},
		{"both missing", "missing on both sides is not equal", "b", "b", fakeService{}, Options{}, NotComparable, "the left table proj-1.d.b does not exist"},
		{"too dear", "the dry run says so before anything is paid", "a", "b", fakeService{tables: map[string]string{"a": full, "b": full}, bytes: 1001}, Options{MaxBytes: 1000}, NotComparable, "takes 1001 bytes, more than the 1000 allowed"},
		{"partition filter", "it cannot be read as a whole", "a", "b", fakeService{tables: map[string]string{"a": full, "b": tableJSON("TABLE", `, "requirePartitionFilter": true`)}}, Options{}, NotComparable, "requires a partition filter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := fakeClient(t, &c.service)
			r, err := Tables(context.Background(), client, Table{Project: "proj-1", Dataset: "d", Name: c.left}, Table{Project: "proj-1", Dataset: "d", Name: c.right}, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != c.want || r.Read || c.service.ran > 0 {
				t.Errorf("verdict %s, read %v, %d statements; want %s without reading: %s %v", r.Verdict, r.Read, c.service.ran, c.want, c.reason, r.Reasons)
			}
			if c.says != "" && !strings.Contains(strings.Join(r.Reasons, "\n"), c.says) {
				t.Errorf("reasons %q do not say %q", r.Reasons, c.says)
			}
			if _, err := json.Marshal(r); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTablesErrors(t *testing.T) {
	tables := map[string]string{"a": tableJSON("TABLE", ""), "b": tableJSON("VIEW", "")}
	a, b := Table{Project: "proj-1", Dataset: "d", Name: "a"}, Table{Project: "proj-1", Dataset: "d", Name: "b"}
	client := fakeClient(t, &fakeService{tables: tables})
	var argument *ArgumentError
	if _, err := Tables(context.Background(), client, a, b, Options{Keys: []string{"zz"}}); !errors.As(err, &argument) {
		t.Errorf("an unknown key gives %v, want an argument error", err)
	}
	r, err := Tables(context.Background(), client, a, b, Options{})
	if !errors.Is(err, bq.ErrPermission) || r != nil {
		t.Errorf("a refused statement gives %v and %v, want no result and the refusal", r, err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Tables(stopped, client, a, b, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context gives %v", err)
	}
}

func fakeClient(t *testing.T, f *fakeService) *bigquery.Client {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	client, err := bigquery.NewClient(context.Background(), "proj-1", option.WithEndpoint(server.URL+"/bigquery/v2/"), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}
