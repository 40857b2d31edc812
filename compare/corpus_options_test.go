//go:build sandbox

package compare

import "strings"

var renameCases = []corpusCase{
	{name: "renamed", reason: "a new name is not a new column",
		columns: "id INT64, v INT64", rightColumns: "vessel INT64, speed INT64", left: []string{"(1, 2)"}, right: []string{"(1, 2)"},
		options: Options{Keys: []string{"id"}, Rename: map[string]string{"id": "vessel", "v": "speed"}}, want: Identical,
		check: func(r *Result) string { return unless(len(r.Renamed) == 2 && r.Rows.Equal == 1, "not listed") }},
	{name: "renamed, and a difference in it", reason: "the values count",
		columns: "id INT64, v INT64", rightColumns: "id INT64, speed INT64", left: []string{"(1, 2)"}, right: []string{"(1, 3)"},
		options: Options{Keys: []string{"id"}, Rename: map[string]string{"v": "speed"}}, want: Different,
		check: func(r *Result) string {
			return unless(r.Columns[0].Differing == 1 && r.Samples[0].Differs[0].Column == "v", "not counted under the left name")
		}},
	{name: "renamed whole rows", reason: "the whole row as the key, by position of the left",
		columns: "a STRING, b STRING", rightColumns: "c STRING, a STRING", left: []string{"('x', 'y')"}, right: []string{"('y', 'x')"},
		options: Options{Rename: map[string]string{"b": "c"}}, want: Identical},
	{name: "names swapped", reason: "a is b and b is a: by name alone the rows would differ",
		columns: "id INT64, a STRING, b STRING", left: []string{"(1, 'x', 'y')"}, right: []string{"(1, 'y', 'x')"},
		options: Options{Keys: []string{"id"}, Rename: map[string]string{"a": "b", "b": "a"}}, want: Identical},
	{name: "renamed and retyped", reason: "types are checked as for others",
		columns: "id INT64, v INT64", rightColumns: "id INT64, speed FLOAT64", left: []string{"(1, 2)"}, right: []string{"(1, 2)"},
		options: Options{Keys: []string{"id"}, Rename: map[string]string{"v": "speed"}}, want: Different},
	{name: "old name is another column now", reason: "the right v has no partner, though the left has a v",
		columns: "id INT64, v INT64", rightColumns: "id INT64, v INT64, speed INT64", left: []string{"(1, 2)"}, right: []string{"(1, 9, 2)"},
		options: Options{Keys: []string{"id"}, Rename: map[string]string{"v": "speed"}}, want: Different,
		check: func(r *Result) string {
			return unless(r.Rows.Equal == 1 && len(r.Schema.OnlyRight) == 1, "matched by its old name")
		}},
}

var ignoreCases = []corpusCase{
	{name: "ignored by pattern", reason: "of either side, whatever the case",
		columns: "id INT64, v INT64, TMP_a INT64", rightColumns: "id INT64, v INT64, tmp_b STRING", left: []string{"(1, 2, 3)"}, right: []string{"(1, 2, 'x')"},
		options: Options{Keys: []string{"id"}, Ignore: []string{"tmp_*"}}, want: Identical,
		check: func(r *Result) string { return unless(strings.Join(r.Ignored, " ") == "TMP_a tmp_b", "not listed") }},
	{name: "namesake of a renamed column ignored", reason: "ignored is the left old, the right old is compared with v",
		columns: "id INT64, v INT64, old INT64", rightColumns: "id INT64, old INT64", left: []string{"(1, 2, 9)"}, right: []string{"(1, 3)"},
		options: Options{Keys: []string{"id"}, Rename: map[string]string{"v": "old"}, Ignore: []string{"old"}}, want: Different,
		check: func(r *Result) string { return unless(r.Columns[0].Differing == 1, "not compared") }},
}

func normalise(list ...Normalisation) Options {
	return Options{Keys: []string{"id"}, Normalise: map[string][]Normalisation{"v": list}}
}

// textRows are rows of an id and a text.
func textRows(literals ...string) (rows []string) {
	for i, l := range literals {
		rows = append(rows, "("+string(rune('1'+i))+", "+l+")")
	}
	return rows
}

// tells wants so many pairs tolerated and changed.
func tells(tolerated, changed int64) func(*Result) string {
	return func(r *Result) string {
		c := r.Columns[0]
		return unless(r.Rows.Tolerated == tolerated && r.Rows.Changed == changed && c.Differing == tolerated+changed && c.Tolerated == tolerated, "wrong counts")
	}
}

var normaliseCases = []corpusCase{
	{name: "normalised, but equal as they are", reason: "identical means the raw values",
		columns: "id INT64, v STRING", left: textRows("' A '", "NULL"), right: textRows("' A '", "NULL"), options: normalise(Trim, FoldCase), want: Identical},
	{name: "trim", reason: "every white space at the ends, none inside",
		columns: "id INT64, v STRING", left: textRows(`'a b'`, `''`, `'a'`), right: textRows(`' \ta b\r\n'`, `'  '`, `'\u00a0\u2003\u3000\u0085\v\fa'`),
		options: normalise(Trim), want: WithinTolerance, check: func(r *Result) string {
			if strings.Contains(r.Reasons[0], "column v agrees only after normalisation (trim) in 3 rows") {
				return tells(3, 0)(r)
			}
			return "the reason does not say it: " + r.Reasons[0]
		}},
	{name: "trim leaves the inside", reason: "'a b' is not 'ab', nor has an invisible letter White_Space",
		columns: "id INT64, v STRING", left: textRows(`'a b'`, `'a'`, `'a'`), right: textRows(`'ab'`, `'\u200ba'`, `'vtnua'`), options: normalise(Trim), want: Different, check: tells(0, 3)},
	{name: "NULL normalised", reason: "NULL differs from every value, however it is normalised",
		columns: "id INT64, v STRING", left: textRows("NULL", "' '"), right: textRows("''", "NULL"), options: normalise(Trim, FoldCase, Unicode), want: Different, check: tells(0, 2)},
	{name: "case", reason: "beyond ASCII as well",
		columns: "id INT64, v STRING", left: textRows("'NIÑO'", "'a'"), right: textRows("'niño'", "'b'"), options: normalise(FoldCase), want: Different, check: tells(1, 1)},
	{name: "unicode", reason: "one letter, or letter and accent",
		columns: "id INT64, v STRING", left: textRows(`'\u00e9'`, `'\u00e9'`), right: textRows(`'e\u0301'`, `'e'`), options: normalise(Unicode), want: Different, check: tells(1, 1)},
	{name: "all that combine", reason: "case, then unicode, then trim",
		columns: "id INT64, v STRING", left: textRows(`'\u00c9a'`), right: textRows(`' e\u0301A\t'`), options: normalise(Trim, FoldCase, Unicode), want: WithinTolerance, check: tells(1, 0)},
	{name: "only what was asked for", reason: "trimming does not fold case",
		columns: "id INT64, v STRING", left: textRows("'A '"), right: textRows("'a'"), options: normalise(Trim), want: Different, check: tells(0, 1)},
	{name: "json", reason: "blanks and escapes do not count, values do",
		columns: "id INT64, v STRING", left: textRows(`'{"a": [1, "x"]}'`, `r'"\u00e9"'`, `'{"a": 1}'`), right: textRows(`' {"a":[1,"x"]}'`, `'"é"'`, `'{"a": 2}'`),
		options: normalise(JSON), want: Different, check: tells(2, 1)},
	{name: "json null", reason: "the JSON null is a value, and no NULL",
		columns: "id INT64, v STRING", left: textRows("'null'", "'null'", "'null'"), right: textRows("' null '", "NULL", "''"), options: normalise(JSON), want: Different, check: tells(1, 2)},
	{name: "no json", reason: "what does not parse is compared as text, and never equals what does",
		columns: "id INT64, v STRING", left: textRows("'{no'", "'{}'", "NULL", "'x'"), right: textRows("'{no '", "'{'", "'{'", `'"x"'`), options: normalise(JSON), want: Different, check: tells(0, 4)},
	{name: "json numbers that do not fit", reason: "as FLOAT64 both would be one number",
		columns: "id INT64, v STRING", left: textRows("'12345678901234567890123'", "'9007199254740993'"), right: textRows("'12345678901234567890124'", "'9007199254740992'"), options: normalise(JSON), want: Different, check: tells(0, 2)},
	{name: "normalised beside a difference", reason: "a pair is tolerated only as a whole",
		columns: "id INT64, v STRING, w STRING", left: []string{"(1, 'a', 'a')"}, right: []string{"(1, 'A', 'A')"}, options: normalise(FoldCase), want: Different,
		check: func(r *Result) string {
			return unless(r.Rows.Changed == 1 && r.Columns[0].Tolerated == 1 && r.Columns[1].Tolerated == 0, "wrong counts")
		}},
	{name: "normalised repeated keys", reason: "what cannot be put one to one must agree as it is",
		columns: "id INT64, v STRING", left: []string{"(1, 'a')", "(1, 'b')"}, right: []string{"(1, 'A')", "(1, 'B')"}, options: normalise(FoldCase), want: Different},
	{name: "normalised and renamed", reason: "named as on the left",
		columns: "id INT64, v STRING", rightColumns: "id INT64, w STRING", left: textRows("'a'"), right: textRows("'A'"),
		options: Options{Keys: []string{"id"}, Rename: map[string]string{"V": "W"}, Normalise: map[string][]Normalisation{"V": {FoldCase}}}, want: WithinTolerance},
}
