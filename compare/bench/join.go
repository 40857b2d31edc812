package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/GlobalFishingWatch/dit/compare"
)

// columns are all but the key.
var columns = []string{"n", "v", "amount", "name", "flag", "ts", "day"}

// join compares by a FULL OUTER JOIN of all columns, written to a table. Where there
// are several ways, it takes the cheapest: all columns are counted in one
// statement, and samples are read only if there is something to show.
func (b bench) join(ctx context.Context, right compare.Table) (found, error) {
	for _, t := range []compare.Table{original, right} {
		row, err := b.query(ctx, "SELECT COUNT(*) AS repeated FROM (SELECT id FROM "+t.SQL()+" GROUP BY id HAVING COUNT(*) > 1)")
		if err != nil {
			return found{}, err
		}
		if row["repeated"] != int64(0) {
			return found{}, fmt.Errorf("%s has repeated keys", t)
		}
	}

	pairs, unequal := []string{"l.id AS l_id", "r.id AS r_id"}, []string(nil)
	for _, c := range columns {
		pairs = append(pairs, fmt.Sprintf("l.%[1]s AS l_%[1]s, r.%[1]s AS r_%[1]s", c))
		unequal = append(unequal, fmt.Sprintf("l_%[1]s IS DISTINCT FROM r_%[1]s", c))
	}
	if _, err := b.query(ctx, fmt.Sprintf("CREATE OR REPLACE TABLE %s AS SELECT %s FROM %s AS l FULL OUTER JOIN %s AS r ON l.id = r.id",
		joined.SQL(), strings.Join(pairs, ", "), original.SQL(), right.SQL())); err != nil {
		return found{}, err
	}

	unlike := strings.Join(unequal, " OR ")
	counts, err := b.query(ctx, fmt.Sprintf(`SELECT COUNTIF(r_id IS NULL) AS only_left, COUNTIF(l_id IS NULL) AS only_right,
  COUNTIF(l_id = r_id AND (%s)) AS changed FROM %s`, unlike, joined.SQL()))
	if err != nil {
		return found{}, err
	}
	perColumn := make([]string, len(columns))
	for i, c := range columns {
		perColumn[i] = fmt.Sprintf("COUNTIF(%s) AS %s", unequal[i], c)
	}
	if _, err := b.query(ctx, fmt.Sprintf("SELECT %s FROM %s WHERE l_id = r_id", strings.Join(perColumn, ", "), joined.SQL())); err != nil {
		return found{}, err
	}
	only, changed := counts["only_left"].(int64)+counts["only_right"].(int64), counts["changed"].(int64)
	if only+changed == 0 {
		return found{verdict: compare.Identical}, nil
	}
	_, err = b.query(ctx, fmt.Sprintf("SELECT * FROM %s WHERE l_id IS NULL OR r_id IS NULL OR %s ORDER BY l_id LIMIT 10", joined.SQL(), unlike))
	return found{verdict: compare.Different, changed: int(changed)}, err
}
