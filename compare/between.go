package compare

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
)

// Between restricts a comparison to rows with From <= column < To. Of tables that
// are partitioned by the column only these partitions are read: it is compared as
// it is, with literals of its type. Rows with NULL in it are left out.
type Between struct {
	// Column is of type DATE, TIMESTAMP, DATETIME or INT64, or [PartitionTime].
	Column string `json:"column"`
	// From and To are as GoogleSQL writes values of that type; a TIMESTAMP may be a
	// date, which begins at midnight UTC. One may be empty.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// PartitionTime is the pseudo-column of tables that are partitioned by ingestion
// time: when the partition of a row begins. It may be a key.
const PartitionTime = "_PARTITIONTIME"

// ParseBetween reads "column=from..to"; one of the two may be left out. The error
// is an [*ArgumentError]. An empty text is no restriction.
func ParseBetween(text string) (*Between, error) {
	if text == "" {
		return nil, nil
	}
	column, bounds, err := setting("between", text, "column=from..to, such as day=2024-01-01..2024-02-01")
	if err != nil {
		return nil, err
	}
	from, to, ok := strings.Cut(bounds, "..")
	if !ok || from == "" && to == "" {
		return nil, argument("between %q: write column=from..to, such as day=2024-01-01..2024-02-01; to is left out of it", text)
	}
	return &Between{column, from, to}, nil
}

func (b *Between) String() string {
	switch {
	case b.From == "":
		return fmt.Sprintf("%s before %s", b.Column, b.To)
	case b.To == "":
		return fmt.Sprintf("%s from %s on", b.Column, b.From)
	}
	return fmt.Sprintf("%s from %s up to, without, %s", b.Column, b.From, b.To)
}

// restriction is a [Between] held against the schemas.
type restriction struct {
	left, right *bigquery.FieldSchema
	// bounds are comparisons without the column, such as "< 5".
	bounds []string
}

// where is the condition for one side, read as x, or nothing. The column stands
// alone, because BigQuery prunes partitions by nothing else.
func (r restriction) where(x string, column *bigquery.FieldSchema) string {
	var all []string
	for _, bound := range r.bounds {
		all = append(all, x+"."+quote(column.Name)+" "+bound)
	}
	if len(all) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(all, " AND ")
}

func (b *Between) restrict(n naming) (found restriction, err error) {
	if b == nil {
		return found, nil
	}
	l, err := n.find("column of between", b.Column)
	if err != nil {
		return found, err
	}
	r := n.renamed.partner(l, n.right)
	if find(n.left, l.Name) == nil || r == nil || kindOf(l) != kindOf(r) || l.Repeated || r.Repeated {
		return found, argument("column %s of between must be on both sides, with one type", l.Name)
	}
	found.left, found.right = l, r
	for _, bound := range []struct{ is, text string }{{">= ", b.From}, {"< ", b.To}} {
		if bound.text == "" {
			continue
		}
		text, err := boundLiteral(kindOf(l), bound.text)
		if err != nil {
			return found, argument("between: column %s: %v", l.Name, err)
		}
		found.bounds = append(found.bounds, bound.is+text)
	}
	return found, nil
}

// selection is a query of all that will be read of a view whose metadata have this
// schema: tables behind it may demand a filter. Without one, of a column that the
// metadata do not know as well, it is a query of all rows.
func (b *Between) selection(view string, schema bigquery.Schema, renamed map[string]string) string {
	all := "SELECT * FROM " + view
	if b == nil {
		return all
	}
	for _, name := range []string{b.Column, renamed[b.Column]} {
		here := Between{name, b.From, b.To}
		if r, err := here.restrict(naming{left: schema, right: schema}); err == nil {
			x := rangeVariable(schema)
			return all + " AS " + x + r.where(x, r.left)
		}
	}
	return all
}

// layouts are how days and times are written, the most precise last.
var layouts = []string{"2006-01-02", "2006-01-02 15:04:05.999999", "2006-01-02T15:04:05.999999", time.RFC3339Nano}

// boundLiteral checks a bound and writes it as a literal of its type.
func boundLiteral(k kind, text string) (string, error) {
	parse := func(layouts ...string) (v time.Time, err error) {
		for _, layout := range layouts {
			if v, err = time.Parse(layout, text); err == nil {
				return v, nil
			}
		}
		return v, fmt.Errorf("%q is not a %s", text, k)
	}
	switch k {
	case kindInt64:
		v, err := strconv.ParseInt(text, 10, 64)
		return strconv.FormatInt(v, 10), err
	case kindDate:
		v, err := parse(layouts[0])
		return v.Format("DATE '2006-01-02'"), err
	case kindDatetime:
		v, err := parse(layouts[:3]...)
		return v.Format("DATETIME '2006-01-02 15:04:05.000000'"), err
	case kindTimestamp:
		v, err := parse(layouts[0], layouts[3])
		return v.UTC().Format("TIMESTAMP '2006-01-02 15:04:05.000000+00'"), err
	}
	return "", fmt.Errorf("it is %s, which has no ranges: use DATE, TIMESTAMP, DATETIME or INT64", k)
}

// partitionTime adds the pseudo-column where the options name it and the table has
// it. Queries and views do not hand it on.
func partitionTime(s source, o Options) bigquery.Schema {
	named := has(o.Keys, PartitionTime) || o.Between != nil && strings.EqualFold(o.Between.Column, PartitionTime)
	if !named || !ingested(s) {
		return s.meta.Schema
	}
	schema := s.meta.Schema
	return append(schema[:len(schema):len(schema)], &bigquery.FieldSchema{Name: PartitionTime, Type: bigquery.TimestampFieldType})
}

// ingested tells of a table that is partitioned by ingestion time.
func ingested(s source) bool {
	return s.stored() && s.meta.TimePartitioning != nil && s.meta.TimePartitioning.Field == ""
}

// partitionColumn is what s is partitioned by, or "".
func partitionColumn(s source) string {
	switch {
	case ingested(s):
		return PartitionTime
	case s.meta.TimePartitioning != nil:
		return s.meta.TimePartitioning.Field
	case s.meta.RangePartitioning != nil:
		return s.meta.RangePartitioning.Field
	}
	return ""
}
