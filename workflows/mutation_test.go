package workflows

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// Equal mutations have one text, however they were written.
func TestMutationTexts(t *testing.T) {
	for text, want := range map[string]string{
		"restrict_vessels vessels=b|a|b":                                                 "restrict_vessels vessels='a|b'",
		" restrict_vessels\tcount=05  seed=+7 source=messages":                           "",
		"restrict_vessels  seed=+7 source=messages count=05 ":                            "restrict_vessels source=messages count=5 seed=7",
		"restrict_vessels share=.20 seed=-1":                                             "restrict_vessels seed=-1 share=0.2",
		`restrict_vessels where="ssvid  LIKE '41%'"`:                                     `restrict_vessels where='ssvid LIKE '\''41%'\'''`,
		"drop_messages rate=1e-1 seed=3 from=2024-01-02T02:00:00+02:00 to=2024-01-03":    "drop_messages from=2024-01-02 rate=0.1 seed=3 to=2024-01-03",
		"drop_messages from=2024-01-02T00:00:00.250Z":                                    "drop_messages from=2024-01-02T00:00:00.25Z",
		`drop_messages where='type = "a; -- b)"'`:                                        `drop_messages where='type = "a; -- b)"'`,
		"drop_messages where='lat>1 AND(lon<2)'":                                         "drop_messages where='lat>1 AND(lon<2)'",
		`drop_messages rate=0.5 seed=1 where  a = 'it"s' AND b`:                          `drop_messages rate=0.5 seed=1 where='a = '\''it"s'\'' AND b'`,
		`drop_messages where="a where = 'b' where c"`:                                    `drop_messages where='a where = '\''b'\'' where c'`,
		"shift_timestamps by=2160m":                                                      "shift_timestamps by=36h",
		"shift_timestamps by=-90s where=TRUE":                                            "shift_timestamps by=-1m30s where=TRUE",
		"set_segment_flag value=FALSE column=good_seg2 source=segments":                  "set_segment_flag source=segments column=good_seg2 value=false",
		"duplicate_messages":                                                             "duplicate_messages copies=1",
		"late_messages late=24h0m0s":                                                     "late_messages late=24h",
		"late_messages late=1h30m rate=1 seed=0 where=\"receiver_type = 'satellite' #\"": "",
	} {
		m, err := ParseMutation(text)
		if want == "" {
			if err == nil {
				t.Errorf("%s: accepted", text)
			}
			continue
		}
		if err != nil || m.String() != want {
			t.Errorf("%s: %s, %v, want %s", text, m, err, want)
			continue
		}
		if again, err := ParseMutation(want); err != nil || !cmp.Equal(m, again) {
			t.Errorf("%s is read as %+v (%v), and was %+v", want, again, err, m)
		}
	}
}

func TestBadMutationsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "restrict_vessels, drop_messages",
		"drop_rows":           `no mutation "drop_rows"; there are restrict_vessels`,
		"drop_messages":       "would drop every row; give one of where, from, to, rate",
		"drop_messages where": `"where" has no '='`, "drop_messages where=a where b": "given twice",
		"drop_messages rate":                                               `"rate" has no '='`,
		"drop_messages rate=0.1":                                           "needs a seed",
		"drop_messages seed=1 where=x":                                     "nothing to choose by it",
		"drop_messages rate=0 seed=1":                                      "above 0",
		"drop_messages rate=1.1 seed=1":                                    "not above 1",
		"drop_messages rate=NaN seed=1":                                    "not above 1",
		"drop_messages rate=0.1 seed=1.5":                                  "whole number",
		"drop_messages rate=0.1 rate=0.1 seed=1":                           "given twice",
		"drop_messages vessels=a":                                          `takes no "vessels"; it takes source, where, from, to, rate, seed`,
		"drop_messages from=2024-01-02 to=2024-01-02":                      "half-open",
		"drop_messages from=2024-01-02T00:00:00":                           "with its zone",
		"drop_messages from=2024-01-02T00:00:00.0000001Z":                  "microseconds",
		"drop_messages source=mess-ages where=TRUE":                        "letters, digits",
		"drop_messages where='RAND() < 0.5'":                               `"RAND(" gives no certain rows`,
		"drop_messages where='ts < CURRENT_TIMESTAMP()'":                   "no certain rows",
		"drop_messages where='RAND\u2028() < 0.5'":                         "no certain rows",
		`drop_messages where='x = b"\x'`:                                   "no SQL",
		"drop_messages where='id IN (SELECT id FROM t)'":                   "subquery",
		"drop_messages where='id IN (FROM t)'":                             "subquery",
		"drop_messages where='ROW_NUMBER() OVER (ORDER BY id) = 1'":        "window function",
		"duplicate_messages where dit_copy = 1":                            "is a name of the statement",
		"duplicate_messages where `DIT_COPY` = 1":                          "is a name of the statement",
		"drop_messages where dit_row.lat > 1":                              "is a name of the statement",
		"drop_messages where='TRUE) OR (TRUE'":                             "closes what was not opened",
		"drop_messages where='(TRUE'":                                      "not closed",
		"drop_messages where='[TRUE)'":                                     "closes what was not opened",
		"drop_messages where='TRUE -- x'":                                  "comment",
		"drop_messages where='TRUE /* x'":                                  "no SQL",
		"drop_messages where='TRUE # x'":                                   "comment",
		"drop_messages where='TRUE; DROP TABLE t'":                         "has no place",
		"drop_messages where='x = @p'":                                     "has no place",
		"drop_messages where=\"x = 'open\"":                                "no SQL",
		`drop_messages where="x = 'a\\\\'' OR TRUE"`:                       "no SQL",
		"drop_messages where=' '":                                          "empty",
		"drop_messages where=\"a IN ('x'":                                  "a comma ends the item of a list",
		"drop_messages where type IN ('AIS.1'":                             "a ( is not closed; a comma ends the item of a list, which is read as CSV",
		"drop_messages where name = 'a":                                    "a comma ends the item of a list",
		" 'AIS.5')":                                                        "a comma ends the item of a list",
		"drop_messages where='a\nb'":                                       "control characters",
		"drop_messages where=\xff":                                         "control characters",
		"restrict_vessels":                                                 "exactly one of vessels, where, count and share",
		"restrict_vessels vessels=a count=1 seed=1":                        "exactly one",
		"restrict_vessels vessels='a||b'":                                  "none empty",
		"restrict_vessels count=0 seed=1":                                  "from 1 to",
		"restrict_vessels count=3":                                         "seed",
		"restrict_vessels vessels=a from=2024-01-01":                       "only with count",
		"shift_timestamps where=TRUE":                                      "needs by",
		"shift_timestamps by=0s":                                           "not 0",
		"shift_timestamps by=1ns":                                          "microseconds",
		"shift_timestamps by=2d":                                           "such as 36h",
		"shift_timestamps by=2000000h":                                     "-876000h to 876000h",
		"late_messages late=25h":                                           "1µs to 24h",
		"late_messages late=-1h":                                           "1µs to 24h",
		"set_segment_flag column=good_seg2":                                "needs value",
		"set_segment_flag column=good_seg2 value=0":                        "true or false",
		"set_segment_flag column='a b' value=true":                         "letters",
		"duplicate_messages copies=0":                                      "from 1 to 100",
		"drop_messages where='`' rate=0.1 seed=1":                          "no SQL",
		"drop_messages where='SELECT 1'":                                   "subquery",
		"drop_messages where='TRUE' from=2024-01-01 to=2023-12-31":         "half-open",
		"drop_messages where='my_project.my_dataset.my_function(lat) > 1'": "no certain rows",
	} {
		if _, err := ParseMutation(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want something with %q", text, err, want)
		}
	}
}

// A mutation finds its source by the columns it needs, and says what to write where it does not.
func TestMutationsFindTheirSource(t *testing.T) {
	for text, want := range map[string]string{
		"restrict_vessels vessels=a":                               "restrict_vessels source=messages vessels=a",
		"set_segment_flag column=GOOD_seg2 value=false":            "set_segment_flag source=segments column=good_seg2 value=false",
		"late_messages late=6h":                                    "late_messages source=messages late=6h",
		"drop_messages from=2024-01-02":                            "drop_messages source=messages from=2024-01-02",
		"drop_messages source=segments where=good_seg2":            "drop_messages source=segments where=good_seg2",
		"drop_messages where=TRUE":                                 "! Write source=messages or source=segments",
		"drop_messages source=ports where=TRUE":                    `! unknown source "ports"; this pipeline reads messages, segments`,
		"restrict_vessels source=segments vessels=a":               "! write vessel_column: NAME there in the descriptor",
		"shift_timestamps source=segments by=1h":                   "! write time_column: NAME there in the descriptor",
		"set_segment_flag column=seg_id value=true":                "! column seg_id of source messages is STRING",
		"set_segment_flag column=noise source=segments value=true": "! write {name: noise, type: BOOL} under its columns in the descriptor",
	} {
		a := arguments()
		a.Mutations = []string{text}
		r, err := a.Check(sample(t))
		if problem, ok := strings.CutPrefix(want, "! "); ok {
			if err == nil || !strings.Contains(err.Error(), problem) || !strings.Contains(err.Error(), "--mutation") {
				t.Errorf("%s: %v, want something with %q", text, err, problem)
			}
		} else if err != nil || r.Mutations[0].String() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	a := arguments()
	a.MaterialiseMutations = true
	if _, err := a.Check(sample(t)); err == nil || !strings.Contains(err.Error(), "leave it out") {
		t.Errorf("a table of nothing: %v", err)
	}
	a.Mutations = strings.Split(strings.Repeat("late_messages late=6h\n", maxMutations)+"late_messages late=6h", "\n")
	if _, err := a.Check(sample(t)); err == nil || !strings.Contains(err.Error(), "at most 16") {
		t.Errorf("too many: %v", err)
	}
}

// A plan has its mutations in its keys, its text, its JSON and the line that asks again.
func TestPlanWithMutations(t *testing.T) {
	texts := []string{`drop_messages source=messages where="lat > 1 AND type IN ('a', 'b')"`, "set_segment_flag column=good_seg2 value=false rate=0.5 seed=2"}
	with := func(texts ...string) *Plan {
		return plan(t, func(a *Arguments) { a.Mutations, a.MaterialiseMutations = texts, len(texts) > 0 })
	}
	p := with(texts...)
	for _, other := range []*Plan{with(), with(texts[1], texts[0]), with(texts[0]), with(texts[0], strings.Replace(texts[1], "seed=2", "seed=3", 1))} {
		for _, step := range []string{"source", "run-bf", "report"} {
			if p.Step(step).Key == other.Step(step).Key {
				t.Errorf("%s has one key with %v and with %v", step, p.Mutations, other.Mutations)
			}
		}
	}
	if got := p.MutationsOf("segments"); len(got) != 1 || len(p.Mutations) != 2 || got[0].Name != setSegmentFlag {
		t.Errorf("segments: %v of %v", got, p.Mutations)
	}
	if text := p.String(); !strings.Contains(text, "source messages: synthetic sample of the sandbox\n  mutated: drop_messages source=messages where='lat > 1") {
		t.Error(text)
	}
	var back Plan
	if text, err := json.Marshal(p); err != nil || json.Unmarshal(text, &back) != nil || !cmp.Equal(p.Mutations, back.Mutations) {
		t.Errorf("%v comes back as %v, %v", p.Mutations, back.Mutations, err)
	}
	if err := json.Unmarshal([]byte(`{"mutations": ["drop_rows"]}`), &back); err == nil {
		t.Error("a plan of another version was taken")
	}
	if !strings.Contains(p.Command, " --materialise-mutations=true ") || !p.MaterialiseMutations || strings.Contains(with().Command, "mutation") {
		t.Errorf("%s\n%s", p.Command, with().Command)
	}
	out, err := exec.Command("sh", "-c", "printf '%s\\0' "+p.Command).Output()
	if err != nil {
		t.Fatal(err)
	}
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.ParseErrorsAllowlist.UnknownFlags = true
	given := f.StringSlice("mutation", nil, "")
	if err := f.Parse(strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")); err != nil {
		t.Fatal(err)
	}
	if again := with(*given...); !cmp.Equal(p.Mutations, again.Mutations) {
		t.Errorf("%s\nis read as %v", p.Command, again.Mutations)
	}
}

// A share is a share of all hashes, and a greater one has all of a smaller one.
func TestShares(t *testing.T) {
	for share, want := range map[string]string{"1": "TRUE", "0.5": "h < 0", "0.25": "h < -4611686018427387904", "1e-09": "h < -9223372018408031734", "0.9999999999999999": "h < 9223372036854773760"} {
		if got := below("h", share); got != want {
			t.Errorf("%s of all: %s, want %s", share, got, want)
		}
	}
}

// What the parser takes it writes so that it takes it again as the same, and no predicate leaves its parentheses.
func FuzzMutation(f *testing.F) {
	for _, k := range kinds {
		f.Add(k.example)
	}
	f.Add(`drop_messages rate=0.5 seed=1 where a = 'it"s' AND b`)
	f.Add(`drop_messages where="x = r'\\'' AND y = '''a''b'''" from=2024-01-02T03:04:05.000006Z`)
	f.Add(`restrict_vessels where='ssvid IN ("a", "b") AND ssvid != b"\xff"'`)
	s := Source{Name: "s", TimeColumn: "t`", VesselColumn: `v\`, IDColumn: "i", Columns: []Column{{"t`", "TIMESTAMP"}, {`v\`, "STRING"}, {"i", "STRING"}}}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMutation(text)
		if err != nil {
			return
		}
		again, err := ParseMutation(m.String())
		if err != nil || !cmp.Equal(m, again) || again.String() != m.String() {
			t.Fatalf("%q is %q and then %q (%v)", text, m, again, err)
		}
		sql := Altered("base", s, []Mutation{m})
		if _, err := expression(sql); err != nil {
			t.Fatalf("%q: %v in %s", text, err, sql)
		}
	})
}
