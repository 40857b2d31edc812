package analyzertest

import (
	"testing"

	"cloud.google.com/go/civil"
	"github.com/goccy/go-googlesql"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// TestMutations analyses what the library of mutations writes: what a chain makes of a table, and the proof of it.
func TestMutations(t *testing.T) {
	a := newAnalyzer(t)
	a.add(t, "p.d.messages", []column{{"msgid", "STRING"}, {"ssvid", "STRING"}, {"timestamp", "TIMESTAMP"}, {"lat", "FLOAT64"}, {"flag", "BOOL"}, {"s", "STRUCT<a INT64, b ARRAY<STRING>>"}})
	a.add(t, "p.d.numbers", []column{{"ssvid", "INT64"}, {"timestamp", "TIMESTAMP"}, {"flag", "BOOL"}})
	columns := []workflows.Column{{Name: "ssvid", Type: "STRING"}, {Name: "msgid", Type: "STRING"}, {Name: "timestamp", Type: "TIMESTAMP"}, {Name: "flag", Type: "BOOL"}}
	full := workflows.Source{Name: "messages", TimeColumn: "timestamp", VesselColumn: "ssvid", IDColumn: "msgid", Columns: columns}
	bare := workflows.Source{Name: "numbers", VesselColumn: "ssvid", TimeColumn: "timestamp", Columns: columns}
	days := workflows.Range{Start: civil.Date{Year: 2024, Month: 1, Day: 1}, End: civil.Date{Year: 2024, Month: 2, Day: 1}}
	analyse := func(sql string) error {
		_, err := googlesql.AnalyzeStatement(sql, a.options, a.catalog, a.types)
		return err
	}
	var chain []workflows.Mutation
	for _, text := range []string{
		"restrict_vessels vessels='1|2'", `restrict_vessels where="CAST(ssvid AS STRING) > '3'"`, "restrict_vessels count=5 seed=7 from=2024-01-01", "restrict_vessels share=0.2 seed=-7",
		"drop_messages where='flag' rate=0.25 seed=1", "drop_messages rate=1 seed=1 from=2024-01-02T00:00:00.5Z to=2024-01-03", "shift_timestamps by=-36h where='ssvid IS NOT NULL'", "set_segment_flag column=flag value=false",
		"duplicate_messages copies=3 rate=0.5 seed=1", "late_messages late=6h", "late_messages late=1us rate=1e-9 seed=9223372036854775807",
	} {
		m := try(workflows.ParseMutation(text))(t)
		chain = append(chain, m)
		for table, s := range map[string]workflows.Source{"`p.d.messages`": full, "`p.d.numbers`": bare} {
			for _, sql := range []string{workflows.Altered(table, s, []workflows.Mutation{m}), workflows.AlteredProof(table, s, []workflows.Mutation{m}, days)} {
				if err := analyse(sql); err != nil {
					t.Errorf("%s: %v\n%s", text, err, sql)
				}
			}
		}
	}
	// Those that need no time take one of any type.
	for _, kind := range []string{"DATE", "DATETIME"} {
		a.add(t, "p.d."+kind, []column{{"ssvid", "STRING"}, {"day", kind}, {"flag", "BOOL"}})
		s := workflows.Source{VesselColumn: "ssvid", TimeColumn: "day", Columns: []workflows.Column{{Name: "ssvid", Type: "STRING"}, {Name: "day", Type: kind}, {Name: "flag", Type: "BOOL"}}}
		for _, text := range []string{"restrict_vessels count=5 seed=7", "drop_messages where='flag'", "set_segment_flag column=flag value=false", "duplicate_messages copies=2 where='flag'"} {
			m := try(try(workflows.ParseMutation(text))(t).On(&workflows.Descriptor{Sources: []workflows.Source{s}}))(t)
			if err := analyse(workflows.AlteredProof("`p.d."+kind+"`", s, []workflows.Mutation{m}, days)); err != nil {
				t.Errorf("%s on a source with a %s: %v", text, kind, err)
			}
		}
	}
	for _, sql := range []string{workflows.Altered("`p.d.messages`", full, chain), workflows.AlteredProof("`p.d.messages`", full, chain, days)} {
		if err := analyse(sql); err != nil {
			t.Errorf("the whole chain: %v\n%s", err, sql)
		}
	}
	// A vessel is chosen by its name, and not by what one of its rows says.
	m := try(workflows.ParseMutation(`restrict_vessels where="lat > 3"`))(t)
	if err := analyse(workflows.Altered("`p.d.messages`", full, []workflows.Mutation{m})); err == nil {
		t.Error("vessels were chosen by another column")
	}
}
