package compare

import (
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	read := func(rows Rows) Result {
		return Result{
			Read: true, Rows: rows,
			Left:  Side{Rows: rows.Equal + rows.Tolerated + rows.Changed + rows.OnlyLeft + rows.UnpairedLeft},
			Right: Side{Rows: rows.Equal + rows.Tolerated + rows.Changed + rows.OnlyRight + rows.UnpairedRight},
		}
	}
	with := func(r Result, change func(*Result)) Result { change(&r); return r }
	unsupported := func(r *Result) { r.NotCompared = []NotCompared{{"g", "type GEOGRAPHY has no comparison yet"}} }
	for _, c := range []struct {
		name, reason string
		result       Result
		findings     findings
		want         Verdict
		says         string
	}{
		{"zero result", "nothing was looked at", Result{}, findings{}, NotComparable, "no rows were compared"},
		{"equal rows", "all was looked at", read(Rows{Equal: 3}), findings{}, Identical, ""},
		{"same version", "the one equality that needs no reading", Result{}, findings{same: true}, Identical, ""},
		{"same version, column without comparison", "the same bytes need no look", with(Result{}, unsupported), findings{same: true}, Identical, ""},
		{"same version, empty", "an empty table still shows nothing", Result{}, findings{same: true, empty: true}, NotComparable, "empty"},
		{"tolerated", "not identical, but as asked", read(Rows{Equal: 3, Tolerated: 1}), findings{}, WithinTolerance, ""},
		{"changed", "", read(Rows{Equal: 3, Tolerated: 1, Changed: 1}), findings{}, Different, "1 pair of rows differs"},
		{"only left", "", read(Rows{OnlyLeft: 2}), findings{}, Different, "row counts differ: 2 left, 0 right"},
		{"one each", "equal counts hide it", read(Rows{OnlyLeft: 1, OnlyRight: 1}), findings{}, Different, "1 row is only on the left"},
		{"unpaired", "", read(Rows{UnpairedLeft: 1, UnpairedRight: 1}), findings{}, Different, "rows of repeated keys differ"},
		{"both empty", "", read(Rows{}), findings{empty: true}, NotComparable, "allow empty tables"},
		{"both empty, allowed", "", read(Rows{}), findings{empty: true, allowEmpty: true}, Identical, ""},
		{"column without comparison", "what was not looked at is not equal", with(read(Rows{Equal: 1}), unsupported), findings{}, NotComparable, "column g was not compared"},
		{"the same with a difference", "a proven difference stays one", with(read(Rows{Changed: 1}), unsupported), findings{}, Different, "pair of rows differs"},
		{"torn", "counts of a moving table prove nothing, not even a difference", read(Rows{Changed: 1}), findings{torn: []string{"moved"}}, NotComparable, "moved"},
		{"unread", "", Result{}, findings{unread: []string{"too dear"}}, NotComparable, "too dear"},
		{"unread, schemas differ", "the schemas are proof enough", with(Result{}, func(r *Result) {
			r.Schema.OnlyLeft = []SchemaField{{"v", "INT64"}}
		}), findings{unread: []string{"too dear"}}, Different, "column v INT64 is only on the left"},
		{"normalised", "the raw values differ, so it is not identical", with(read(Rows{Equal: 3, Tolerated: 2}), func(r *Result) {
			r.Columns = []Column{{Name: "s", Normalised: []Normalisation{FoldCase, Trim}, Differing: 2, Tolerated: 2}}
		}), findings{}, WithinTolerance, "column s agrees only after normalisation (case, trim) in 2 rows"},
		{"notes do not count", "mode and spelling", with(read(Rows{Equal: 1}), func(r *Result) {
			r.Schema.Notes = []string{"v is REQUIRED on the left, NULLABLE on the right"}
		}), findings{}, Identical, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.result
			judge(&r, c.findings)
			if r.Verdict != c.want {
				t.Errorf("verdict %s, want %s (%s): %v", r.Verdict, c.want, c.reason, r.Reasons)
			}
			if len(r.Reasons) == 0 && r.Verdict != Identical && r.Verdict != WithinTolerance {
				t.Error("no reason given")
			}
			if c.says != "" && !strings.Contains(r.Reasons[0], c.says) {
				t.Errorf("first reason %q does not say %q", r.Reasons[0], c.says)
			}
			if !strings.HasPrefix(r.Summary(), string(c.want)) {
				t.Errorf("summary %q does not begin with the verdict", r.Summary())
			}
		})
	}
}
