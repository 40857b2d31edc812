package compare

import (
	"strings"
)

// tableCheckCan refuses what table-check has no words for, before anything is asked.
func tableCheckCan(left, right Input, o Options) error {
	const without = "; or compare without table-check"
	switch {
	case left.Query != "" || right.Query != "":
		return argument("table-check compares tables and views, no queries: make a view of the query" + without)
	case len(o.Keys) == 0:
		return argument("table-check needs keys: name the columns that identify a row" + without)
	case len(o.Ignore) > 0:
		return argument("table-check cannot ignore columns: make views that select the others" + without)
	case len(o.Rename) > 0:
		return argument("table-check matches columns by one name only: make a view that renames them" + without)
	case len(o.Normalise) > 0:
		return argument("table-check does not normalise texts: make views that do" + without)
	case o.Expect != nil || o.Again != nil:
		return argument("table-check knows neither expected differences nor noise: ask for none" + without)
	case o.WriteDiffs != nil:
		return argument("table-check is not asked for the rows that differ: store none" + without)
	case o.Between != nil:
		return argument("table-check compares whole tables: make views of the range" + without)
	case o.MaxBytes > 0:
		return argument("table-check cannot be held to a number of bytes: give no limit" + without)
	case o.Explain == ExplainAlways:
		return argument("table-check does not say where the differences are: do not ask for it" + without)
	}
	return nil
}

// tableCheckArgs is the command line of table-check that asks the same question, but
// for the file of its answer. Without both tolerances it would let FLOAT64 and
// NUMERIC values pass that differ by little; 0 makes it exact.
func tableCheckArgs(left, right Table, s shape) ([]string, error) {
	var keys, absolute, relative []string
	for _, k := range s.keys {
		// It tells names apart by their case, which BigQuery does not.
		if k.left.Name != k.right.Name {
			return nil, argument("key column %s is spelled %s on the right, which is another column for table-check: make a view that spells it the same", k.left.Name, k.right.Name)
		}
		keys = append(keys, k.left.Name)
	}
	for _, c := range s.columns {
		t := c.tolerance()
		switch {
		case c.exact():
			continue
		case nested(c.left):
			return nil, argument("column %s: table-check has no tolerance inside a STRUCT or ARRAY: leave it out, or compare without table-check", c.name())
		case t != Tolerance{Absolute: t.Absolute, Relative: t.Relative} || kindOf(c.left) == kindInt64:
			return nil, argument("column %s is %s: table-check has only absolute and relative tolerances, for FLOAT64, NUMERIC and BIGNUMERIC: leave it out, or compare without table-check", c.name(), typeName(c.left))
		case strings.ContainsAny(c.name(), ":,"):
			return nil, argument("column %s: table-check cannot take a tolerance for a name with a colon or comma: make a view that renames it", c.name())
		}
		if t.Absolute != 0 {
			absolute = append(absolute, c.name()+":"+number(t.Absolute))
		}
		if t.Relative != 0 {
			relative = append(relative, c.name()+":"+number(t.Relative))
		}
	}
	return []string{
		"summary", "--table-a=" + left.String(), "--table-b=" + right.String(), "--keys=" + strings.Join(keys, ","),
		"--tolerance=" + orZero(absolute), "--rel-tolerance=" + orZero(relative), "--format=table", "--max-diff-pct=100",
	}, nil
}

func orZero(list []string) string {
	if len(list) == 0 {
		return "0"
	}
	return strings.Join(list, ",")
}
