//go:build sandbox

package compare

import (
	"context"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
)

// second runs a function when the metadata of a table is asked for the second
// time, which Tables does after its statement.
type second struct {
	table string
	do    func()
	mu    sync.Mutex
	seen  int
}

func (s *second) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet && path.Base(r.URL.Path) == s.table {
		s.mu.Lock()
		if s.seen++; s.seen == 2 {
			s.do()
		}
		s.mu.Unlock()
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestMovingTable(t *testing.T) {
	client := engine(t)
	left := tableSpec{"moving_left", "id INT64", []string{"(1)"}}
	right := tableSpec{"moving_right", "id INT64", []string{"(1)"}}
	base := tableSpec{"moving_base", "id INT64", []string{"(1)"}}
	view := Table{Project: testProject, Dataset: testDataset, Name: "moving_view"}
	run(t, client, left.sql()+right.sql()+base.sql()+"CREATE OR REPLACE VIEW "+view.SQL()+" AS SELECT id FROM "+base.table().SQL()+";")
	for _, c := range []struct {
		name, moves, reason string
		right               Table
		options             Options
	}{
		{"a side", "moving_right", "the version on record is not what was compared", right.table(), Options{}},
		{"behind a view", "moving_base", "a view has no version of its own", view, Options{Bases: []Base{{Table: base.table()}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			hook := &second{table: c.moves, do: func() { run(t, client, "INSERT INTO "+testDataset+"."+c.moves+" VALUES (2)") }}
			moved, err := bigquery.NewClient(context.Background(), testProject,
				option.WithEndpoint(os.Getenv("DIT_SANDBOX")), option.WithHTTPClient(&http.Client{Transport: hook}))
			if err != nil {
				t.Fatal(err)
			}
			defer moved.Close()
			r, err := Tables(context.Background(), moved, left.table(), c.right, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != NotComparable || !strings.Contains(r.Reasons[0], c.moves+" changed while being compared") {
				t.Errorf("%s (%s)", r.Summary(), c.reason)
			}
			run(t, client, left.sql()+right.sql()+base.sql())
			still, err := Tables(context.Background(), client, left.table(), c.right, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if still.Verdict != Identical {
				t.Errorf("at rest: %s", still.Summary())
			}
		})
	}
}

// TestRecordedVersion holds the tables against the versions that the caller
// meant, before and behind a view.
func TestRecordedVersion(t *testing.T) {
	client := engine(t)
	side := tableSpec{"recorded_side", "id INT64", []string{"(1)"}}
	base := tableSpec{"recorded_base", "id INT64", []string{"(1)"}}
	view := Table{Project: testProject, Dataset: testDataset, Name: "recorded_view"}
	for _, c := range []struct{ name, moves, want string }{
		{"at rest", "", ""},
		{"the base was written to", "INSERT INTO " + base.table().SQL() + " VALUES (2)", "recorded_base is not what was recorded: it has 2 rows, not 1"},
		{"the base was made anew, with the same rows", base.sql(), "recorded_base is not what was recorded: it was made anew"},
		{"the base was dropped", "DROP TABLE " + base.table().SQL(), "recorded_base is gone"},
		{"the side was written to", "INSERT INTO " + side.table().SQL() + " VALUES (2)", "recorded_side is not what was recorded: it has 2 rows, not 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, client, side.sql()+base.sql()+"CREATE OR REPLACE VIEW "+view.SQL()+" AS SELECT id FROM "+base.table().SQL()+";")
			var o Options
			for _, table := range []Table{side.table(), base.table()} {
				version, err := bq.Current(t.Context(), client, table)
				if err != nil {
					t.Fatal(err)
				}
				o.Bases = append(o.Bases, Base{Table: table, Version: &version})
			}
			want := Identical
			if c.moves != "" {
				run(t, client, c.moves)
				want = NotComparable
			}
			r, err := Tables(t.Context(), client, side.table(), view, o)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != want || c.want != "" && !strings.Contains(r.Reasons[0], c.want) {
				t.Errorf("%s, want %s with %q", r.Summary(), want, c.want)
			}
		})
	}
}
