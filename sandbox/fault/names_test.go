package fault

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTablesThatARequestNames(t *testing.T) {
	const jobs, queries = "/bigquery/v2/projects/p/jobs", "/bigquery/v2/projects/p/queries"
	upload := "--b\r\nContent-Type: application/json\r\n\r\n" + `{"configuration":{"load":{"destinationTable":{"projectId":"p","datasetId":"d","tableId":"t"}}}}` +
		"\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + strings.Repeat("row\n", 5000) + "\r\n--b--\r\n"
	for _, tt := range []struct {
		path, kind, body, want string
	}{
		{"/bigquery/v2/projects/p/datasets/d/tables/t", "", "", "[p.d.t]"},
		{"/bigquery/v2/projects/p/datasets/d/tables/t/insertAll", "application/json", `{"rows":[]}`, "[p.d.t]"},
		{"/bigquery/v2/projects/p/datasets/d/tables", "application/json", `{"tableReference":{"projectId":"p","datasetId":"d","tableId":"t"}}`, "[p.d.t]"},
		{jobs, "application/json", `{"configuration":{"load":{"destinationTable":{"projectId":"q","datasetId":"d","tableId":"t"}}}}`, "[q.d.t]"},
		{jobs, "application/json", `{"configuration":{"copy":{"sourceTables":[{"datasetId":"d","tableId":"a"},{"datasetId":"d","tableId":"b"}],"destinationTable":{"datasetId":"d","tableId":"c"}}}}`, "[p.d.c p.d.a p.d.b]"},
		{jobs, "application/json", `{"configuration":{"query":{"query":"SELECT * FROM t JOIN ` + "`q-1.e.u`" + ` USING (x)","defaultDataset":{"datasetId":"d"}}}}`, "[p.d.t q-1.e.u]"},
		{queries, "application/json", `{"query":"insert into d.t select * from q-1.` + "`e`" + `.u, x"}`, "[p.d.t q-1.e.u]"},
		{queries, "application/json", `{"query":"CREATE TABLE IF NOT EXISTS d.t AS SELECT EXTRACT(YEAR FROM c) FROM d.INFORMATION_SCHEMA.TABLES"}`, "[p.d.t d.INFORMATION_SCHEMA.TABLES]"},
		{queries, "application/json", `not json`, "[]"},
		{"/upload" + jobs + "?uploadType=multipart", "multipart/related; boundary=b", upload, "[p.d.t]"},
		{"/upload" + jobs + "?uploadType=resumable&upload_id=1", "application/octet-stream", `{"datasetId":"d","tableId":"t"}`, "[]"},
	} {
		r := httptest.NewRequest("POST", tt.path, strings.NewReader(tt.body))
		r.Header.Set("Content-Type", tt.kind)
		if got := fmt.Sprint(readNames(r).tables); got != tt.want {
			t.Errorf("%s %.90s: %s, want %s", tt.path, tt.body, got, tt.want)
		}
		if body, err := io.ReadAll(r.Body); string(body) != tt.body || err != nil {
			t.Errorf("%s: %d bytes of the body are left, want %d; %v", tt.path, len(body), len(tt.body), err)
		}
	}
	r := httptest.NewRequest("POST", "/google.cloud.bigquery.storage.v1.BigQueryRead/CreateReadSession", nil)
	r.Header.Set("Content-Type", "application/grpc")
	r.Header.Set("X-Goog-Request-Params", "read_session.table=projects%2Fp%2Fdatasets%2Fd%2Ftables%2Ft")
	n := readNames(r)
	if len(n.matching("d.t")) != 1 || len(n.matching("p.*.t")) != 1 || len(n.matching("t")) != 0 {
		t.Errorf("gRPC: %v", n.tables)
	}
}

func TestCutLines(t *testing.T) {
	for _, tt := range []struct {
		content string
		n       int
		want    string
		cut     int
	}{
		{"a\nb\nc\n", 1, "a\nb\n", 1}, {"a\nb\nc", 2, "a\n", 2}, {"a\n\n \nb\n\n", 1, "a\n\n \n", 1}, {"a\n\n \nb\n\n", 2, "", 2}, {"a\n", 5, "", 1}, {"", 1, "", 0}, {"\n\n", 1, "", 0},
	} {
		if got, cut := cutLines([]byte(tt.content), tt.n); string(got) != tt.want || cut != tt.cut {
			t.Errorf("cutLines(%q, %d) = %q, %d; want %q, %d", tt.content, tt.n, got, cut, tt.want, tt.cut)
		}
	}
}
