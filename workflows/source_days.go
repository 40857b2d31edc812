package workflows

import (
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/civil"
)

// timeType is the type of the column that is the source's time, which is one of its columns; empty without one.
func (s Source) timeType() string {
	i := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Name == s.TimeColumn })
	if s.TimeColumn == "" || i < 0 {
		return ""
	}
	return strings.ToUpper(s.Columns[i].Type)
}

// Within is a SQL condition for the rows whose time is in one of the ranges of days, in UTC: TRUE for all of them in a source without a time. A
// row whose time is NULL is in none. The literals have the type of the column, since GoogleSQL compares no DATE with a TIMESTAMP.
func (s Source) Within(ranges ...Range) string {
	if s.TimeColumn == "" {
		return "TRUE"
	}
	literal := func(day civil.Date) string {
		switch kind := s.timeType(); kind {
		case "DATE":
			return fmt.Sprintf("DATE '%s'", day)
		case "DATETIME":
			return fmt.Sprintf("DATETIME '%s 00:00:00'", day)
		}
		return fmt.Sprintf("TIMESTAMP '%s 00:00:00+00'", day)
	}
	var terms []string
	for _, r := range ranges {
		terms = append(terms, fmt.Sprintf("`%[1]s` >= %[2]s AND `%[1]s` < %[3]s", s.TimeColumn, literal(r.Start), literal(r.End)))
	}
	return fmt.Sprintf("IFNULL(%s, FALSE)", strings.Join(terms, " OR "))
}
