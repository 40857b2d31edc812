//go:build sandbox

package steps

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"al.essio.dev/pkg/shellescape"
	"cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// modelRow is a row of the tables that mutations are tried on; nil is NULL.
type modelRow struct {
	ID, Vessel *string
	TS         *time.Time
	Lat        *float64
	Flag       *bool
}

var modelSource = workflows.Source{Name: "s", TimeColumn: "ts", VesselColumn: "vessel", IDColumn: "id", Columns: []workflows.Column{
	{Name: "id", Type: "STRING"}, {Name: "vessel", Type: "STRING"}, {Name: "ts", Type: "TIMESTAMP"}, {Name: "lat", Type: "FLOAT64"}, {Name: "flag", Type: "BOOL"}}}

// model is what mutations should do, written without SQL. Only hashes are asked of the engine.
type model struct {
	t      *testing.T
	client *bigquery.Client
	rnd    *rand.Rand
}

func orNull[T any](v *T, format string) string {
	if v == nil {
		return "NULL"
	}
	return fmt.Sprintf(format, *v)
}

func (r modelRow) String() string {
	ts := "NULL"
	if r.TS != nil {
		ts = r.TS.UTC().Format("TIMESTAMP '2006-01-02 15:04:05.000000+00'")
	}
	return strings.Join([]string{orNull(r.ID, "'%s'"), orNull(r.Vessel, "'%s'"), ts, orNull(r.Lat, "%g"), orNull(r.Flag, "%t")}, ", ")
}

// array writes rows as SQL.
func array(rows []modelRow) string {
	var all []string
	for i, r := range rows {
		text := "(" + r.String() + ")"
		if i == 0 {
			text = fmt.Sprintf("STRUCT(CAST(%s AS STRING) AS id, CAST(%s AS STRING) AS vessel, CAST(%s AS TIMESTAMP) AS ts, CAST(%s AS FLOAT64) AS lat, CAST(%s AS BOOL) AS flag)", toAny(strings.Split(r.String(), ", "))...)
		}
		all = append(all, text)
	}
	return "[" + strings.Join(all, ", ") + "]"
}

func toAny(texts []string) (all []any) {
	for _, t := range texts {
		all = append(all, t)
	}
	return all
}

func maybe[T any](rnd *rand.Rand, v T) *T {
	if rnd.IntN(6) == 0 {
		return nil
	}
	return &v
}

// rows of a table: few values, so that there are repeats, and times in and around the range of January 2 to 5.
func (m model) rows() []modelRow {
	var rows []modelRow
	for range 8 + m.rnd.IntN(25) {
		ts := time.Date(2024, 1, 1, m.rnd.IntN(120), 0, 0, m.rnd.IntN(3)*250_000_000, time.UTC)
		r := modelRow{maybe(m.rnd, strconv.Itoa(m.rnd.IntN(20))), maybe(m.rnd, string(rune('a'+m.rnd.IntN(5)))), maybe(m.rnd, ts), maybe(m.rnd, float64(m.rnd.IntN(4))/2), maybe(m.rnd, m.rnd.IntN(2) == 0)}
		rows = append(rows, r)
		if m.rnd.IntN(4) == 0 {
			rows = append(rows, r)
		}
	}
	return rows
}

var modelPredicates = map[string]func(modelRow) bool{
	"lat > 0.5":                     func(r modelRow) bool { return r.Lat != nil && *r.Lat > 0.5 },
	"vessel = 'a' OR flag":          func(r modelRow) bool { return r.Vessel != nil && *r.Vessel == "a" || r.Flag != nil && *r.Flag },
	"ts IS NULL":                    func(r modelRow) bool { return r.TS == nil },
	`id IN ("3", '4', "5") OR TRUE`: func(modelRow) bool { return true },
	"FALSE":                         func(modelRow) bool { return false },
}

// mutation is one of the library, with any settings.
func (m model) mutation() string {
	name := workflows.MutationNames()[m.rnd.IntN(6)]
	words := []string{name}
	add := func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) }
	window := func() {
		if m.rnd.IntN(3) == 0 {
			add("from=2024-01-0%d", 1+m.rnd.IntN(3))
		}
		if m.rnd.IntN(3) == 0 {
			add("to=2024-01-0%dT%02d:00:00Z", 4+m.rnd.IntN(2), m.rnd.IntN(24))
		}
	}
	if name == "restrict_vessels" {
		switch m.rnd.IntN(4) {
		case 0:
			add("vessels=%s", []string{"a", "b|c|z", "e|d|c|b"}[m.rnd.IntN(3)])
		case 1:
			add(`where="vessel >= 'b'"`)
		case 2:
			add("count=%d seed=%d", 1+m.rnd.IntN(6), m.rnd.IntN(9))
			window()
		default:
			add("share=%g seed=%d", 0.5+m.rnd.Float64()/2, m.rnd.IntN(9))
		}
		return strings.Join(words, " ")
	}
	if m.rnd.IntN(3) == 0 {
		texts := slices.Sorted(maps.Keys(modelPredicates)) // those that choose something are the likelier ones
		texts = append(texts, "lat > 0.5", "vessel = 'a' OR flag", "lat > 0.5", "vessel = 'a' OR flag")
		add("where=%s", shellescape.Quote(texts[m.rnd.IntN(len(texts))]))
	}
	window()
	if m.rnd.IntN(2) == 0 || len(words) == 1 {
		add("rate=%g seed=%d", []float64{0.2, 0.4, 0.5, 0.8, 1}[m.rnd.IntN(5)], m.rnd.IntN(9))
	}
	switch name {
	case "shift_timestamps":
		add("by=%dm", []int{-1500, 30, 1440}[m.rnd.IntN(3)])
	case "late_messages":
		add("late=%dh", 1+m.rnd.IntN(24))
	case "set_segment_flag":
		add("column=flag value=%t", m.rnd.IntN(2) == 0)
	case "duplicate_messages":
		add("copies=%d", 1+m.rnd.IntN(2))
	}
	return strings.Join(words, " ")
}

// hashes are FARM_FINGERPRINT of an expression over each row, called r.
func (m model) hashes(rows []modelRow, expression string) []int64 {
	m.t.Helper()
	if len(rows) == 0 {
		return nil
	}
	var each []string
	for i, r := range rows {
		each = append(each, fmt.Sprintf("SELECT %d AS i, r FROM UNNEST(%s) AS r", i, array([]modelRow{r})))
	}
	it, err := m.client.Query(fmt.Sprintf("SELECT FARM_FINGERPRINT(%s) FROM (%s) ORDER BY i", expression, strings.Join(each, " UNION ALL "))).Read(m.t.Context())
	var all []int64
	for err == nil {
		var row []bigquery.Value
		if err = it.Next(&row); err == nil {
			n, _ := row[0].(int64)
			all = append(all, n)
		}
	}
	if err != iterator.Done || len(all) != len(rows) {
		m.t.Fatalf("%d hashes of %d rows: %v", len(all), len(rows), err)
	}
	return all
}

// apply is what the mutation should make of the rows.
func (m model) apply(mu workflows.Mutation, rows []modelRow) (out []modelRow) {
	m.t.Helper()
	set := func(key string) string { return mu.Settings[key] }
	instant := func(key string) (t time.Time) {
		if t.UnmarshalText([]byte(set(key))) != nil {
			t, _ = time.Parse(time.DateOnly, set(key))
		}
		return t
	}
	inWindow := func(r modelRow) bool {
		return (set("from") == "" || r.TS != nil && !r.TS.Before(instant("from"))) && (set("to") == "" || r.TS != nil && r.TS.Before(instant("to")))
	}
	low := func(hash int64, key string) bool {
		share, _ := strconv.ParseFloat(set(key), 64)
		return (float64(hash)+(1<<63))/(1<<64) < share
	}
	salt := "CONCAT('" + mu.Name + "|" + set("seed") + "|', "
	if mu.Name == "restrict_vessels" {
		keep := map[string]bool{}
		var vessels []modelRow
		for _, r := range rows {
			if r.Vessel != nil && !keep[*r.Vessel] && inWindow(r) {
				keep[*r.Vessel] = true
				vessels = append(vessels, r)
			}
		}
		hash := m.hashes(vessels, salt+"r.vessel)")
		var order []int
		for i, r := range vessels {
			order = append(order, i)
			switch {
			case set("vessels") != "":
				keep[*r.Vessel] = slices.Contains(strings.Split(set("vessels"), "|"), *r.Vessel)
			case set("where") != "":
				keep[*r.Vessel] = *r.Vessel >= "b"
			case set("share") != "":
				keep[*r.Vessel] = low(hash[i], "share")
			}
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(hash[a], hash[b]) })
		if n, err := strconv.Atoi(set("count")); err == nil {
			for _, i := range order[min(n, len(order)):] {
				keep[*vessels[i].Vessel] = false
			}
		}
		return slices.DeleteFunc(slices.Clone(rows), func(r modelRow) bool { return r.Vessel == nil || !keep[*r.Vessel] })
	}
	var hash []int64
	if set("rate") != "" && set("rate") != "1" {
		hash = m.hashes(rows, salt+"IF(r.id IS NULL, TO_JSON_STRING(r), TO_JSON_STRING(r.id)))")
	}
	for i, r := range rows {
		if !inWindow(r) || set("where") != "" && !modelPredicates[set("where")](r) || hash != nil && !low(hash[i], "rate") {
			out = append(out, r)
			continue
		}
		switch mu.Name {
		case "duplicate_messages":
			n, _ := strconv.Atoi(set("copies"))
			out = append(out, slices.Repeat([]modelRow{r}, n)...)
		case "drop_messages":
			continue
		case "set_segment_flag":
			v := set("value") == "true"
			r.Flag = &v
		case "shift_timestamps", "late_messages":
			by, _ := time.ParseDuration(set("by") + set("late"))
			if r.TS != nil {
				if ts := r.TS.Add(by); mu.Name == "shift_timestamps" || ts.UTC().YearDay() != r.TS.UTC().YearDay() {
					r.TS = &ts
				}
			}
		}
		out = append(out, r)
	}
	return out
}

// went counts the rows of a, in the range, that b has not.
func went(a, b []modelRow, in func(modelRow) bool) (n int64) {
	left := map[string]int{}
	for _, r := range b {
		if in(r) {
			left[r.String()]++
		}
	}
	for _, r := range a {
		if in(r) {
			if left[r.String()]--; left[r.String()] < 0 {
				n++
			}
		}
	}
	return n
}
