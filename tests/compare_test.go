//go:build e2e

package tests

import (
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	const left = "SELECT 1 AS id, 0.5 AS v UNION ALL SELECT 2, 1.5"
	for _, c := range []struct {
		reason, right string
		args          []string
		code          int
		want          []string
	}{
		{"equal", "SELECT 2 AS id, 1.5 AS v UNION ALL SELECT 1, 0.5", nil, 0, []string{"IDENTICAL", "2 rows"}},
		{"different", "SELECT 1 AS id, 0.5 AS v UNION ALL SELECT 2, 1.75", nil, 1, []string{"DIFFERENT", "v (1)", "0.25"}},
		{"within tolerance", "SELECT 1 AS id, 0.5 AS v UNION ALL SELECT 2, 1.75", []string{"--tolerance=v=0.3"}, 0, []string{"WITHIN_TOLERANCE"}},
		{"nothing to compare", "SELECT 1 AS id, 0.5 AS v LIMIT 0", []string{"--format=json"}, 1, []string{`"only_left": 2`}},
		{"no such key", left, []string{"--keys=nope"}, 2, []string{`"nope"`, "id, v"}},
		{"no such table", "dit-sandbox.dit.no_such_table", nil, 3, []string{"NOT_COMPARABLE", "does not exist"}},
		{"not a table", "no_such_table", nil, 2, []string{"project.dataset.table"}},
		{"a query that cannot run", "SELECT nothing", nil, 2, []string{"right query"}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			args := append([]string{"-m", "..", "call", "compare", "--left=" + left, "--right=" + c.right}, c.args...)
			if !strings.Contains(strings.Join(c.args, " "), "--keys") {
				args = append(args, "--keys=id")
			}
			dagger(t, args...).want(t, c.code, c.want...)
		})
	}
}

// Without keys, columns are proposed and none is taken.
func TestCompareProposesKeys(t *testing.T) {
	const table = "dit-sandbox.dit.e2e_keys"
	dagger(t, "-m", "..", "call", "query", "--sql=CREATE SCHEMA IF NOT EXISTS dit; CREATE OR REPLACE TABLE dit.e2e_keys AS SELECT 7 AS msg_id, 'a' AS name UNION ALL SELECT 8, 'a'").want(t, 0)
	dagger(t, "-m", "..", "call", "compare", "--left="+table, "--right=SELECT * FROM dit.e2e_keys WHERE msg_id = 7").
		want(t, 1, "1 row is only on the left", "unique and never NULL on the left: msg_id")
	dagger(t, "-m", "..", "call", "query", "--sql=DROP TABLE dit.e2e_keys").want(t, 0)
}
