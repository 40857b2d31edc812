//go:build sandbox

package compare

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"
)

// TestExplain makes differences of which it is known where they are.
func TestExplain(t *testing.T) {
	client := engine(t)
	const source = `SELECT n AS id, DATE_ADD(DATE '2024-01-01', INTERVAL MOD(n, 31) DAY) AS day,
		IF(MOD(n, 31) = 4, NULL, TIMESTAMP_ADD(TIMESTAMP '2024-01-01 23:59:59.5+00', INTERVAL MOD(n, 31) * 24 HOUR)) AS ts,
		IF(MOD(n, 9) = 0, NULL, CONCAT('class "', CAST(MOD(n, 9) AS STRING), '"')) AS class, MOD(n, 2) = 0 AS even,
		n * 0.5 AS speed, n * 0.25 AS course, CONCAT('vessel ', CAST(n AS STRING)) AS name
		FROM UNNEST(GENERATE_ARRAY(1, 3100)) AS n`
	for i, c := range []struct {
		name, left, right, want string
		options                 Options
		// check looks at more than the summary; nil: nothing more.
		check func(*Explanation) bool
	}{
		{name: "one day", options: byID, right: "SELECT * REPLACE (IF(MOD(id, 31) = 2 AND id < 400, speed + 1, speed) AS speed) FROM source",
			want:  "all 13 differing keys have day 2024-01-03 (of 31 days); first: id=2",
			check: func(e *Explanation) bool { return e.Dimensions[0].Top[0].Keys == 100 && e.Keys == 3100 }},
		{name: "the day of a TIMESTAMP, on the right alone", options: Options{Keys: []string{"id"}, Ignore: []string{"day"}},
			left: "SELECT * FROM source WHERE MOD(id, 31) != 2", right: "SELECT * FROM source",
			want: "all 100 differing keys have ts 2024-01-03 (of 31 days), where every key differs; first: id=2"},
		{name: "NULL", options: Options{Keys: []string{"id"}, Ignore: []string{"day"}},
			right: "SELECT * REPLACE (IF(MOD(id, 31) = 4, speed + 1, speed) AS speed) FROM source",
			want:  "all 100 differing keys have ts NULL (of 31 days), where every key differs; first: id=4",
			check: func(e *Explanation) bool { return e.Dimensions[0].From == "" && e.Dimensions[0].Top[0].Value == nil }},
		{name: "a stretch of days", options: byID, right: "SELECT * FROM source WHERE MOD(id, 31) NOT BETWEEN 10 AND 16 OR id < 2000",
			want:  "all 246 differing keys have day 2024-01-11 to 2024-01-17 (of 31 days); first: id=2000",
			check: func(e *Explanation) bool { return e.Dimensions[0].Touched == 7 && e.Dimensions[0].TouchedKeys == 700 }},
		{name: "a text with quotes, and a text that is NULL", options: byID,
			right: "SELECT * REPLACE (IF(MOD(id, 9) IN (0, 5), course + 1, course) AS course) FROM source WHERE MOD(id, 10) > 0 OR MOD(id, 9) = 0 OR MOD(id, 9) = 5",
			left:  "SELECT * FROM source WHERE MOD(id, 10) > 0 OR MOD(id, 9) = 0 OR MOD(id, 9) = 5",
			want:  `all 688 differing keys have class NULL or class "5" (of 9 values), where every key differs; first: id=5`},
		{name: "columns that differ together", options: byID,
			right: "SELECT * REPLACE (IF(MOD(id, 100) = 0, speed + 1, speed) AS speed, IF(MOD(id, 100) = 0 OR id = 777, course + 1, course) AS course) FROM source WHERE id != 55",
			want:  "31 of 33 differing keys have even true (of 2 values); speed and course differ together in 31 of 32 pairs; first: id=55",
			check: func(e *Explanation) bool { return fmt.Sprint(e.Together) == "[{[speed course] 31} {[course] 1}]" }},
		{name: "tolerated differences are none", options: Options{Keys: []string{"id"}, Tolerance: Tolerance{Absolute: 1}},
			right: "SELECT * REPLACE (IF(MOD(id, 31) = 2, speed + 10, speed + 0.5) AS speed, course + 0.5 AS course) FROM source",
			want:  "all 100 differing keys have day 2024-01-03 (of 31 days), where every key differs; first: id=2",
			check: func(e *Explanation) bool { return fmt.Sprint(e.Together) == "[{[speed] 100}]" }},
		{name: "spread", options: byID, right: "SELECT * REPLACE (IF(MOD(id, 7) = 0, speed + 1, speed) AS speed) FROM source",
			want: "the 442 differing keys are spread over 31 of 31 days of day; first: id=7"},
		{name: "without keys", right: "SELECT * REPLACE (IF(MOD(id, 31) = 2 AND id < 400, speed + 1, speed) AS speed) FROM source",
			want: `all 26 differing rows have day 2024-01-03 (of 31 days); first: id=2 day=2024-01-03 ts=2024-01-03T23:59:59.5Z class=class "2" even=true speed=1…`},
		{name: "all of them", options: byID, right: "SELECT * FROM source WHERE FALSE", want: "all 3100 keys differ; first: id=1"},
		{name: "a single one, without samples", options: Options{Keys: []string{"id"}, Samples: -1}, right: "SELECT * FROM source WHERE id != 8", want: "a single key differs"},
		{name: "repeated keys", options: Options{Keys: []string{"day", "class"}}, right: "SELECT * FROM source WHERE NOT (MOD(id, 31) = 2 AND id < 900)",
			want: `all 9 differing keys have day 2024-01-03 (of 31 days), where every key differs; first: day=2024-01-03 class=NULL`},
		{name: "no column to tell by", options: byID, left: "SELECT id, speed FROM source", right: "SELECT id, speed FROM source WHERE id > 10",
			want: "10 of 3100 keys differ, and no column tells where; first: id=1"},
		{name: "awkward names", options: Options{Keys: []string{"select"}},
			left:  "SELECT id AS `select`, day AS `part`, class AS `value`, speed AS v1, course AS `naïve name` FROM source",
			right: "SELECT id AS `SELECT`, day AS `Part`, class AS `value`, IF(MOD(id, 31) = 2, speed + 1, speed) AS v1, IF(MOD(id, 31) = 2, 0, course) AS `naïve name` FROM source",
			want:  "all 100 differing keys have part 2024-01-03 (of 31 days), where every key differs; v1 and naïve name differ together in all 100 pairs; first: select=2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sides [2]Table
			script := ""
			for n, query := range []string{cmp.Or(c.left, "SELECT * FROM source"), c.right} {
				sides[n] = tableSpec{name: fmt.Sprintf("explain_%d_%d", i, n)}.table()
				script += "CREATE OR REPLACE TABLE " + sides[n].SQL() + " AS WITH source AS (" + source + ") " + query + ";\n"
			}
			run(t, client, script)
			r, err := Tables(t.Context(), client, sides[0], sides[1], c.options)
			if err != nil {
				t.Fatal(err)
			}
			e := r.Explanation
			if e == nil {
				t.Fatalf("no explanation: %s, %q", r.Summary(), r.Notes)
			}
			if e.Summary != c.want || c.check != nil && !c.check(e) {
				t.Errorf("%s, want\n%s\n%+v", e.Summary, c.want, *e)
			}
		})
	}
}

// TestExplainWhen holds the explanation against what was asked for.
func TestExplainWhen(t *testing.T) {
	client := engine(t)
	left, right := tableSpec{"explain_when_left", "id INT64", []string{"(1)"}}, tableSpec{"explain_when_right", "id INT64", []string{"(2)"}}
	run(t, client, left.sql()+right.sql())
	for _, c := range []struct {
		name    string
		options Options
		want    bool
	}{
		{"small tables", Options{}, true}, {"never", Options{Explain: ExplainNever}, false},
		{"a byte limit", Options{MaxBytes: 1 << 40}, false}, {"always, below a byte limit", Options{MaxBytes: 1 << 40, Explain: ExplainAlways}, true},
	} {
		r, err := Tables(t.Context(), client, left.table(), right.table(), c.options)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Explanation != nil; got != c.want || len(r.Notes) > 0 || r.Verdict != Different {
			t.Errorf("%s: explained %v, want %v: %s %q", c.name, got, c.want, r.Summary(), r.Notes)
		}
	}
	if r, err := Tables(t.Context(), client, left.table(), left.table(), Options{Explain: ExplainAlways}); err != nil || r.Explanation != nil {
		t.Errorf("a table and itself: %v, %+v", err, r)
	}
}

// TestExplainMoving changes a table between the verdict and the explanation's end.
func TestExplainMoving(t *testing.T) {
	client := engine(t)
	left, right := tableSpec{"explain_moving_left", "id INT64", []string{"(1)"}}, tableSpec{"explain_moving_right", "id INT64", []string{"(2)"}}
	run(t, client, left.sql()+right.sql())
	// After the sides are described, and their versions looked at again.
	hook := &second{table: "explain_moving_right", seen: -1, do: func() { run(t, client, "INSERT INTO "+right.table().SQL()+" VALUES (3)") }}
	moved, err := bigquery.NewClient(t.Context(), testProject, option.WithEndpoint(os.Getenv("DIT_SANDBOX")), option.WithHTTPClient(&http.Client{Transport: hook}))
	if err != nil {
		t.Fatal(err)
	}
	defer moved.Close()
	r, err := Tables(t.Context(), moved, left.table(), right.table(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != Different || r.Explanation != nil || !strings.Contains(strings.Join(r.Notes, "\n"), "explain_moving_right changed") {
		t.Errorf("%s, explained by %+v, notes %q", r.Summary(), r.Explanation, r.Notes)
	}
}
