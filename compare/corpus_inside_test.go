//go:build sandbox

package compare

func inside(tolerances map[string]Tolerance, normalise map[string][]Normalisation) Options {
	return Options{Keys: []string{"id"}, Tolerances: tolerances, Normalise: normalise}
}

var insideCases = []corpusCase{
	{name: "INTERVAL", reason: "equal in every part",
		columns: "id INT64, v INTERVAL", left: []string{"(1, INTERVAL '1-2 3 4:5:6.789' YEAR TO SECOND)", "(2, NULL)"}, right: []string{"(1, INTERVAL '1-2 3 4:5:6.789' YEAR TO SECOND)", "(2, NULL)"}, options: byID, want: Identical},
	{name: "INTERVAL month and days", reason: "GROUP BY takes a month for 30 days",
		columns: "id INT64, v INTERVAL", left: []string{"(1, INTERVAL 1 MONTH)"}, right: []string{"(1, INTERVAL 30 DAY)"}, options: byID, want: Different},
	{name: "INTERVAL month and days as rows", reason: "also as part of the whole row",
		columns: "v INTERVAL", left: []string{"(INTERVAL 1 MONTH)"}, right: []string{"(INTERVAL 30 DAY)"}, want: Different},
	{name: "INTERVAL NULL and nothing", reason: "an interval of no length is a value",
		columns: "id INT64, v INTERVAL", left: []string{"(1, INTERVAL 0 DAY)"}, right: []string{"(1, NULL)"}, options: byID, want: Different,
		check: func(r *Result) string { return unless(r.Columns[0].NullMismatches == 1, "not counted as NULL") }},
	{name: "INTERVAL as a key", reason: "keys group by the same text",
		columns: "id INTERVAL, v INT64", left: []string{"(INTERVAL 1 MONTH, 1)", "(INTERVAL 30 DAY, 2)"}, right: []string{"(INTERVAL 30 DAY, 2)", "(INTERVAL 1 MONTH, 1)"}, options: byID, want: Identical},
	{name: "RANGE", reason: "bounds, and no bounds",
		columns: "id INT64, v RANGE<DATE>", left: []string{"(1, RANGE<DATE> '[2024-01-01, 2024-02-01)')", "(2, RANGE(DATE '2024-01-01', NULL))", "(3, NULL)"}, right: []string{"(1, RANGE<DATE> '[2024-01-01, 2024-02-01)')", "(2, RANGE(DATE '2024-01-01', NULL))", "(3, NULL)"}, options: byID, want: Identical},
	{name: "RANGE without an end", reason: "no bound is not NULL",
		columns: "id INT64, v RANGE<DATE>", left: []string{"(1, RANGE(DATE '2024-01-01', NULL))", "(2, NULL)"}, right: []string{"(1, RANGE(DATE '2024-01-01', DATE '9999-12-31'))", "(2, RANGE(CAST(NULL AS DATE), NULL))"}, options: byID, want: Different,
		check: func(r *Result) string {
			return unless(r.Columns[0].Differing == 2 && r.Columns[0].NullMismatches == 1 && *r.Samples[0].Differs[0].Left == "[2024-01-01, UNBOUNDED)", "wrong counts or sample")
		}},
	{name: "RANGE of timestamps", reason: "a microsecond counts",
		columns: "id INT64, v RANGE<TIMESTAMP>", left: []string{"(1, RANGE(TIMESTAMP '2024-01-01 00:00:00+00', TIMESTAMP '2024-01-02 00:00:00+00'))"}, right: []string{"(1, RANGE(TIMESTAMP '2024-01-01 00:00:00+00', TIMESTAMP '2024-01-02 00:00:00.000001+00'))"}, options: byID, want: Different},
	{name: "GEOGRAPHY", reason: "equal as bytes",
		columns: "id INT64, v GEOGRAPHY", left: []string{"(1, ST_GEOGPOINT(1, 2))", "(2, NULL)"}, right: []string{"(1, ST_GEOGPOINT(1, 2))", "(2, NULL)"}, options: byID, want: Identical},
	{name: "GEOGRAPHY differs", reason: "some metres, shown as text",
		columns: "id INT64, v GEOGRAPHY", left: []string{"(1, ST_GEOGPOINT(1, 2))"}, right: []string{"(1, ST_GEOGPOINT(1, 2.00001))"}, options: byID, want: Different,
		check: func(r *Result) string {
			d := r.Columns[0].Delta
			return unless(d != nil && d.MaxAbsolute > 1.1 && d.MaxAbsolute < 1.12 && *r.Samples[0].Differs[0].Left == "POINT(1 2)", "wrong distance or text")
		}},
	{name: "GEOGRAPHY NULL", reason: "NULL is no place",
		columns: "id INT64, v GEOGRAPHY", left: []string{"(1, ST_GEOGPOINT(0, 0))"}, right: []string{"(1, NULL)"}, options: inside(map[string]Tolerance{"v": {Metres: 1e9, Topological: true}}, nil), want: Different},
	{name: "GEOGRAPHY within metres", reason: "points have a distance",
		columns: "id INT64, v GEOGRAPHY", left: []string{"(1, ST_GEOGPOINT(1, 2))"}, right: []string{"(1, ST_GEOGPOINT(1, 2.00001))"}, options: inside(map[string]Tolerance{"v": {Metres: 1.2}}, nil), want: WithinTolerance},
	{name: "GEOGRAPHY beyond metres", reason: "metres are metres, not degrees",
		columns: "id INT64, v GEOGRAPHY", left: []string{"(1, ST_GEOGPOINT(1, 2))"}, right: []string{"(1, ST_GEOGPOINT(1, 2.00001))"}, options: inside(map[string]Tolerance{"v": {Metres: 1.1}}, nil), want: Different},
	{name: "GEOGRAPHY of one shape", reason: "where a polygon starts does not count, if asked for",
		columns: "id INT64, v GEOGRAPHY", left: []string{"(1, ST_GEOGFROMTEXT('LINESTRING(0 0, 1 1)'))"}, right: []string{"(1, ST_GEOGFROMTEXT('LINESTRING(1 1, 0 0)'))"}, options: inside(map[string]Tolerance{"v": {Topological: true}}, nil), want: WithinTolerance},
	{name: "GEOGRAPHY of one shape, exact", reason: "bytes differ",
		columns: "id INT64, v GEOGRAPHY", left: []string{"(1, ST_GEOGFROMTEXT('LINESTRING(0 0, 1 1)'))"}, right: []string{"(1, ST_GEOGFROMTEXT('LINESTRING(1 1, 0 0)'))"}, options: byID, want: Different},
	{name: "GEOGRAPHY of lines has no metres", reason: "no distance of shapes proves that they are close everywhere",
		columns: "id INT64, v GEOGRAPHY", left: []string{"(1, ST_GEOGFROMTEXT('LINESTRING(0 0, 1 1)'))"}, right: []string{"(1, ST_GEOGFROMTEXT('LINESTRING(0 0, 1 1, 2 2)'))"}, options: inside(map[string]Tolerance{"v": {Metres: 1e9, Topological: true}}, nil), want: Different},
	{name: "ULP", reason: "one unit in the last place, around a power of two and far from it",
		columns: "id INT64, v FLOAT64", left: []string{"(1, 1.0)", "(2, 0.3)", "(3, 8.0)", "(4, 5e-324)"}, right: []string{"(1, 1.0000000000000002)", "(2, 0.30000000000000004)", "(3, 7.999999999999999)", "(4, 1e-323)"},
		options: inside(map[string]Tolerance{"v": {ULPs: 1}}, nil), want: WithinTolerance},
	{name: "ULP too many", reason: "two units are more than one",
		columns: "id INT64, v FLOAT64", left: []string{"(1, 1.0)", "(2, 8.0)"}, right: []string{"(1, 1.0000000000000004)", "(2, 8.000000000000004)"},
		options: inside(map[string]Tolerance{"v": {ULPs: 1}}, nil), want: Different, check: func(r *Result) string {
			return unless(r.Columns[0].Differing == 2 && r.Columns[0].Tolerated == 0, "wrong counts")
		}},
	{name: "tolerance in a STRUCT", reason: "only the field that has one",
		columns: "id INT64, s STRUCT<f FLOAT64, t STRING>", left: []string{"(1, STRUCT(1.0, 'a'))", "(2, STRUCT(1.0, 'a'))", "(3, STRUCT(1.0, 'a'))"}, right: []string{"(1, STRUCT(1.05, 'a'))", "(2, STRUCT(1.05, 'b'))", "(3, STRUCT(1.2, 'a'))"},
		options: inside(map[string]Tolerance{"s.f": {Absolute: 0.1}}, nil), want: Different, check: func(r *Result) string { return unless(r.Rows.Tolerated == 1 && r.Rows.Changed == 2, "wrong counts") }},
	{name: "tolerance in a STRUCT, NULL", reason: "a NULL STRUCT is no STRUCT of NULLs, and NULL is near nothing",
		columns: "id INT64, s STRUCT<f FLOAT64>", left: []string{"(1, NULL)", "(2, STRUCT(NULL))"}, right: []string{"(1, STRUCT(NULL))", "(2, STRUCT(0.0))"},
		options: inside(map[string]Tolerance{"s.f": {Absolute: 0.1}}, nil), want: Different, check: func(r *Result) string { return unless(r.Rows.Changed == 2, "passed") }},
	{name: "default tolerance reaches inside", reason: "as for columns: FLOAT64, not INT64",
		columns: "id INT64, s STRUCT<f FLOAT64, i INT64>, a ARRAY<FLOAT64>", left: []string{"(1, STRUCT(1.0, 1), [1.0, 2.0])", "(2, STRUCT(1.0, 1), [])"}, right: []string{"(1, STRUCT(1.05, 1), [1.0, 2.05])", "(2, STRUCT(1.0, 2), [])"},
		options: Options{Keys: []string{"id"}, Tolerance: Tolerance{Absolute: 0.1}}, want: Different, check: func(r *Result) string { return unless(r.Rows.Tolerated == 1 && r.Rows.Changed == 1, "wrong counts") }},
	{name: "tolerance in an ARRAY", reason: "element by element: lengths, NULLs and NaN count",
		columns: "id INT64, a ARRAY<FLOAT64>", left: []string{"(1, [1.0, 2.0])", "(2, [1.0, 2.0])", "(3, [1.0])", "(4, [CAST('nan' AS FLOAT64), 1.0])", "(5, [1.0, 2.0])"}, right: []string{"(1, [1.05, 2.0])", "(2, [1.0, 2.0, 2.0])", "(3, [])", "(4, [CAST('nan' AS FLOAT64), 1.01])", "(5, [2.0, 1.0])"},
		options: inside(map[string]Tolerance{"a": {Absolute: 0.1}}, nil), want: Different, check: func(r *Result) string { return unless(r.Rows.Tolerated == 2 && r.Rows.Changed == 3, "wrong counts") }},
	{name: "tolerance deep inside", reason: "an ARRAY of STRUCTs of ARRAYs: values must not slip from one element to the next",
		columns: "id INT64, a ARRAY<STRUCT<k STRING, x ARRAY<FLOAT64>>>", left: []string{"(1, [STRUCT('p' AS k, [1.0, 2.0] AS x), ('q', [3.0])])", "(2, [STRUCT('p' AS k, [1.0, 2.0] AS x), ('q', [3.0])])"}, right: []string{"(1, [STRUCT('p' AS k, [1.0, 2.05] AS x), ('q', [3.0])])", "(2, [STRUCT('p' AS k, [1.0] AS x), ('q', [2.0, 3.0])])"},
		options: inside(map[string]Tolerance{"a.x": {Absolute: 0.1}}, nil), want: Different, check: func(r *Result) string { return unless(r.Rows.Tolerated == 1 && r.Rows.Changed == 1, "wrong counts") }},
	{name: "tolerance in an ARRAY of each type", reason: "read back from text without loss",
		columns: "id INT64, a ARRAY<INT64>, n ARRAY<NUMERIC>, t ARRAY<TIMESTAMP>, d ARRAY<DATETIME>, g ARRAY<STRUCT<p GEOGRAPHY>>",
		left:    []string{"(1, [9223372036854775807], [1.5], [TIMESTAMP '2024-01-01 00:00:00+00'], [DATETIME '2024-01-01 00:00:00'], [STRUCT(ST_GEOGPOINT(1, 2))])"},
		right:   []string{"(1, [9223372036854775806], [1.6], [TIMESTAMP '2024-01-01 00:00:00.000005+00'], [DATETIME '2024-01-01 00:00:00.000005'], [STRUCT(ST_GEOGPOINT(1, 2.000001))])"},
		options: inside(map[string]Tolerance{"a": {Absolute: 1}, "n": {Absolute: 0.1}, "t": {Microseconds: 5}, "d": {Microseconds: 5}, "g.p": {Metres: 1}}, nil), want: WithinTolerance},
	{name: "tolerance in an ARRAY of each type, exceeded", reason: "each is judged by itself",
		columns: "id INT64, a ARRAY<INT64>, n ARRAY<NUMERIC>, t ARRAY<TIMESTAMP>, d ARRAY<DATETIME>, g ARRAY<STRUCT<p GEOGRAPHY>>",
		left:    []string{"(1, [9223372036854775807], [1.5], [TIMESTAMP '2024-01-01 00:00:00+00'], [DATETIME '2024-01-01 00:00:00'], [STRUCT(ST_GEOGPOINT(1, 2))])"},
		right:   []string{"(1, [-9223372036854775806], [1.61], [TIMESTAMP '2024-01-01 00:00:00.000006+00'], [DATETIME '2024-01-01 00:00:00.000006'], [STRUCT(ST_GEOGPOINT(1, 2.0001))])"},
		options: inside(map[string]Tolerance{"a": {Absolute: 1}, "n": {Absolute: 0.1}, "t": {Microseconds: 5}, "d": {Microseconds: 5}, "g.p": {Metres: 1}}, nil), want: Different,
		check: func(r *Result) string {
			for _, c := range r.Columns {
				if c.Differing != 1 || c.Tolerated != 0 {
					return c.Name + " passed"
				}
			}
			return ""
		}},
	{name: "unordered ARRAY", reason: "the same elements in another order",
		columns: "id INT64, a ARRAY<STRING>", left: []string{"(1, ['a', 'b', 'a'])", "(2, ['a', 'b', 'b'])", "(3, ['a,b'])", "(4, ['a', NULL])"}, right: []string{"(1, ['a', 'a', 'b'])", "(2, ['a', 'a', 'b'])", "(3, ['a', 'b'])", "(4, [NULL, 'a'])"},
		options: inside(nil, map[string][]Normalisation{"a": {Unordered}}), want: Different, check: func(r *Result) string { return unless(r.Rows.Tolerated == 2 && r.Rows.Changed == 2, "wrong counts") }},
	{name: "ordered ARRAY", reason: "order counts unless let pass",
		columns: "id INT64, a ARRAY<STRING>", left: []string{"(1, ['a', 'b'])"}, right: []string{"(1, ['b', 'a'])"}, options: byID, want: Different},
	{name: "unordered ARRAY keyed by a field", reason: "elements are matched by what is exact, and compared with tolerance",
		columns: "id INT64, a ARRAY<STRUCT<k STRING, x FLOAT64>>", left: []string{"(1, [STRUCT('p' AS k, 1.0 AS x), ('q', 2.0)])", "(2, [STRUCT('p' AS k, 1.0 AS x), ('q', 2.0)])"}, right: []string{"(1, [STRUCT('q' AS k, 2.05 AS x), ('p', 0.95)])", "(2, [STRUCT('q' AS k, 1.0 AS x), ('p', 2.0)])"},
		options: inside(map[string]Tolerance{"a.x": {Absolute: 0.1}}, map[string][]Normalisation{"a": {Unordered}}), want: Different, check: func(r *Result) string { return unless(r.Rows.Tolerated == 1 && r.Rows.Changed == 1, "wrong counts") }},
	{name: "unordered ARRAY with two tolerances", reason: "each list in an order of its own would match (1, 5), (2, 6) with (1, 6), (2, 5)",
		columns: "id INT64, a ARRAY<STRUCT<x FLOAT64, y FLOAT64>>", left: []string{"(1, [STRUCT(1.0 AS x, 5.0 AS y), (2.0, 6.0)])"}, right: []string{"(1, [STRUCT(1.0 AS x, 6.0 AS y), (2.0, 5.0)])"},
		options: inside(map[string]Tolerance{"a.x": {Absolute: 0.1}, "a.y": {Absolute: 0.1}}, map[string][]Normalisation{"a": {Unordered}}), want: Different},
	{name: "unordered numbers", reason: "ordered as numbers, so that 9.99 and 10.01 have the same rank",
		columns: "id INT64, a ARRAY<FLOAT64>", left: []string{"(1, [9.99, 20.0])"}, right: []string{"(1, [20.0, 10.01])"},
		options: inside(map[string]Tolerance{"a": {Absolute: 0.1}}, map[string][]Normalisation{"a": {Unordered}}), want: WithinTolerance},
	{name: "normalised inside", reason: "texts in STRUCTs and ARRAYs",
		columns: "id INT64, s STRUCT<t STRING, u STRING>, a ARRAY<STRING>", left: []string{"(1, STRUCT('A', 'x'), [' a', 'B'])", "(2, STRUCT('A', 'x'), [])"}, right: []string{"(1, STRUCT('a', 'x'), ['b', 'A'])", "(2, STRUCT('a', 'X'), [])"},
		options: inside(nil, map[string][]Normalisation{"s.t": {FoldCase}, "a": {Trim, FoldCase, Unordered}}), want: Different, check: func(r *Result) string { return unless(r.Rows.Tolerated == 1 && r.Rows.Changed == 1, "wrong counts") }},
}
