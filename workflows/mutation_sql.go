package workflows

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/cloudspannerecosystem/memefish/token"

	"github.com/GlobalFishingWatch/dit/bq/names"
)

// Altered is the SELECT that gives the rows of base, a table's name in SQL, after all mutations of the chain. Each must fit the
// source, see [Mutation.On].
func Altered(base string, s Source, chain []Mutation) string {
	return fmt.Sprintf("%s\nSELECT * FROM dit_%d", stages(base, s, chain), len(chain))
}

// AlteredProof is the statement that tells what each mutation did to the rows of the range, or to all rows of a source without a time.
// It gives one row: for each mutation the number of rows before it, those after, and as multisets how many it took away and how
// many it added; then these four for the whole chain.
func AlteredProof(base string, s Source, chain []Mutation, r Range) string {
	var each, counts, found []string
	for i := range len(chain) + 1 {
		each = append(each, fmt.Sprintf("SELECT %d AS stage, MD5(TO_JSON_STRING(dit_row)) AS line FROM (SELECT * FROM dit_%d WHERE %s) AS dit_row", i, i, s.Within(r)))
		counts = append(counts, fmt.Sprintf("COUNTIF(stage = %d) AS n%d", i, i))
	}
	step := func(from, to int) {
		found = append(found, fmt.Sprintf("IFNULL(SUM(n%d), 0), IFNULL(SUM(n%d), 0), IFNULL(SUM(GREATEST(n%d - n%d, 0)), 0), IFNULL(SUM(GREATEST(n%d - n%d, 0)), 0)", from, to, from, to, to, from))
	}
	for i := range chain {
		step(i, i+1)
	}
	step(0, len(chain))
	return fmt.Sprintf("%s\nSELECT %s\nFROM (SELECT %s FROM (\n%s\n) GROUP BY line)",
		stages(base, s, chain), strings.Join(found, ",\n  "), strings.Join(counts, ", "), strings.Join(each, "\nUNION ALL "))
}

// stages are dit_0, the base, and dit_1 and so on, each the one before after one mutation.
func stages(base string, s Source, chain []Mutation) string {
	text := "WITH dit_0 AS (SELECT * FROM " + base + ")"
	for i, m := range chain {
		text += fmt.Sprintf(",\ndit_%d AS (%s)", i+1, m.stage(fmt.Sprintf("dit_%d", i), s))
	}
	return text
}

// stage is what the mutation makes of the rows of from. The row is called dit_row.
func (m Mutation) stage(from string, s Source) string {
	from += " AS dit_row"
	switch m.Name {
	case restrictVessels:
		return m.restrict(from, s)
	case dropMessages:
		return fmt.Sprintf("SELECT * FROM %s WHERE NOT %s", from, m.selected(s))
	case shiftTimestamps:
		return m.replace(from, s.TimeColumn, m.selected(s), m.moved("by", s))
	case lateMessages:
		crosses := fmt.Sprintf("TIMESTAMP_TRUNC(%s, DAY) > TIMESTAMP_TRUNC(%s, DAY)", m.moved("late", s), names.Quote(s.TimeColumn))
		return m.replace(from, s.TimeColumn, fmt.Sprintf("(%s AND %s)", m.selected(s), crosses), m.moved("late", s))
	case setSegmentFlag:
		column := m.Settings["column"]
		if c := m.column(s); c != nil {
			column = c.Name // in the spelling of the source
		}
		return m.replace(from, column, m.selected(s), strings.ToUpper(m.Settings["value"]))
	case duplicateMessages:
		return fmt.Sprintf("SELECT dit_row.* FROM %s CROSS JOIN UNNEST(GENERATE_ARRAY(0, %s)) AS dit_copy WHERE dit_copy = 0 OR %s", from, m.Settings["copies"], m.selected(s))
	}
	panic("no mutation " + m.Name) // ParseMutation knows them all
}

func (m Mutation) replace(from, column, when, value string) string {
	c := names.Quote(column)
	return fmt.Sprintf("SELECT * REPLACE (IF(%s, %s, %s) AS %s) FROM %s", when, value, c, c, from)
}

// moved is the row's time, that much later.
func (m Mutation) moved(key string, s Source) string {
	d, _ := time.ParseDuration(m.Settings[key])
	return fmt.Sprintf("TIMESTAMP_ADD(%s, INTERVAL %d MICROSECOND)", names.Quote(s.TimeColumn), d.Microseconds())
}

// restrict keeps vessels whole: what chooses sees nothing of a row but its vessel.
func (m Mutation) restrict(from string, s Source) string {
	column := names.Quote(s.VesselColumn)
	vessel := "CAST(" + column + " AS STRING)"
	chance := func() string { return m.hash(vessel) }
	switch {
	case m.Settings["vessels"] != "":
		var list []string
		for _, v := range strings.Split(m.Settings["vessels"], "|") {
			list = append(list, token.QuoteSQLString(v))
		}
		return fmt.Sprintf("SELECT * FROM %s WHERE %s IN (%s)", from, vessel, strings.Join(list, ", "))
	case m.Settings["share"] != "":
		return fmt.Sprintf("SELECT * FROM %s WHERE %s IS NOT NULL AND %s", from, column, below(chance(), m.Settings["share"]))
	}
	all := fmt.Sprintf("SELECT DISTINCT %s FROM %s WHERE %s", column, from, strings.Join(append(m.window(s), column+" IS NOT NULL"), " AND "))
	chosen := fmt.Sprintf("WHERE (%s)", m.Settings["where"])
	if m.Settings["count"] != "" {
		chosen = fmt.Sprintf("ORDER BY %s, %s LIMIT %s", chance(), column, m.Settings["count"])
	}
	return fmt.Sprintf("SELECT dit_row.* FROM %s JOIN (SELECT %s AS dit_vessel FROM (%s) %s) AS dit_chosen ON dit_row.%s = dit_vessel", from, column, all, chosen, column)
}

// selected is the predicate of the rows that are meant; it is never NULL.
func (m Mutation) selected(s Source) string {
	terms := m.window(s)
	if w := m.Settings["where"]; w != "" {
		terms = append(terms, "("+w+")")
	}
	if rate := m.Settings["rate"]; rate != "" {
		row := "TO_JSON_STRING(dit_row)"
		if s.IDColumn != "" { // rows of one id fall together; those without one are told apart by all they have
			row = fmt.Sprintf("IF(%s IS NULL, %s, TO_JSON_STRING(%s))", names.Quote(s.IDColumn), row, names.Quote(s.IDColumn))
		}
		terms = append(terms, below(m.hash(row), rate))
	}
	if len(terms) == 0 {
		return "TRUE"
	}
	return "IFNULL(" + strings.Join(terms, " AND ") + ", FALSE)"
}

func (m Mutation) window(s Source) (terms []string) {
	if from := m.Settings["from"]; from != "" {
		terms = append(terms, names.Quote(s.TimeColumn)+" >= "+instantSQL(instantOf(from)))
	}
	if to := m.Settings["to"]; to != "" {
		terms = append(terms, names.Quote(s.TimeColumn)+" < "+instantSQL(instantOf(to)))
	}
	return terms
}

// hash is a number from all of INT64 that depends on the text, the seed and the mutation's name: mutations with one seed choose
// apart from one another.
func (m Mutation) hash(text string) string {
	return fmt.Sprintf("FARM_FINGERPRINT(CONCAT(%s, %s))", token.QuoteSQLString(m.Name+"|"+m.Settings["seed"]+"|"), text)
}

// below holds for that share of all hashes: the lowest, so that a greater share has all of a smaller one.
func below(hash, share string) string {
	f, _ := strconv.ParseFloat(share, 64)
	if f == 1 {
		return "TRUE"
	}
	limit := new(big.Float).SetPrec(128).SetFloat64(f)
	limit.SetMantExp(limit, 64).Sub(limit, new(big.Float).SetMantExp(big.NewFloat(1), 63))
	whole, _ := limit.Int(nil)
	return fmt.Sprintf("%s < %s", hash, whole)
}

func instantSQL(t time.Time) string {
	return t.UTC().Format("TIMESTAMP '2006-01-02 15:04:05.999999+00'")
}
