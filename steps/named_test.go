package steps

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
	rest "google.golang.org/api/bigquery/v2"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Names without a project are of p12345; a question mark is on what may as well be a column.
func TestNamed(t *testing.T) {
	for definition, want := range map[string]string{
		"SELECT * FROM d.inner":                                                       "d.inner",
		"SELECT * FROM `p54321.d.größe`":                                              "p54321.d.größe, p54321.d?",
		"SELECT * FROM d.`ναυς`":                                                      "d.ναυς",
		"SELECT * FROM `d.in ner`":                                                    "d.in ner",
		"SELECT * FROM `my-project`.`d`.`inner`":                                      "my-project.d.inner",
		"SELECT * FROM d./* c */inner, d. -- c\nfar":                                  "d.far, d.inner",
		"SELECT * FROM d # c\r\n.inner":                                               "d.inner",
		"SELECT * FROM `google.com:p12345.d.inner`":                                   "google.com:p12345.d.inner",
		"SELECT * FROM world-fishing-827.d.inner":                                     "world-fishing-827.d.inner",
		"SELECT * FROM world-fishing-8a7.d.inner":                                     "world-fishing-8a7.d.inner",
		"SELECT * FROM world-fishing-827. d.inner":                                    "world-fishing-827.d.inner",
		"SELECT * FROM world-1e5.d.inner":                                             "world-1e5.d.inner",
		"SELECT * FROM d.2024_inner":                                                  "d.2024_inner",
		"SELECT * FROM d.order":                                                       "d.order",
		"SELECT * FROM table.inner":                                                   "table.inner",
		"SELECT * FROM d.inner.array":                                                 "d.inner",
		"SELECT * FROM my-project.d.inner.array":                                      "my-project.d.inner",
		"SELECT 'd.no', \"d.no\", r'\\'d.no' FROM d.inner -- d.no\n/* d.no */ # d.no": "d.inner",
		"SELECT m.x, COUNT(m.y), n.z-1.5 FROM d.inner AS m JOIN d.far AS n ON m.i = n.i WHERE n.j > m.j": "d.far, d.inner, m.i?, m.j?, m.x?, m.y?, n.i?, n.j?, n.z-1?",
		"SELECT x FROM a JOIN d.inner ON f(a.x, d.y), d.far, UNNEST(d.z)":                                "a.x?, d.far, d.inner, d.y?, d.z?",
		"SELECT x FROM ((d.inner CROSS JOIN d.far) JOIN (SELECT a.y, a.x FROM d.deep) USING (x)), d.top": "a.x?, a.y?, d.deep, d.far, d.inner, d.top",
		"FROM d.inner |> WHERE a.x IN (FROM d.far) |> JOIN d.deep USING (x) |> SELECT a.y, a.z":          "a.x?, a.y?, a.z?, d.deep, d.far, d.inner",
		"SELECT * FROM GAP_FILL(TABLE d.inner, ts_column => 'ts')":                                       "d.inner",
		"WITH c AS (SELECT * FROM d.inner) SELECT EXTRACT(DAY FROM x) FROM c UNION ALL (FROM d.far)":     "d.far, d.inner",
		"SELECT * FROM `p12345:d.inner`": "no name of a table",
		"SELECT * FROM `d.in&ner`":       "no name of a table",
		"SELECT 'a":                      "cannot be read",
		"SELECT ö FROM d.inner":          "cannot be read",
		"/* d.inner":                     "cannot be read",
	} {
		found, err := named(definition, "p12345")
		var all []string
		for table, how := range found {
			all = append(all, strings.TrimPrefix(table.String(), "p12345.")+map[mention]string{perhaps: "?"}[how])
		}
		slices.Sort(all)
		if got := strings.Join(all, ", "); got != want && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s\nnames %s (%v), want %s", definition, got, err, want)
		}
	}
}

// TestViewsBehindAView: BigQuery lists what the views behind a view read, and not these. The view is another source when one of
// them is redefined, however its name is written.
func TestViewsBehindAView(t *testing.T) {
	for reason, c := range map[string]struct{ inner, written, whyNot string }{
		"plain":                        {"inner", "d.inner", ""},
		"quoted":                       {"inner", "`p12345`.`d`.`inner`", ""},
		"umlauts":                      {"größe", "`p12345.d.größe`", ""},
		"greek":                        {"ναυς", "d.`ναυς`", ""},
		"a blank":                      {"in ner", "`d.in ner`", ""},
		"a comment":                    {"inner", "d./* messages */inner", ""},
		"a comment of a line":          {"inner", "d. -- messages\ninner", ""},
		"a domain":                     {"inner", "`google.com:p12345.d.inner`", ""},
		"that may not be looked at":    {"secret", "d.secret", "reads p12345.d.secret, which these credentials may not look at"},
		"columns that may be no table": {"inner", "d.inner AS secret WHERE secret.x = 1", ""},
		"a table not to be looked at":  {"inner", "d.inner JOIN d.secret USING (x)", "reads p12345.d.secret, which"},
	} {
		t.Run(reason, func(t *testing.T) {
			behind := "e1"
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer := func(status int, v any) {
					w.Header().Set("Content-Type", "application/json")
					w.WriteHeader(status)
					json.NewEncoder(w).Encode(v)
				}
				fail := func(status int, reason string) {
					answer(status, map[string]any{"error": map[string]any{"code": status, "errors": []any{rest.ErrorProto{Reason: reason}}}})
				}
				dataset, table, _ := strings.Cut(r.URL.Path, "/tables/")
				switch {
				case r.Method == http.MethodPost:
					answer(200, rest.Job{JobReference: &rest.JobReference{ProjectId: "p12345"}, Status: &rest.JobStatus{State: "DONE"}, Configuration: &rest.JobConfiguration{DryRun: true, Query: &rest.JobConfigurationQuery{}},
						Statistics: &rest.JobStatistics{Query: &rest.JobStatistics2{ReferencedTables: []*rest.TableReference{{ProjectId: "p12345", DatasetId: "d", TableId: "t"}}}}})
				case table == "secret" || strings.HasSuffix(dataset, "/secret"):
					fail(403, "accessDenied")
				case table == c.inner:
					answer(200, rest.Table{Type: "VIEW", Etag: behind, View: &rest.ViewDefinition{Query: "SELECT * FROM d.t", UseLegacySql: false, ForceSendFields: []string{"UseLegacySql"}}})
				case table == "t":
					answer(200, rest.Table{Type: "TABLE", Etag: "e"})
				default:
					fail(404, "notFound")
				}
			}))
			defer server.Close()
			client, err := bigquery.NewClient(t.Context(), "p12345", option.WithEndpoint(server.URL), option.WithoutAuthentication())
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			outer := &bigquery.TableMetadata{Type: bigquery.ViewTable, ETag: "e", ViewQuery: "SELECT * FROM " + c.written}
			name := func() string {
				identity, whyNot, err := identify(t.Context(), client, bq.Table{Project: "p12345", Dataset: "d", Name: "v"}, outer)
				if err != nil || (identity == "") != (c.whyNot != "") || !strings.Contains(whyNot, c.whyNot) {
					t.Errorf("identity %q, why not %q, %v", identity, whyNot, err)
				}
				return identity
			}
			before := name()
			behind = "e2"
			if after := name(); after == before && c.whyNot == "" {
				t.Errorf("%s was redefined, and the source is still %s", c.inner, after)
			}
		})
	}
}
