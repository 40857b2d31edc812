package compare

import (
	"fmt"
	"maps"
	"slices"
)

// answers tells whether the report is about what was asked.
func (t *tableCheckReport) answers(left, right Table, s shape) error {
	var keys []string
	absolute, relative := map[string]float64{}, map[string]float64{}
	for _, k := range s.keys {
		keys = append(keys, k.name())
	}
	for _, c := range s.columns {
		if _, compared := t.Types[c.name()]; !compared {
			continue
		}
		t := c.tolerance()
		if t.Absolute != 0 {
			absolute[c.name()] = t.Absolute
		}
		if t.Relative != 0 {
			relative[c.name()] = t.Relative
		}
	}
	switch {
	case t.TableA != left.String() || t.TableB != right.String():
		return fmt.Errorf("table-check answered for %s and %s", t.TableA, t.TableB)
	case !slices.Equal(t.Keys, keys):
		return fmt.Errorf("table-check answered for the keys %v, asked were %v", t.Keys, keys)
	case !maps.Equal(t.Absolute, absolute) || !maps.Equal(t.Relative, relative):
		return fmt.Errorf("table-check applied the tolerances %v and relative ones %v, asked were %v and %v", t.Absolute, t.Relative, absolute, relative)
	}
	return nil
}

// tableCheck takes the report over. Of what it cannot see, f says what is left once
// the schemas and the counts of [keyStatement], which are in the result already, are
// known. Where these do not prove a difference, doubt about its counts is doubt about
// the verdict.
func (r *Result) tableCheck(t *tableCheckReport, p prepared, f *findings) {
	r.Read = true
	f.empty = r.Left.Rows == 0 && r.Right.Rows == 0
	r.Left.RepeatedKeys, r.Left.RepeatedRows = t.DuplicateA.Keys, t.DuplicateA.Rows
	r.Right.RepeatedKeys, r.Right.RepeatedRows = t.DuplicateB.Keys, t.DuplicateB.Rows
	exactly := t.Differing
	if t.DifferingExactly != nil {
		exactly = *t.DifferingExactly
	}
	r.Rows = Rows{Equal: max(0, t.RowsA-t.OnlyA-exactly), Tolerated: max(0, exactly-t.Differing), Changed: t.Differing, OnlyLeft: t.OnlyA, OnlyRight: t.OnlyB}
	provable := r.tableCheckColumns(t, p, f)
	r.tableCheckNotes(t)

	doubts := append(unseen("left", p.left, r.Left.Rows), unseen("right", p.right, r.Right.Rows)...)
	doubts = append(doubts, r.tableCheckDoubts(t, exactly)...)
	hollow := t.Differing > 0 && !slices.ContainsFunc(provable, t.proves)
	own := r.Left.Rows != r.Right.Rows || len(r.Schema.OnlyLeft)+len(r.Schema.OnlyRight)+len(r.Schema.Retyped) > 0
	if hollow {
		what := "table-check found differing rows, but only where NaN, an infinity or an ARRAY makes it see a difference that need not be one"
		if own || len(doubts) == 0 && t.OnlyA+t.OnlyB > 0 {
			f.unread = append(f.unread, what)
		} else {
			doubts = append(doubts, what)
		}
	}
	if own {
		f.unread = append(f.unread, doubts...)
	} else {
		f.torn = append(f.torn, doubts...)
	}
}

// tableCheckDoubts says why the counts may be wrong either way.
func (r *Result) tableCheckDoubts(t *tableCheckReport, exactly int64) (doubts []string) {
	add := func(is bool, format string, args ...any) {
		if is {
			doubts = append(doubts, fmt.Sprintf(format, args...))
		}
	}
	add(r.Left.NullKeyRows+r.Right.NullKeyRows > 0,
		"%d rows on the left and %d on the right have NULL or NaN in a key column: table-check passes over them or counts them as missing on the other side", r.Left.NullKeyRows, r.Right.NullKeyRows)
	add(t.DuplicateA.Keys+t.DuplicateB.Keys > 0,
		"%d keys on the left and %d on the right are repeated: table-check compares each of their rows with each other, so that a row that is there twice equals one that is there once", t.DuplicateA.Keys, t.DuplicateB.Keys)
	add(t.RowsA != r.Left.Rows, "table-check read %d of the %d rows on the left%s", t.RowsA, r.Left.Rows, through(t.FilterA))
	add(t.RowsB != r.Right.Rows, "table-check read %d of the %d rows on the right%s", t.RowsB, r.Right.Rows, through(t.FilterB))
	add(t.Aborted, "table-check gave up half way")
	consistent := t.RowsA-t.OnlyA == t.RowsB-t.OnlyB && t.RowsA-t.OnlyA >= exactly && exactly >= t.Differing && t.Identical == t.RowsA-t.OnlyA-t.Differing
	add(!consistent && len(doubts) == 0, "the counts of table-check contradict each other: %d rows of %d and %d of %d are on one side only, %d differ, %d are identical",
		t.OnlyA, t.RowsA, t.OnlyB, t.RowsB, t.Differing, t.Identical)
	return doubts
}

func through(filter *string) string {
	if filter == nil {
		return ""
	}
	return " (those with " + *filter + ")"
}

func (r *Result) tableCheckNotes(t *tableCheckReport) {
	for _, name := range slices.Sorted(maps.Keys(t.Numbers)) {
		if n := t.Numbers[name]; n.Largest != nil && t.Differs[name] > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("column %s: the largest difference is %v, as table-check reports it", name, *n.Largest))
		}
	}
	r.Notes = append(r.Notes, "where table-check does not look, dit did: schemas, versions, the number of rows, NULL in keys; job is what that took",
		"table-check shows no rows, and does not say which differences are NULL on one side only or how far the others lie apart on average")
}
