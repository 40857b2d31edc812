//go:build sandbox

package compare

import (
	"fmt"
	"math"
)

// distances are a hundred rows, of which row i has i times the factor.
func distances(factor int) (rows []string) {
	for i := 1; i <= 100; i++ {
		rows = append(rows, fmt.Sprintf("(%d, %d.0)", i, factor*i))
	}
	return rows
}

var valueCases = []corpusCase{
	{name: "NULL and NULL", reason: "NULL equals NULL",
		columns: "id INT64, v INT64", left: []string{"(1, NULL)"}, right: []string{"(1, NULL)"}, options: byID, want: Identical},
	{name: "NULL and zero", reason: "NULL differs from every value",
		columns: "id INT64, v INT64", left: []string{"(1, NULL)"}, right: []string{"(1, 0)"}, options: byID, want: Different,
		check: func(r *Result) string {
			return unless(r.Columns[0].NullMismatches == 1 && r.Columns[0].Delta == nil, "no NULL mismatch counted")
		}},
	{name: "NULL and empty text", reason: "some engines take '' as NULL",
		columns: "id INT64, v STRING", left: []string{"(1, NULL)"}, right: []string{"(1, '')"}, options: byID, want: Different},
	{name: "NULL and NaN", reason: "NaN is a value",
		columns: "id INT64, v FLOAT64", left: []string{"(1, NULL)"}, right: []string{"(1, CAST('nan' AS FLOAT64))"}, options: byID, want: Different},
	{name: "NaN and NaN", reason: "NaN = NaN is false in SQL; a table with NaN never equalled its copy",
		columns: "id INT64, v FLOAT64", left: []string{"(1, CAST('nan' AS FLOAT64))"}, right: []string{"(1, CAST('nan' AS FLOAT64))"}, options: byID, want: Identical},
	{name: "NaN and a number", reason: "NaN differs from numbers, and has no distance",
		columns: "id INT64, v FLOAT64", left: []string{"(1, CAST('nan' AS FLOAT64))", "(2, 1)"}, right: []string{"(1, 1)", "(2, 1)"}, options: byID, want: Different,
		check: func(r *Result) string {
			return unless(r.Columns[0].Differing == 1 && r.Columns[0].Delta == nil, "a distance to NaN")
		}},
	{name: "zeros", reason: "-0.0 equals 0.0, as in SQL",
		columns: "id INT64, v FLOAT64", left: []string{"(1, CAST('-0' AS FLOAT64))"}, right: []string{"(1, 0.0)"}, options: byID, want: Identical},
	{name: "infinities", reason: "Inf - Inf is NaN, so equal infinities failed a tolerance",
		columns: "id INT64, v FLOAT64", left: []string{"(1, CAST('inf' AS FLOAT64))", "(2, CAST('-inf' AS FLOAT64))"}, right: []string{"(1, CAST('inf' AS FLOAT64))", "(2, CAST('-inf' AS FLOAT64))"},
		options: Options{Keys: []string{"id"}, Tolerance: Tolerance{Relative: 0.1}}, want: Identical},
	{name: "infinity within a relative tolerance", reason: "relative * Inf is Inf, and everything is less",
		columns: "id INT64, v FLOAT64", left: []string{"(1, CAST('inf' AS FLOAT64))"}, right: []string{"(1, 1e300)"},
		options: Options{Keys: []string{"id"}, Tolerance: Tolerance{Relative: 1, Absolute: 1e308}}, want: Different},
	{name: "opposite infinities", reason: "their distance is no number",
		columns: "id INT64, v FLOAT64", left: []string{"(1, CAST('inf' AS FLOAT64))"}, right: []string{"(1, CAST('-inf' AS FLOAT64))"},
		options: Options{Keys: []string{"id"}, Tolerance: Tolerance{Relative: 1, Absolute: 1e308}}, want: Different},
	{name: "one ulp", reason: "both print as 0.3 with 15 digits",
		columns: "id INT64, v FLOAT64", left: []string{"(1, 0.1 + 0.2)"}, right: []string{"(1, 0.3)"}, options: byID, want: Different,
		check: func(r *Result) string {
			d := r.Columns[0].Delta
			return unless(d != nil && d.MaxAbsolute == math.Nextafter(0.3, 1)-0.3, "wrong distance")
		}},
	{name: "one ulp in whole rows", reason: "a text of too few digits would hide it",
		columns: "v FLOAT64", left: []string{"(0.1 + 0.2)"}, right: []string{"(0.3)"}, want: Different},
	{name: "smallest double", reason: "5e-324 rounds to zero when halved or cast to FLOAT32",
		columns: "id INT64, v FLOAT64", left: []string{"(1, 5e-324)"}, right: []string{"(1, 0)"}, options: byID, want: Different},
	{name: "largest doubles", reason: "their difference overflows, which is an error in BigQuery",
		columns: "id INT64, v FLOAT64", left: []string{"(1, 1.7976931348623157e308)", "(2, 1)"}, right: []string{"(1, -1.7976931348623157e308)", "(2, 2)"}, options: byID, want: Different,
		check: func(r *Result) string {
			return unless(r.Columns[0].Differing == 2 && r.Columns[0].Delta.Measured == 1, "the overflow is measured")
		}},
	{name: "latitude to four digits", reason: "three decimals make 1.00049 and 1.00001 equal",
		columns: "id INT64, lat FLOAT64", left: []string{"(1, 1.00049)"}, right: []string{"(1, 1.00001)"}, options: byID, want: Different},
	{name: "integer extremes", reason: "left - right overflows INT64: the job failed",
		columns: "id INT64, v INT64", left: []string{"(1, 9223372036854775807)"}, right: []string{"(1, -9223372036854775808)"}, options: byID, want: Different,
		check: func(r *Result) string {
			return unless(r.Columns[0].Delta.MaxAbsolute == 18446744073709551615, "wrong distance")
		}},
	{name: "a hundred distances", reason: "a maximum alone says nothing of the rest",
		columns: "id INT64, v FLOAT64", left: distances(0), right: distances(1), options: byID, want: Different,
		check: func(r *Result) string {
			d := r.Columns[0].Delta
			near := func(got, want float64) bool { return math.Abs(got-want) <= 3 }
			return unless(d.MaxAbsolute == 100 && near(d.MeanAbsolute, 50.5) && near(d.P50Absolute, 50) && near(d.P99Absolute, 99) &&
				d.P50Relative > 0.9 && d.P99Relative <= 1, "wrong quantiles")
		}},
	{name: "integers beyond 2^53", reason: "as FLOAT64 both are 9007199254740992",
		columns: "id INT64, v INT64", left: []string{"(1, 9007199254740993)"}, right: []string{"(1, 9007199254740992)"}, options: byID, want: Different,
		check: func(r *Result) string { return unless(r.Columns[0].Delta.MaxAbsolute == 1, "wrong distance") }},
	{name: "NUMERIC is exact", reason: "through FLOAT64 these are equal, and a float tolerance must not reach them",
		columns: "id INT64, v NUMERIC", left: []string{"(1, NUMERIC '12345678901234567890.000000001')"}, right: []string{"(1, NUMERIC '12345678901234567890.000000002')"},
		options: Options{Keys: []string{"id"}, Tolerance: Tolerance{Absolute: 1, Relative: 1}}, want: Different},
	{name: "NUMERIC scale", reason: "1.50 is 1.5",
		columns: "id INT64, v NUMERIC(10, 2)", rightColumns: "id INT64, v NUMERIC", left: []string{"(1, 1.50)"}, right: []string{"(1, 1.5)"}, options: byID, want: Identical},
	{name: "NUMERIC scale in a STRUCT", reason: "the text must not depend on the declared scale",
		columns: "id INT64, v STRUCT<n NUMERIC(10, 2)>", rightColumns: "id INT64, v STRUCT<n NUMERIC>", left: []string{"(1, STRUCT(NUMERIC '1.50'))"}, right: []string{"(1, STRUCT(NUMERIC '1.5'))"}, options: byID, want: Identical},
	{name: "BIGNUMERIC", reason: "more digits than NUMERIC has",
		columns: "id INT64, v BIGNUMERIC", left: []string{"(1, BIGNUMERIC '1.000000000000000001')"}, right: []string{"(1, BIGNUMERIC '1.000000000000000002')"}, options: byID, want: Different},
	{name: "trailing space", reason: "trimming gives a false equal",
		columns: "id INT64, v STRING", left: []string{"(1, 'a ')"}, right: []string{"(1, 'a')"}, options: byID, want: Different},
	{name: "case of text", reason: "text is compared by code points",
		columns: "id INT64, v STRING", left: []string{"(1, 'A')"}, right: []string{"(1, 'a')"}, options: byID, want: Different},
	{name: "composed and decomposed", reason: "é as one or two code points are different texts",
		columns: "id INT64, v STRING", left: []string{`(1, '\u00e9')`}, right: []string{`(1, 'e\u0301')`}, options: byID, want: Different},
	{name: "text that looks like the encoding", reason: "quotes, brackets and ~ are ordinary characters",
		columns: "id INT64, v STRING", left: []string{`(1, '"),("~,=')`}, right: []string{`(1, '"),("~,==')`}, options: byID, want: Different,
		check: func(r *Result) string {
			return unless(*r.Samples[0].Differs[0].Left == `"),("~,=`, "the sample is mangled")
		}},
	{name: "new lines and tabs", reason: "control characters survive the way into a sample",
		columns: "id INT64, v STRING", left: []string{`(1, 'a\n\tb')`}, right: []string{`(1, 'a b')`}, options: byID, want: Different,
		check: func(r *Result) string {
			return unless(*r.Samples[0].Differs[0].Left == "a\n\tb", "the sample is mangled")
		}},
	{name: "BYTES", reason: "excluded elsewhere, so never compared",
		columns: "id INT64, v BYTES", left: []string{`(1, FROM_HEX('00ff'))`}, right: []string{`(1, FROM_HEX('00fe'))`}, options: byID, want: Different,
		check: func(r *Result) string {
			return unless(*r.Samples[0].Differs[0].Left == "0x00ff", "the sample is mangled")
		}},
	{name: "BYTES, none and NULL", reason: "no bytes are not NULL",
		columns: "id INT64, v BYTES", left: []string{`(1, FROM_HEX(''))`}, right: []string{`(1, NULL)`}, options: byID, want: Different},
	{name: "BOOL", reason: "MAX must take BOOL",
		columns: "id INT64, v BOOL", left: []string{"(1, TRUE)"}, right: []string{"(1, FALSE)"}, options: byID, want: Different},
	{name: "DATETIME", reason: "UNIX_MICROS has no DATETIME signature: the query failed",
		columns: "id INT64, v DATETIME", left: []string{"(1, DATETIME '2024-01-01 00:00:00')"}, right: []string{"(1, DATETIME '2024-01-01 00:00:00.000001')"}, options: byID, want: Different,
		check: func(r *Result) string { return unless(r.Columns[0].Delta.MaxAbsolute == 1, "wrong distance") }},
	{name: "TIMESTAMP", reason: "a microsecond counts",
		columns: "id INT64, v TIMESTAMP", left: []string{"(1, TIMESTAMP '2024-01-01 00:00:00+00')"}, right: []string{"(1, TIMESTAMP '2024-01-01 00:00:00.000001+00')"}, options: byID, want: Different},
	{name: "TIMESTAMP as a key", reason: "one instant written in two zones is one key",
		columns: "id TIMESTAMP, v INT64", left: []string{"(TIMESTAMP '2024-01-01 02:00:00+02', 1)"}, right: []string{"(TIMESTAMP '2024-01-01 00:00:00+00', 2)"}, options: byID, want: Different,
		check: func(r *Result) string {
			return unless(*r.Samples[0].Key[0].Value == "2024-01-01T00:00:00Z", "the key is "+*r.Samples[0].Key[0].Value)
		}},
	{name: "DATE and TIME", reason: "types others leave out",
		columns: "id DATE, v TIME", left: []string{"('0001-01-01', TIME '10:00:00')"}, right: []string{"('0001-01-01', TIME '10:00:00.000001')"}, options: byID, want: Different},
	{name: "JSON NULL", reason: "TO_JSON_STRING writes SQL NULL like JSON null",
		columns: "id INT64, v JSON", left: []string{"(1, JSON 'null')"}, right: []string{"(1, NULL)"}, options: byID, want: Different},
	{name: "JSON", reason: "blanks between members mean nothing, values do",
		columns: "id INT64, v JSON", left: []string{`(1, JSON '{"a": 1, "b": [1, 2]}')`}, right: []string{`(1, JSON '{"a":1,"b":[1,2]}')`}, options: byID, want: Identical},
	{name: "JSON string and number", reason: "1 and \"1\" are not the same JSON",
		columns: "id INT64, v JSON", left: []string{`(1, JSON '1')`}, right: []string{`(1, JSON '"1"')`}, options: byID, want: Different},
}
