package bq

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/bigquery"
	"golang.org/x/oauth2"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq/names"
)

func TestParseTable(t *testing.T) {
	for _, good := range []string{"dit-sandbox.scratch.gaps_1", "example.com:my-project.d.t", "project1.d.Ünï cödé-2"} {
		table, err := ParseTable(good)
		if err != nil || table.String() != good || table.SQL() != "`"+good+"`" {
			t.Errorf("ParseTable(%q) = %v, %v", good, table, err)
		}
	}
	bad := map[string]string{ // input: what the error must say
		"":                        "not of the form",
		"t":                       "1 parts",
		"dataset.t":               "2 parts",
		"project1:dataset.t":      "legacy",
		"a.b.c.d":                 "4 parts",
		"`project1.d.t`":          "backticks",
		"project1.d.t$2024":       "decorator",
		"project1.d.t@0":          "decorator",
		"project1.d.t_*":          "wildcard",
		"project1.d.":             "1 to 1024",
		"project1.d-x.t":          `dataset "d-x"`,
		"project1..t":             `dataset ""`,
		"Project.d.t":             `project "Project"`,
		"project1.d.t\n":          "not allowed",
		"project1.d.t;DROP":       "not allowed",
		"project1.d.t\\` OR":      "backticks",
		"short.d.t":               "6 to 30",
		"project1.d.\xff":         "UTF-8",
		"example.com:project1.d.": "1 to 1024",
	}
	for in, want := range bad {
		if table, err := ParseTable(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseTable(%q) = %v, %v; want an error with %q", in, table, err, want)
		}
	}
}

func TestSplitDataset(t *testing.T) {
	for in, want := range map[string][2]string{"d": {"", "d"}, "project1.d": {"project1", "d"}, "example.com:project1.d": {"example.com:project1", "d"}} {
		if project, dataset, err := names.SplitDataset(in); err != nil || [2]string{project, dataset} != want {
			t.Errorf("SplitDataset(%q) = %q, %q, %v", in, project, dataset, err)
		}
	}
	for _, in := range []string{"", "project1.", ".d", "d-x", "project1.d.t", "example.com:project1"} {
		if project, dataset, err := names.SplitDataset(in); err == nil {
			t.Errorf("SplitDataset(%q) = %q, %q", in, project, dataset)
		}
	}
}

// What ParseTable accepts comes back unchanged, and cannot leave its backticks.
func FuzzParseTable(f *testing.F) {
	for _, s := range []string{"project1.d.t", "a:b.c.d", "..", "`", "example.com:project1.d.t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		table, err := ParseTable(s)
		if err != nil {
			return
		}
		if table.String() != s || strings.Count(table.SQL(), "`") != 2 || strings.ContainsAny(s, "\\\n\r\x00") {
			t.Errorf("%q accepted as %#v", s, table)
		}
	})
}

func TestTableJSON(t *testing.T) {
	in := map[string]Table{"a": {"project1", "d", "t"}, "none": {}}
	text, err := json.Marshal(in)
	if err != nil || string(text) != `{"a":"project1.d.t","none":""}` {
		t.Fatalf("%s, %v", text, err)
	}
	var out map[string]Table
	if err := json.Unmarshal(text, &out); err != nil || out["a"] != in["a"] || out["none"] != in["none"] {
		t.Errorf("%v, %v", out, err)
	}
	if json.Unmarshal([]byte(`{"a":"d.t"}`), &out) == nil {
		t.Error("a name of two parts was read")
	}
}

func TestSanitizeLabel(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "",
		"Pipe_Gaps-1":            "pipe_gaps-1",
		"gcr.io/p/i:v1":          "gcr-io-p-i-v1",
		"été":                    "-t-",
		strings.Repeat("x", 100): strings.Repeat("x", 63),
	} {
		if got := SanitizeLabel(in); got != want {
			t.Errorf("SanitizeLabel(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestVersionEqual(t *testing.T) {
	base := Version{Etag: "e", LastModified: 2, Created: 1, NumRows: 3, NumBytes: 4}
	tests := []struct {
		reason string
		change func(*Version)
		equal  bool
	}{
		{"the same", func(*Version) {}, true},
		{"size is no identity: it may be counted anew", func(v *Version) { v.NumBytes = 5 }, true},
		{"etag", func(v *Version) { v.Etag = "f" }, false},
		{"modified", func(v *Version) { v.LastModified = 9 }, false},
		{"made anew", func(v *Version) { v.Created = 9 }, false},
		{"rows", func(v *Version) { v.NumRows = 9 }, false},
		{"streaming", func(v *Version) { v.Streaming = true }, false},
	}
	for _, test := range tests {
		v := base
		test.change(&v)
		if base.Equal(v) != test.equal || v.Equal(base) != test.equal || (base.Difference(v) == "") != test.equal {
			t.Errorf("%s: equal %v, difference %q", test.reason, base.Equal(v), base.Difference(v))
		}
	}
	if v := VersionOf(&bigquery.TableMetadata{}); v.String() != "" || v.Equal(v) {
		t.Errorf("a version that the service does not tell is %q", v)
	}
	if (Version{}).Equal(Version{}) {
		t.Error("versions without a token are equal")
	}
}

func TestClassify(t *testing.T) {
	answer := func(code int, reason string) error {
		e := &googleapi.Error{Code: code, Message: "m"}
		if reason != "" {
			e.Errors = []googleapi.ErrorItem{{Reason: reason}}
		}
		return e
	}
	tests := []struct {
		in   error
		want error
	}{
		{answer(404, "notFound"), ErrNotFound},
		{answer(404, ""), ErrNotFound},
		{answer(409, "duplicate"), ErrConflict},
		{answer(412, "conditionNotMet"), ErrConflict},
		{answer(401, "required"), ErrPermission},
		{answer(400, "required"), ErrInvalid},
		{answer(403, "accessDenied"), ErrPermission},
		{answer(403, "quotaExceeded"), ErrQuota},
		{answer(403, "rateLimitExceeded"), ErrQuota},
		{answer(400, "invalidQuery"), ErrInvalid},
		{answer(400, "quotaExceeded"), ErrQuota},
		{answer(503, "backendError"), ErrUnavailable},
		{answer(502, ""), ErrUnavailable},
		{&oauth2.RetrieveError{Response: &http.Response{StatusCode: 400}, ErrorCode: "invalid_grant"}, ErrPermission},
		{&oauth2.RetrieveError{Response: &http.Response{StatusCode: 503}}, ErrUnavailable},
		{&auth.Error{Response: &http.Response{StatusCode: 503}}, ErrUnavailable},
		{&bigquery.Error{Reason: "notFound"}, ErrNotFound},
		{&bigquery.Error{Reason: "invalidQuery"}, ErrInvalid},
	}
	for _, test := range tests {
		got := Classify(test.in)
		if !errors.Is(got, test.want) || !errors.Is(got, test.in) || Classify(got) != got {
			t.Errorf("Classify(%v) = %v, want %v", test.in, got, test.want)
		}
	}
	for _, same := range []error{nil, context.Canceled, errors.New("other")} {
		if Classify(same) != same {
			t.Errorf("Classify(%v) changed it", same)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	<-ctx.Done()
	if err := ctx.Err(); Classify(err) != err {
		t.Errorf("deadline became %v", Classify(err))
	}
}

func TestCurrentNotFound(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(404)
		w.Write([]byte(`{"error":{"code":404,"message":"Not found: Table","errors":[{"reason":"notFound"}]}}`))
	}))
	defer server.Close()
	client, err := Open(t.Context(), "project1", "US", option.WithEndpoint(server.URL), option.WithoutAuthentication())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = Current(t.Context(), client, Table{"project1", "d", "t"})
	if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "project1.d.t") {
		t.Errorf("%v", err)
	}
	if _, err := Open(t.Context(), "no", ""); err == nil {
		t.Error("project \"no\" accepted")
	}
}
