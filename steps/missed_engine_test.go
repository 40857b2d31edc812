//go:build sandbox

package steps

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/samples/vessels"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// An outage on days without rows is none. The table t has rows on January 2, 3 and 4, and hole on 2 and 4.
func TestOutagesThatMissNothing(t *testing.T) {
	client, dataset := bqtest.Open(t, "missed")
	run(t, client, "CREATE SCHEMA "+dataset)
	run(t, client, "CREATE TABLE "+dataset+".t "+twelveRows)
	run(t, client, "CREATE TABLE "+dataset+".hole AS SELECT * FROM "+dataset+".t WHERE DATE(ts) != '2024-01-03'")
	outage, untimed := days(3, 4), workflows.Source{Name: "u"}
	other := modelSource
	other.Name = "o"
	table := func(name string) string { return bqtest.Project + "." + dataset + "." + name }
	for i, c := range []struct {
		reason, table string
		more          *workflows.Source
		name          string
		mutation      []string
		refused       string
	}{
		{"the source has them", "t", nil, "", nil, ""},
		{"the source lacks them", "hole", nil, "", nil, "no rows in the outage [2024-01-03, 2024-01-04) in source s (" + table("hole") + ")"},
		{"one without a time cannot tell", "hole", &untimed, "t", nil, "in source s ("},
		{"another has them", "hole", &other, "t", nil, ""},
		{"another lacks them too", "hole", &other, "hole", nil, "in source s (" + table("hole") + "), o (" + table("hole") + ")"},
		{"a mutation takes them", "t", nil, "", []string{"drop_messages from=2024-01-03 to=2024-01-04"}, "in source s (" + table("s_exp_1")},
		{"a mutation leaves some", "t", nil, "", []string{"drop_messages from=2024-01-03 to=2024-01-04 where='lat > 4'"}, ""},
	} {
		p := alteredPlan(t, dataset, c.table, i, c.mutation...)
		p.Missed = &outage
		if c.more != nil {
			p.Descriptor.Sources = append(p.Descriptor.Sources, *c.more)
			p.Sources[c.more.Name] = table(c.name)
		}
		var said strings.Builder
		s, err := Source(t.Context(), client, p, vessels.Default(), &said)
		switch {
		case c.refused == "" && (err != nil || s.Tables["s"].RowsInRange == 0 || !strings.Contains(said.String(), "rows in the outage")):
			t.Errorf("%s: %v\n%s", c.reason, err, said.String())
		case c.refused != "" && (!errors.Is(err, ErrBadSource) || !strings.Contains(err.Error(), c.refused)):
			t.Errorf("%s: %v, want one about %q", c.reason, err, c.refused)
		}
		if left := tables(t, client, dataset); err != nil && slices.ContainsFunc(left, func(name string) bool { return strings.Contains(name, p.RunID) }) {
			t.Errorf("%s: left behind: %v", c.reason, left)
		}
	}
}
