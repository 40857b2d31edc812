package compare

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

func TestCandidateStatement(t *testing.T) {
	schema := append(everyType(), field("Vessel_ID", "STRING"), field("x", "INTEGER"),
		&bigquery.FieldSchema{Name: "part key", Type: "STRING", Collation: "und:ci"},
		&bigquery.FieldSchema{Name: "fine", Type: "TIMESTAMP", TimestampPrecision: 12})
	columns := possibleKeys(schema)
	if got, want := columnNames(columns), "id, Vessel_ID, part key, n, bn, s, by, d, dt, tm, ts, i, x"; got != want {
		t.Errorf("columns %s, want %s", got, want)
	}
	table := Table{Project: "dit-sandbox", Dataset: "golden", Name: "candidates"}
	golden(t, "candidates.sql", candidateStatement(columns, table.SQL()))
	golden(t, "candidates.json", describeTables(t, map[Table]bigquery.Schema{table: columns}))
}

func TestCandidateLimit(t *testing.T) {
	var schema bigquery.Schema
	for i := range 100 {
		schema = append(schema, field(fmt.Sprintf("c%d", i), "INTEGER"))
	}
	schema = append(schema, field("row_key", "INTEGER"))
	columns := possibleKeys(schema)
	if len(columns) != maxCandidates || columns[0].Name != "row_key" || columns[1].Name != "c0" {
		t.Errorf("%d columns, the first %s", len(columns), columns[0].Name)
	}
}

func TestReadCandidates(t *testing.T) {
	columns := bigquery.Schema{field("id", "INTEGER"), field("a", "STRING"), field("b", "STRING")}
	for _, c := range []struct {
		reason string
		rows   any
		values []bigquery.Value
		want   string
		fails  bool
	}{
		{"as many values as rows", int64(3), []bigquery.Value{int64(3), int64(2), int64(3)}, "id b", false},
		{"no rows show nothing", int64(0), []bigquery.Value{int64(0), int64(0), int64(0)}, "", false},
		{"a count is missing", int64(3), []bigquery.Value{int64(3)}, "", true},
		{"the count is no number", nil, []bigquery.Value{int64(3), int64(2), int64(3)}, "", true},
	} {
		names, err := readCandidates(columns, map[string]bigquery.Value{"row_count": c.rows, "value_counts": c.values})
		if strings.Join(names, " ") != c.want || (err != nil) != c.fails || err != nil && !slices.Equal(names, nil) {
			t.Errorf("%s: %v, %v", c.reason, names, err)
		}
	}
}
