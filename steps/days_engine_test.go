//go:build sandbox

package steps

import (
	"testing"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Days are counted by a time of any type, half-open and in UTC; a row without a time is in no day, nor are all rows but those.
func TestDaysOfEveryType(t *testing.T) {
	client, dataset := bqtest.Open(t, "days")
	run(t, client, "CREATE SCHEMA "+dataset)
	for kind, times := range map[string]string{
		"DATE":      "DATE '2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', NULL",
		"DATETIME":  "DATETIME '2024-01-01 23:59:59.999999', '2024-01-02 00:00:00', '2024-01-03 23:59:59.999999', '2024-01-04 00:00:00', NULL",
		"TIMESTAMP": "TIMESTAMP '2024-01-01 23:59:59.999999+00', '2024-01-02 00:00:00+00', '2024-01-03 23:59:59.999999+00', '2024-01-04 00:00:00+00', NULL",
	} {
		table := bq.Table{Project: bqtest.Project, Dataset: dataset, Name: kind}
		run(t, client, "CREATE TABLE "+table.SQL()+" AS SELECT ts FROM UNNEST(["+times+"]) AS ts")
		s := workflows.Source{TimeColumn: "ts", Columns: []workflows.Column{{Name: "ts", Type: kind}}}
		if n, err := count(t.Context(), client, table, s, days(2, 4)); n != 2 || err != nil {
			t.Errorf("%s: %d rows, %v", kind, n, err)
		}
		row, err := inRange(t.Context(), client, "COUNT(*), COUNTIF(NOT "+s.Within(days(2, 4))+")", table, s, days(1, 2), days(3, 5))
		if err != nil || row[0] != int64(3) || row[1] != int64(2) {
			t.Errorf("%s: %v, %v", kind, row, err)
		}
	}
}
