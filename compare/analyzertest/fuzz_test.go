package analyzertest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"cloud.google.com/go/bigquery"
	"github.com/goccy/go-googlesql"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/compare"
)

// FuzzNames gives tables and columns hostile names. The statement must always be one that the analyzer accepts, and the
// catalog holds the two tables alone: to read another is a mistake it finds.
func FuzzNames(f *testing.F) {
	for _, seed := range [][3]string{
		{"t", "select", "from"}, {"t-1", "k0", "c0"}, {"Tabelle ä", "side", "l"}, {"t", "x", "x_"},
		{"t", "a`b", `a\`}, {"t", "` FROM `p.d.other` AS x --", "a"}, {"t", "'", `"`}, {"t", "a\nb", "a\rb"}, {"t", "{x}", "@x"},
		{"t", "xe0", "xo0"}, {"t", "naïve name", "naive name"}, {"t", "/*", "*/"}, {"t", "?", ";"}, {"t", "a.b", "a__b"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	var a analyzer
	count := 0
	f.Fuzz(func(t *testing.T, table, one, two string) {
		if count == 0 {
			a = newAnalyzer(t)
		}
		count++
		// The service knows no column without a name, and none twice; ParseTable says what a table is. The analyzer hides
		// names that begin with $, which are its own.
		for _, name := range []string{one, two} {
			if name == "" || name[0] == '$' || !utf8.ValidString(name) || len(name) > 300 || strings.EqualFold(name, "id") {
				return
			}
		}
		if strings.EqualFold(one, two) {
			return
		}
		schema := bigquery.Schema{
			{Name: "id", Type: "INTEGER"}, {Name: one, Type: "FLOAT"}, {Name: two, Type: "STRING", Repeated: true},
		}
		var sides [2]compare.Input
		for i := range sides {
			name := fmt.Sprintf("project-1.d.%s %d %d", table, count, i)
			parsed, err := bq.ParseTable(name)
			if err != nil {
				return
			}
			sides[i].Table = parsed
			a.add(t, name, []column{{"id", "INT64"}, {one, "FLOAT64"}, {two, "ARRAY<STRING>"}})
		}
		for _, o := range []compare.Options{{Keys: []string{"id"}}, {Keys: []string{one}}, {}} {
			sql, err := compare.Statement(sides[0], sides[1], schema, schema, o)
			var argument *compare.ArgumentError
			if errors.As(err, &argument) {
				continue
			}
			must(t, err)
			if _, err := googlesql.AnalyzeStatement(sql, a.options, a.catalog, a.types); err != nil {
				t.Errorf("keys %q, columns %q and %q: %v\n%s", o.Keys, one, two, err, sql)
			}
		}
	})
}
