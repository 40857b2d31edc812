//go:build sandbox

package compare_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/compare/internal/corpus"
)

// TestCorpus compares the two tables of each case, once as it comes and once without the proof.
func TestCorpus(t *testing.T) {
	cases, err := corpus.Load("testdata/corpus")
	if err != nil {
		t.Fatal(err)
	}
	client := compare.Engine(t)
	// The same few for all cases: some engines get slower with every table.
	pairs := make(chan [2]compare.Table, 4)
	for i := range cap(pairs) {
		pairs <- [2]compare.Table{compare.TableOf(fmt.Sprint("corpus_left_", i)), compare.TableOf(fmt.Sprint("corpus_right_", i))}
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			pair := <-pairs
			defer func() { pairs <- pair }()
			left, right := pair[0], pair[1]
			script := append(c.Left.Statements(left.SQL()), c.Right.Statements(right.SQL())...)
			compare.Run(t, client, strings.Join(script, ";\n"))
			o := c.Options.For()
			proven := check(t, c, "", func() (*compare.Result, error) { return compare.Tables(t.Context(), client, left, right, o) })
			if proven.Rows != (compare.Rows{Equal: proven.Rows.Equal}) {
				return // the proof failed, so this is the other statement's result already
			}
			o.MaxBytes = 1 << 50 // with a limit, tables are read once: without the proof
			long := check(t, c, "without the proof: ", func() (*compare.Result, error) { return compare.Tables(t.Context(), client, left, right, o) })
			if proven.Verdict != long.Verdict || proven.Rows != long.Rows || counts(proven.Left) != counts(long.Left) || counts(proven.Right) != counts(long.Right) {
				t.Errorf("%s: %s, %+v with the proof, %s, %+v without", c.Reason, proven.Verdict, proven.Rows, long.Verdict, long.Rows)
			}
		})
	}
}

// check holds one result against what the case wants.
func check(t *testing.T, c corpus.Case, how string, compared func() (*compare.Result, error)) *compare.Result {
	t.Helper()
	got, err := compared()
	if err != nil {
		t.Fatalf("%s: %s%v", c.Reason, how, err)
	}
	missed, err := c.Want.Missed(got)
	if err != nil {
		t.Fatal(err)
	}
	if len(missed) > 0 {
		var text strings.Builder
		if err := compare.WriteText(&text, got); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s: %s%s\n%s", c.Reason, how, strings.Join(missed, "; "), text.String())
	}
	for _, note := range got.Notes {
		if strings.Contains(note, "could not be told") {
			t.Errorf("%s: %s%s", c.Reason, how, note)
		}
	}
	return got
}

// counts are the rows of one side.
func counts(s compare.Side) [4]int64 {
	return [4]int64{s.Rows, s.NullKeyRows, s.RepeatedKeys, s.RepeatedRows}
}
