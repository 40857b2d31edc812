//go:build sandbox

package steps

import (
	"fmt"
	"net/http"
	"testing"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// comparable are tables of id and v, made by three runs and ready to be compared.
type comparable struct {
	t       *testing.T
	dataset string
	client  *bigquery.Client
}

func newComparable(t *testing.T) *comparable {
	client, dataset := bqtest.Open(t, "compared")
	if err := bq.EnsureDataset(t.Context(), client, dataset); err != nil {
		t.Fatal(err)
	}
	return &comparable{t, dataset, client}
}

// made is what a run left: rows are "(id, v), …".
func (c *comparable) made(name, rows string) *Tables {
	c.t.Helper()
	table := bq.Table{Project: bqtest.Project, Dataset: c.dataset, Name: name}
	for _, sql := range []string{"CREATE OR REPLACE TABLE %s (id INT64, v FLOAT64)", "INSERT INTO %s VALUES " + rows} {
		if _, err := c.client.Query(fmt.Sprintf(sql, table.SQL())).Read(c.t.Context()); err != nil {
			c.t.Fatal(err)
		}
	}
	version, err := bq.Current(c.t.Context(), c.client, table)
	if err != nil {
		c.t.Fatal(err)
	}
	return &Tables{Outputs: map[string]cache.Output{"o": {Table: table, Version: version}}}
}

var byID = workflows.Output{Name: "o", Keys: []string{"id"}}

// Noise is what pairs of rows differ in. Rows without a partner are nobody's noise, since nothing looks into them.
func TestNoiseOfRuns(t *testing.T) {
	c := newComparable(t)
	for name, test := range map[string]struct {
		left, again, right string
		noise              bool
	}{
		"values":                {"(1, 1), (2, 2)", "(1, 1.5), (2, 2)", "(1, 1.25), (2, 2)", true},
		"values_further_apart":  {"(1, 1), (2, 2)", "(1, 1.5), (2, 2)", "(1, 9), (2, 2)", false},
		"another_key":           {"(1, 1), (2, 2)", "(1, 1.5), (2, 2)", "(1, 1.25), (2, 2.25)", false},
		"keys_that_repeat":      {"(1, 10), (1, 20)", "(1, 11), (1, 20)", "(1, 1000), (1, NULL)", false},
		"a_row_on_one_side":     {"(1, 1), (2, 2), (3, 3)", "(1, 1), (2, 2), (4, 4)", "(1, 1), (2, 2), (4, 999)", false},
		"a_row_that_is_missing": {"(1, 1), (2, 2)", "(1, 1)", "(1, 1)", false},
	} {
		t.Run(name, func(t *testing.T) {
			v, err := Compare(t.Context(), c.client, c.made(name+"_l", test.left), c.made(name+"_r", test.right), c.made(name+"_a", test.again), byID, nil)
			if err != nil {
				t.Fatal(err)
			}
			if v.Result.Verdict != compare.Different || v.Result.OnlyNoise() != test.noise {
				t.Errorf("%s, only noise: %v", v.Result.Verdict, v.Result.OnlyNoise())
			}
		})
	}
}

// What the tables cannot be asked makes them not comparable, and says why.
func TestComparedByWhatIsNotThere(t *testing.T) {
	c := newComparable(t)
	l, r := c.made("l", "(1, 1)"), c.made("r", "(1, 2)")
	for reason, ask := range map[string]func() (*Verdict, error){
		"condition": func() (*Verdict, error) {
			return Compare(t.Context(), c.client, l, r, nil, byID, &workflows.Expected{Where: "idd = 1"})
		},
		"key": func() (*Verdict, error) {
			return Compare(t.Context(), c.client, l, r, nil, workflows.Output{Name: "o", Keys: []string{"idd"}}, nil)
		},
	} {
		v, err := ask()
		if err != nil || v.Result.Verdict != compare.NotComparable || len(v.Result.Reasons) == 0 {
			t.Errorf("%s: %+v, %v", reason, v, err)
		} else {
			t.Log(v.Result.Reasons[0])
		}
	}
}

// A verdict is kept for as long as the tables are what they are. So whichever answer of the service is lost, there is none, or the one that
// there is without the loss.
func TestComparedByAServiceThatFails(t *testing.T) {
	c := newComparable(t)
	l, r, again := c.made("l", "(1, 1), (2, 2)"), c.made("r", "(1, 1.25), (2, 2)"), c.made("a", "(1, 1.5), (2, 2)")
	compared := func(t *testing.T, at int64) int64 {
		m := &mortal{at: at}
		client, err := bq.Open(t.Context(), bqtest.Project, "US", bqtest.Endpoint(t), option.WithHTTPClient(&http.Client{Transport: m}))
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		v, err := Compare(t.Context(), client, l, r, again, byID, nil)
		if err == nil && !v.Result.OnlyNoise() || err != nil && at == 0 {
			t.Errorf("%+v, %v", v, err)
		}
		return m.seen.Load()
	}
	all := compared(t, 0)
	t.Run("each", func(t *testing.T) {
		for n := range all {
			t.Run(fmt.Sprint(n+1), func(t *testing.T) { t.Parallel(); compared(t, n+1) })
		}
	})
}
