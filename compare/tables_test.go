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
	// more are columns that queries have beside those of tableJSON.
	more string
	ran  int
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
			"statistics": {"totalBytesProcessed": "%d", "query": {"totalBytesProcessed": "%d", "schema": {"fields": [%s]}}}}`, f.bytes, f.bytes, fieldsJSON+f.more)
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
		"schema": {"fields": [%s]}%s}`, kind, fieldsJSON, more)
}

const fieldsJSON = `{"name": "id", "type": "INTEGER"}, {"name": "v", "type": "FLOAT"}`

// TestColumnsOfViews has a view whose table has got a column since the view was made: its
// metadata do not tell, what it gives does.
func TestColumnsOfViews(t *testing.T) {
	service := &fakeService{tables: map[string]string{"a": tableJSON("TABLE", ""), "b": tableJSON("VIEW", "")}, more: `, {"name": "extra", "type": "STRING"}`}
	client := fakeClient(t, service)
	side, err := describeSide(t.Context(), client, "right", Input{Table: sideB}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if extra := find(side.meta.Schema, "extra"); extra == nil || extra.Collation == "" {
		t.Errorf("the view's columns are %v: want extra among them, as a text that may be collated", side.meta.Schema)
	}
	if side, err = describeSide(t.Context(), client, "left", Input{Table: sideA}, Options{}); err != nil || len(side.meta.Schema) != 2 {
		t.Errorf("the table's columns are %v, %v", side.meta.Schema, err)
	}
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
		{"recorded fingerprints", "both are known to hold the same", "a", "b", fakeService{tables: map[string]string{"a": full, "b": full}}, Options{Keys: []string{"id"}, Ignore: []string{"v"}, Bases: marked("f", "f")}, Identical, ""},
		{"recorded fingerprints of nothing", "", "a", "b", fakeService{tables: map[string]string{"a": empty, "b": empty}}, Options{Bases: []Base{{Table: sideA, Version: atRows(0), Fingerprint: "f"}, {Table: sideB, Version: atRows(0), Fingerprint: "f"}}}, NotComparable, "empty"},
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

var sideA, sideB = Table{Project: "proj-1", Dataset: "d", Name: "a"}, Table{Project: "proj-1", Dataset: "d", Name: "b"}

// atRows is the version of tableJSON with so many rows.
func atRows(n int64) *Version {
	return &Version{Etag: "e", LastModified: 5, Created: 4, NumRows: n}
}

// marked are both tables at their versions, with fingerprints.
func marked(a, b string) []Base {
	return []Base{{Table: sideA, Version: atRows(3), Fingerprint: a}, {Table: sideB, Version: atRows(3), Fingerprint: b}}
}

// TestReadAllTheSame has what looks like a proof that nothing needs to be read, and is none.
func TestReadAllTheSame(t *testing.T) {
	full := tableJSON("TABLE", `, "numRows": "3"`)
	changed := marked("f", "f")
	changed[1].Version = &Version{Etag: "other", LastModified: 5, Created: 4, NumRows: 3}
	unversioned := marked("f", "f")
	unversioned[0].Version = nil
	for name, c := range map[string]struct {
		right Table
		kind  string
		o     Options
		want  bool
	}{
		"other fingerprints": {sideB, full, Options{Bases: marked("f", "g")}, true},
		"no fingerprints":    {sideB, full, Options{Bases: marked("", "")}, true},
		"one fingerprint":    {sideB, full, Options{Bases: marked("f", "f")[:1]}, true},
		"of another version": {sideB, full, Options{Bases: changed}, false},
		"of no version":      {sideB, full, Options{Bases: unversioned}, true},
		"a view":             {sideB, tableJSON("VIEW", ""), Options{Bases: marked("f", "f")[:1]}, true},
		"a range":            {sideB, full, Options{Between: &Between{Column: "id", From: "1"}, Bases: marked("f", "f")}, true},
	} {
		service := &fakeService{tables: map[string]string{"a": full, "b": c.kind}}
		r, err := Tables(t.Context(), fakeClient(t, service), sideA, c.right, c.o)
		if got := service.ran > 0 && err != nil; got != c.want {
			t.Errorf("%s: read %v, %v, %v; want %v", name, service.ran, r, err, c.want)
		}
		if r != nil && r.Verdict != NotComparable {
			t.Errorf("%s: %s", name, r.Verdict)
		}
	}
}

// TestOptionsThatNeedReading are those by which equal tables can differ.
func TestOptionsThatNeedReading(t *testing.T) {
	table := &bigquery.TableMetadata{Type: bigquery.RegularTable}
	l, r := source{table: sideA, meta: table, version: *atRows(3)}, source{table: sideB, meta: table, version: *atRows(3)}
	for name, o := range map[string]Options{
		"columns that are others": {Rename: map[string]string{"id": "v"}},
		"rows that must differ":   {Expect: &Expectation{Where: "id = 1"}},
		"a range":                 {Between: &Between{Column: "id", From: "1"}},
		"partitions":              {Keys: []string{"_partitiontime"}},
	} {
		if provenAlike(l, l, Options{}) == "" || provenAlike(l, r, Options{Bases: marked("f", "f")}) == "" {
			t.Fatal("without options they are alike")
		}
		o.Bases = marked("f", "f")
		if same, marked := provenAlike(l, l, o), provenAlike(l, r, o); same != "" && o.Keys == nil || marked != "" { // a row of one table is in one partition
			t.Errorf("%s: %q for one table, %q by fingerprints", name, same, marked)
		}
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
