//go:build sandbox

package compare

import (
	"errors"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/bq"
)

var byID = Options{Keys: []string{"id"}}

// TestQueriesAsSides compares what queries give, with each other and with tables.
func TestQueriesAsSides(t *testing.T) {
	client := engine(t)
	table := tableSpec{"input_table", "id INT64, v STRING", []string{"(1, 'a')", "(2, NULL)"}}
	run(t, client, table.sql())
	name := table.table().String()
	for _, c := range []struct {
		name, left, right string
		options           Options
		want              Verdict
		says              string
	}{
		{"a table and all of it", name, "SELECT * FROM " + table.table().SQL(), byID, Identical, ""},
		{"a table and its rows in another column order", name, "SELECT v, id FROM " + table.table().SQL(), byID, Identical, ""},
		{"a table and half of it", name, "SELECT * FROM " + table.table().SQL() + " WHERE id = 1", byID, Different, "1 row is only on the left"},
		{"two queries", "SELECT 1 AS id, 'x' AS v", "WITH w AS (SELECT 1 AS id, 'y' AS v) SELECT * FROM w", byID, Different, "v (1)"},
		{"a comment at the end", "SELECT 1 AS id -- one", "SELECT 1 AS id", byID, Identical, ""},
		{"nothing on either side", "SELECT 1 AS id FROM UNNEST([]) AS x", "SELECT 1 AS id FROM UNNEST([]) AS x", byID, NotComparable, "empty"},
		{"a budget", name, "SELECT * FROM " + table.table().SQL(), Options{Keys: []string{"id"}, MaxBytes: 1 << 40}, Identical, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			left, right := input(t, c.left), input(t, c.right)
			r, err := Inputs(t.Context(), client, left, right, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != c.want || c.says != "" && !strings.Contains(strings.Join(r.Reasons, "\n"), c.says) {
				t.Errorf("%s, want %s with %q", r.Summary(), c.want, c.says)
			}
			if right.Query != "" && (r.Right.Type != "QUERY" || r.Right.Version != nil) {
				t.Errorf("the right side is called %s with version %v", r.Right.Type, r.Right.Version)
			}
		})
	}
	for _, wrong := range []string{"SELECT nothing FROM " + table.table().SQL(), "SELECT * FROM `dit-sandbox.dit_compare_test.absent`", "SELECT ) FROM", "SELECT 1 AS id; DROP TABLE " + table.table().SQL()} {
		var argument *ArgumentError
		if r, err := Inputs(t.Context(), client, input(t, name), input(t, wrong), byID); !errors.As(err, &argument) || !strings.Contains(err.Error(), "right query") {
			t.Errorf("%q gives %v and %v, want an argument error", wrong, r, err)
		}
	}
	if _, err := bq.Current(t.Context(), client, table.table()); err != nil {
		t.Errorf("a second statement was run: %v", err)
	}
}

func input(t *testing.T, text string) Input {
	t.Helper()
	i, err := ParseInput(text)
	if err != nil {
		t.Fatal(err)
	}
	return i
}
