package audit

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/compare"
)

// comparisonSchema says what the facet dit_comparison is. It never changes; another form has another number.
const comparisonSchema = home + "/blob/main/docs/facets/1-0-0/DitComparisonRunFacet.json#/$defs/DitComparisonRunFacet"

// verdictEvents are those of one comparison, a job that reads two tables and writes none. When it began is not registered.
func (c *Call) verdictEvents(v cache.Verdict) []Event {
	l := c.lineage(v.Workflow, v.Pipeline, v.Step, c.ditCommit())
	for _, name := range []string{v.Left, v.Right} {
		if _, err := bq.ParseTable(name); err == nil { // a side may be a query, or a run without tables
			l.base.Inputs = append(l.base.Inputs, l.table(name, ""))
		}
	}
	start := l.at(Start, v.JudgedAt)
	if v.Error != "" {
		end := l.at(Fail, v.JudgedAt)
		end.Run.Facets.Error = l.failed(v.Error)
		return []Event{start, end}
	}
	facet := &ComparisonFacet{Facet: Facet{l.producer, comparisonSchema}, Verdict: v.Verdict, Left: v.Left, Right: v.Right}
	var result compare.Result
	if err := json.Unmarshal([]byte(v.ResultJSON), &result); err != nil {
		result = compare.Result{Reasons: []string{fmt.Sprintf("what it found cannot be read: %v", err)}}
	}
	facet.Reasons, facet.Keys, facet.Rows, facet.Columns = result.Reasons, result.Keys, result.Rows, result.Columns
	facet.NotCompared, facet.Ignored = result.NotCompared, result.Ignored
	end := l.at(Complete, v.JudgedAt)
	if verdict := compare.Verdict(v.Verdict); verdict.Equal() || verdict == compare.Different {
		end.Inputs = l.asserted(end.Inputs, verdict.Equal(), result)
	} else {
		end.EventType = Fail
		end.Run.Facets.Error = l.failed(strings.Join(append([]string{v.Verdict}, result.Reasons...), "; "))
	}
	end.Run.Facets.Comparison = facet
	return []Event{start, end}
}

// asserted says of each of two tables, and of each column that was compared, whether it agrees with the other's.
func (l lineage) asserted(inputs []Dataset, equal bool, result compare.Result) (out []Dataset) {
	if len(inputs) != 2 {
		return inputs
	}
	for i, d := range inputs {
		assertion := "equal to " + inputs[1-i].Name
		f := &AssertionsFacet{l.facet("DataQualityAssertionsDatasetFacet"), []Assertion{{Assertion: assertion, Success: equal}}}
		for _, c := range result.Columns {
			f.Assertions = append(f.Assertions, Assertion{assertion, c.Differing == c.Tolerated, c.Name})
		}
		d.InputFacets = &InputFacets{f}
		out = append(out, d)
	}
	return out
}

// ditCommit is that of the dit which made the call.
func (c *Call) ditCommit() string {
	for _, r := range c.Rows {
		if r.DitCommit != "" {
			return r.DitCommit
		}
	}
	return ""
}
