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
