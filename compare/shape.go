package compare

import (
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
)

// NotCompared is a column whose values were not looked at, and why.
type NotCompared struct {
	Column string `json:"column"`
	Reason string `json:"reason"`
}

// shape is what one statement compares: which columns, as what, how exactly.
type shape struct {
	keys, columns []column
	samples       int
	// notCompared and ignored are left out of the statement.
	notCompared []NotCompared
	ignored     []string
	renamed     renames
	schema      SchemaDiff
	between     restriction
	// expect is the condition for rows that must differ, or "".
	expect string
	// noise stands in FROM for the other run of the left side, or is "".
	noise string
	// notes say how the options were taken.
	notes []string
	// unreadable says why no statement can be made. Empty: one can.
	unreadable []string
}

// newShape checks the options against both schemas. The error is an
// [*ArgumentError].
func newShape(left, right bigquery.Schema, o Options) (shape, error) {
	if err := o.validate(); err != nil {
		return shape{}, err
	}
	s := shape{samples: o.samples()}
	if o.Expect != nil {
		s.expect = o.Expect.Where
	}
	var err error
	if s.renamed, err = newRenames(o.Rename, left, right); err != nil {
		return shape{}, err
	}
	n := naming{left, right, s.renamed}
	if s.ignored, s.notes, err = n.ignore(o.Ignore); err != nil {
		return shape{}, err
	}
	if err := s.renamed.conflict(left, s.ignored); err != nil {
		return shape{}, err
	}
	keys, err := n.list("key column", o.Keys)
	if err != nil {
		return shape{}, err
	}
	for _, k := range keys {
		if has(s.ignored, k) {
			return shape{}, argument("column %s is both a key and ignored", k)
		}
	}
	both, diff := matchSchemas(left, right, s.ignored, s.renamed)
	s.schema = diff
	if s.between, err = o.Between.restrict(n); err != nil {
		return shape{}, err
	}
	if err := s.setKeys(keys, both); err != nil {
		return shape{}, err
	}
	if err := s.setColumns(both, keys, n, o); err != nil {
		return shape{}, err
	}
	if len(s.keys)+len(s.columns) == 0 && len(s.unreadable) == 0 {
		s.unreadable = append(s.unreadable, "the tables have no column in common that can be compared")
	}
	if len(keys) == 0 {
		s.keys, s.columns = s.columns, nil
	}
	return s, nil
}

// all are the columns that a statement reads.
func (s shape) all() []column { return slices.Concat(s.keys, s.columns) }

// setKeys finds the key columns. One that only one side has, or as another type,
// is a difference of the schemas and leaves nothing to match rows by.
func (s *shape) setKeys(keys []string, both []column) error {
	for _, k := range keys {
		i := slices.IndexFunc(both, func(c column) bool { return strings.EqualFold(c.name(), k) })
		switch {
		case i < 0:
			s.unreadable = append(s.unreadable, fmt.Sprintf("rows were not compared: key column %s is on one side only", k))
		case !both[i].same:
			s.unreadable = append(s.unreadable, fmt.Sprintf("rows were not compared: key column %s has another type on each side", k))
		case why(both[i].left) != "" || why(both[i].right) != "":
			return argument("column %s cannot be a key: %s", k, why(both[i].left)+why(both[i].right))
		default:
			s.keys = append(s.keys, both[i])
		}
	}
	return nil
}

func (s *shape) setColumns(both []column, keys []string, n naming, o Options) error {
	wanted, err := n.settings(o, keys)
	if err != nil {
		return err
	}
	for _, c := range both {
		reason := why(c.left)
		switch {
		case has(keys, c.name()):
			continue
		case !c.same:
			reason = "its type differs between the sides"
		case reason == "":
			reason = why(c.right)
		}
		if reason != "" {
			s.notCompared = append(s.notCompared, NotCompared{c.name(), reason})
			continue
		}
		c.rules = wanted.of(c.left, o.Tolerance)
		s.columns = append(s.columns, c)
	}
	return nil
}
