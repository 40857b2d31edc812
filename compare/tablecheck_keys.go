package compare

import (
	"fmt"
	"strings"

	"cloud.google.com/go/bigquery"
)

// keyStatement counts what table-check is blind to: all rows, whatever filter it puts
// before them, and those with a key that equals no other in its join. It reads the
// key columns only.
func keyStatement(s shape, left, right source) string {
	var l, r []*bigquery.FieldSchema
	for _, k := range s.keys {
		l, r = append(l, k.left), append(r, k.right)
	}
	return fmt.Sprintf(`SELECT
  l.row_count AS left_rows, l.null_keys AS left_null_keys,
  r.row_count AS right_rows, r.null_keys AS right_null_keys
FROM (%s) AS l
CROSS JOIN (%s) AS r
`, keyCount(l, left), keyCount(r, right))
}

func keyCount(keys []*bigquery.FieldSchema, table source) string {
	x := rangeVariable(table.meta.Schema)
	var unmatched []string
	for _, k := range keys {
		name := x + "." + quote(k.Name)
		unmatched = append(unmatched, name+" IS NULL")
		if kindOf(k) == kindFloat64 {
			unmatched = append(unmatched, "IS_NAN("+name+")")
		}
	}
	return fmt.Sprintf("SELECT COUNT(*) AS row_count, COUNTIF(%s) AS null_keys FROM %s AS %s", strings.Join(unmatched, " OR "), table.sql(), x)
}

func (r *Result) decodeKeys(row map[string]bigquery.Value) error {
	d := decoder{row: row}
	r.Left.Rows, r.Right.Rows = d.integer("left_rows"), d.integer("right_rows")
	r.Left.NullKeyRows, r.Right.NullKeyRows = d.integer("left_null_keys"), d.integer("right_null_keys")
	return d.err
}
