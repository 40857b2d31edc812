package compare

import (
	"testing"

	"cloud.google.com/go/bigquery"
)

// TestSelection has the queries by which a view is asked for its columns: with the filter that tables behind it may demand.
func TestSelection(t *testing.T) {
	schema := bigquery.Schema{field("id", "INTEGER"), field("day", "DATE")}
	const all, some = "SELECT * FROM `v`", "SELECT * FROM `v` AS x WHERE x.`day` >= DATE '2024-01-01' AND x.`day` < DATE '2024-02-01'"
	january := func(column string) *Between { return &Between{column, "2024-01-01", "2024-02-01"} }
	for _, c := range []struct {
		reason  string
		between *Between
		renamed map[string]string
		want    string
	}{
		{"no range", nil, nil, all},
		{"a column of both", january("DAY"), nil, some},
		{"the other side's name for it", january("date"), map[string]string{"date": "day"}, some},
		{"a column that the metadata do not know", january("new"), nil, all},
		{"the pseudo-column, which views have not", january(PartitionTime), nil, all},
	} {
		if got := c.between.selection("`v`", schema, c.renamed); got != c.want {
			t.Errorf("%s: %s, want %s", c.reason, got, c.want)
		}
	}
}
