//go:build sandbox

package compare

import (
	"context"
	"testing"
	"time"
)

// TestSpeed keeps a comparison of 100,000 with 100,000 rows within seconds.
func TestSpeed(t *testing.T) {
	client := engine(t)
	const rows, limit = 100_000, 10 * time.Second
	left := tableSpec{name: "speed_left"}.table()
	right := tableSpec{name: "speed_right"}.table()
	run(t, client, "CREATE OR REPLACE TABLE "+left.SQL()+` AS
		SELECT n AS id, n * 0.1 AS v, CONCAT('vessel ', CAST(MOD(n, 997) AS STRING)) AS s,
			TIMESTAMP_MICROS(n * 1000000) AS ts, MOD(n, 3) = 0 AS b, [n * 0.5, 1e0] AS a
		FROM UNNEST(GENERATE_ARRAY(1, 100000)) AS n`)
	run(t, client, "CREATE OR REPLACE TABLE "+right.SQL()+" AS SELECT * REPLACE (IF(MOD(id, 100) = 0, v + 1, v) AS v) FROM "+left.SQL()+" WHERE MOD(id, 1000) != 1")
	for name, o := range map[string]Options{"keyed": {Keys: []string{"id"}}, "whole rows": {}} {
		start := time.Now()
		r, err := Tables(context.Background(), client, left, right, o)
		took := time.Since(start)
		if err != nil {
			t.Fatal(err)
		}
		if r.Left.Rows != rows || r.Rows.OnlyLeft < rows/1000 {
			t.Errorf("%s: wrong counts %+v", name, r.Rows)
		}
		t.Logf("%s: %v", name, took)
		if took > limit {
			t.Errorf("%s: %v, more than %v", name, took, limit)
		}
	}
}
