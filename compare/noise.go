package compare

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

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
	// those that do not: these are the finding. A pair does if it differs beyond
	// tolerance only in columns in which the two runs, each with one row of the key,
	// do too, and in the same way: to NULL or not, by a distance or by none.
	Within int64 `json:"within"`
	Beyond int64 `json:"beyond"`
	// BeyondColumns counts pairs of the finding by the columns that make them one.
	BeyondColumns []ColumnCount `json:"beyond_columns,omitempty"`
	// Proposals are settings that let the noise pass, in the words of [Options.Propose].
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
	for _, p := range proposals(found) {
		n.Proposals = append(n.Proposals, o.propose(p))
	}
	result.Job = result.Job.plus(found.Job)
	result.Notes = append(result.Notes, fmt.Sprintf("of the keys that differ, %d differ between two runs of one version too, %d do not: these are the finding", n.Within, n.Beyond))
	if found.Verdict == NotComparable {
		result.Notes = append(result.Notes, "the two runs of one version: "+found.Summary())
	}
	for _, p := range n.Proposals {
		result.Notes = append(result.Notes, "to let the noise pass: "+p)
	}
}

// Proposal is a setting that lets the noise of a column pass.
type Proposal struct {
	// Column is the name on the left.
	Column string
	// Tolerance has one limit, rounded up to three digits; it is zero where no distance would do, and the column is best ignored.
	Tolerance Tolerance
	// Pairs is how many differ in the column beyond what is tolerated.
	Pairs int64
}

// String words the proposal as flags of dit compare.
func (p Proposal) String() string {
	switch t := p.Tolerance; {
	case t.Absolute > 0:
		return fmt.Sprintf("--tolerance=%s=%s", p.Column, number(t.Absolute))
	case t.Microseconds > 0:
		return fmt.Sprintf("--tolerance=%s=us:%d", p.Column, t.Microseconds)
	case t.Metres > 0:
		return fmt.Sprintf("--tolerance=%s=m:%s", p.Column, number(t.Metres))
	}
	return fmt.Sprintf("--ignore=%s (differs in %s, not only by a distance)", p.Column, plural(p.Pairs, "pair", "pairs"))
}

// proposals are the settings that would make the two runs agree, as far as columns
// have one.
func proposals(found *Result) (all []Proposal) {
	for _, c := range found.Columns {
		p := Proposal{Column: c.Name, Pairs: c.Differing - c.Tolerated}
		if p.Pairs == 0 {
			continue
		}
		if c.Delta != nil && c.Delta.Measured == c.Differing {
			switch limit := roundUp(c.Delta.MaxAbsolute); c.Type {
			case string(kindTimestamp), string(kindDatetime):
				p.Tolerance.Microseconds = int64(limit)
			case string(kindGeography):
				p.Tolerance.Metres = limit
			default:
				p.Tolerance.Absolute = limit
			}
		}
		all = append(all, p)
	}
	return all
}

// roundUp gives the smallest number of three digits that is not below v, which is not negative.
func roundUp(v float64) float64 {
	text := strconv.FormatFloat(v, 'e', 2, 64)
	rounded, err := strconv.ParseFloat(text, 64)
	if err != nil || rounded >= v {
		return rounded
	}
	var digits, exponent int
	fmt.Sscanf(strings.Replace(text, ".", "", 1), "%de%d", &digits, &exponent)
	rounded, _ = strconv.ParseFloat(fmt.Sprintf("%de%d", digits+1, exponent-2), 64)
	return rounded
}
