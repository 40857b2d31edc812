package compare

import "cloud.google.com/go/bigquery"

// optionCases are statements that only some options bring about.
var optionCases = []goldenCase{
	{
		name: "renamed", reason: "key and column by other names on the right, two names swapped, fields matched by name",
		left: bigquery.Schema{
			field("id", "INTEGER"), field("speed", "FLOAT"), field("a", "STRING"), field("b", "STRING"),
			record("st", field("x", "INTEGER"), field("y", "STRING")),
		},
		right: bigquery.Schema{
			field("a", "STRING"), field("b", "STRING"), record("position", field("Y", "STRING"), field("x", "INTEGER")),
			field("vessel_id", "INTEGER"), field("speed knots", "FLOAT"),
		},
		options: Options{
			Keys:       []string{"id"},
			Rename:     map[string]string{"ID": "Vessel_ID", "speed": "speed knots", "a": "b", "b": "a", "st": "position"},
			Tolerances: map[string]Tolerance{"speed": {Absolute: 0.1}},
		},
	},
	{
		name: "normalised", reason: "each normalisation alone and all that combine, beside a tolerance; a collation comes off before",
		left: bigquery.Schema{
			field("id", "INTEGER"), field("t", "STRING"), field("c", "STRING"), field("u", "STRING"), field("j", "STRING"),
			{Name: "every", Type: "STRING", Collation: "und:ci"}, field("v", "FLOAT"), field("exact", "STRING"),
		},
		options: Options{
			Keys: []string{"id"}, Samples: 2, Tolerance: Tolerance{Absolute: 0.1},
			Normalise: map[string][]Normalisation{
				"t": {Trim}, "C": {FoldCase}, "u": {Unicode}, "j": {JSON}, "every": {Trim, Unicode, FoldCase}, "exact": {},
			},
		},
	},
	{
		name: "ignored_by_pattern", reason: "columns of both sides that a pattern finds, and the namesake of a renamed one",
		left:    bigquery.Schema{field("id", "INTEGER"), field("v", "FLOAT"), field("old", "FLOAT"), field("TMP_a", "STRING"), field("tmp_b", "DATE")},
		right:   bigquery.Schema{field("id", "INTEGER"), field("old", "FLOAT"), field("tmp_a", "INTEGER"), field("tmp_c", "TIME")},
		options: Options{Keys: []string{"id"}, Rename: map[string]string{"v": "old"}, Ignore: []string{"tmp_?", "old"}},
	},
	{
		name: "finding", reason: "expected differences, another run of the left side and a range, beside a renamed column",
		left:  bigquery.Schema{field("id", "INTEGER"), field("v", "FLOAT"), field("t", "STRING"), field("day", "DATE")},
		right: bigquery.Schema{field("id", "INTEGER"), field("v", "FLOAT"), field("text", "STRING"), field("day", "DATE")},
		options: Options{
			Keys: []string{"id"}, Ignore: []string{"day"}, Samples: 2, Rename: map[string]string{"t": "text"}, Tolerances: map[string]Tolerance{"v": {Absolute: 0.1}},
			Expect:  &Expectation{Where: "id > 7 AND t = 'x'"},
			Between: &Between{Column: "DAY", From: "2024-01-01", To: "2024-02-01"},
			Again:   &Input{Table: Table{Project: "dit-sandbox", Dataset: "golden", Name: "finding_again"}},
		},
	},
}
