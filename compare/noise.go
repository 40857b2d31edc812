package compare

import (
	"context"
	"fmt"
	"slices"

	"cloud.google.com/go/bigquery"
)

// Noise is what two runs of one version differ in already, and how much of what
// was found lies outside of it.
type Noise struct {
	// Table is the other run of what made the left side.
	Table string `json:"table"`
	// Verdict, Rows and Columns are of the comparison of these two.
	Verdict Verdict  `json:"verdict"`
	Rows    Rows     `json:"rows"`
	Columns []Column `json:"columns,omitempty"`
	// Within counts differing keys that differ between the two runs as well, Beyond
	// those that do not: these are the finding.
	Within int64 `json:"within"`
	Beyond int64 `json:"beyond"`
	// BeyondColumns counts pairs of the finding by the columns that differ.
	BeyondColumns []ColumnCount `json:"beyond_columns,omitempty"`
	// Proposals are settings that let the noise pass, such as --tolerance=v=1e-9.
	Proposals []string `json:"proposals,omitempty"`
}

// ColumnCount is a column and a number of pairs.
type ColumnCount struct {
	Column string `json:"column"`
	Pairs  int64  `json:"pairs"`
}

// again finds the columns of the left in the schema of its other run.
func (s *shape) again(side Input, schema bigquery.Schema) error {
	for _, list := range [][]column{s.keys, s.columns} {
		for i := range list {
			f := find(schema, list[i].left.Name)
			if f == nil || !(&SchemaDiff{}).matchField("", list[i].left, f) {
				return argument("%s, the other run of the left side, has no column %s of type %s", side, list[i].name(), typeName(list[i].left))
			}
			list[i].again = f
		}
	}
	s.noise = side.sql()
	return nil
}

// noise compares the left side with its other run, and adds to the result what that
// says of it. If it cannot be done, the verdict stands without it.
func (result *Result) noise(ctx context.Context, client *bigquery.Client, left Input, schema bigquery.Schema, o Options) {
	again := *o.Again
	o.Again, o.Expect, o.WriteDiffs, o.Samples, o.AllowEmpty, o.Rename, o.Explain = nil, nil, nil, -1, true, nil, ExplainNever
	o.MaxBytes = result.remaining(o.MaxBytes)
	o.Ignore = slices.DeleteFunc(slices.Clone(result.Ignored), func(name string) bool { return find(schema, name) == nil })
	found, err := Inputs(ctx, client, left, again, o)
	if err != nil {
		result.Notes = append(result.Notes, fmt.Sprintf("how much two runs of one version differ could not be told: %v", err))
		return
	}
	n := result.Noise
	n.Table, n.Verdict, n.Rows, n.Columns = found.Right.Table, found.Verdict, found.Rows, found.Columns
	n.Proposals = proposals(found)
	result.Job = result.Job.plus(found.Job)
	result.Notes = append(result.Notes, fmt.Sprintf("of the keys that differ, %d differ between two runs of one version too, %d do not: these are the finding", n.Within, n.Beyond))
	if found.Verdict == NotComparable {
		result.Notes = append(result.Notes, "the two runs of one version: "+found.Summary())
	}
	for _, p := range n.Proposals {
		result.Notes = append(result.Notes, "to let the noise pass: "+p)
	}
}

// proposals are the settings that would make the two runs agree, as far as columns
// have one.
func proposals(found *Result) (all []string) {
	for _, c := range found.Columns {
		switch beyond := c.Differing - c.Tolerated; {
		case beyond == 0:
		case c.Delta == nil || c.Delta.Measured < c.Differing:
			all = append(all, fmt.Sprintf("--ignore=%s (differs in %s, not only by a distance)", c.Name, plural(beyond, "pair", "pairs")))
		case c.Type == string(kindTimestamp) || c.Type == string(kindDatetime):
			all = append(all, fmt.Sprintf("--tolerance=%s=us:%.0f", c.Name, c.Delta.MaxAbsolute))
		case c.Type == string(kindGeography):
			all = append(all, fmt.Sprintf("--tolerance=%s=m:%s", c.Name, number(c.Delta.MaxAbsolute)))
		default:
			all = append(all, fmt.Sprintf("--tolerance=%s=%s", c.Name, number(c.Delta.MaxAbsolute)))
		}
	}
	return all
}
