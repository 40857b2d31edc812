package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// tableCheckReport is the JSON that table-check writes, as far as it is read here.
type tableCheckReport struct {
	TableA     string   `json:"table_a"`
	TableB     string   `json:"table_b"`
	Keys       []string `json:"key_columns"`
	RowsA      int64    `json:"total_rows_a"`
	RowsB      int64    `json:"total_rows_b"`
	OnlyA      int64    `json:"rows_only_in_a"`
	OnlyB      int64    `json:"rows_only_in_b"`
	Differing  int64    `json:"rows_in_both_with_differences"`
	Identical  int64    `json:"rows_identical"`
	Aborted    bool     `json:"pipeline_aborted"`
	DuplicateA repeats  `json:"duplicate_info_a"`
	DuplicateB repeats  `json:"duplicate_info_b"`
	// Excluded are names and types.
	Excluded [][]string `json:"excluded_columns"`
	// Types has the columns that were compared, fields of STRUCTs with dots.
	Types   map[string]string         `json:"column_types"`
	Differs map[string]int64          `json:"column_diff_counts"`
	Numbers map[string]numberFindings `json:"numeric_column_stats"`
	// These are null where no tolerance was applied.
	Absolute         map[string]float64 `json:"tolerance_config"`
	Relative         map[string]float64 `json:"rel_tolerance_config"`
	DifferingExactly *int64             `json:"rows_in_both_with_differences_pretolerance"`
	// These are null where no filter was applied.
	FilterA *string `json:"partition_filter_a"`
	FilterB *string `json:"partition_filter_b"`
}

type repeats struct {
	Keys int64 `json:"duplicate_key_count"`
	Rows int64 `json:"duplicate_row_count"`
}

// numberFindings are about the rows in which any column differs. Largest is nil where
// all these have NULL on one side, NaN where one has NaN.
type numberFindings struct {
	Largest *figure `json:"max_abs_delta"`
	Within  *int64  `json:"within_tolerance_count"`
	Outside *int64  `json:"outside_tolerance_count"`
}

func (n numberFindings) nan() bool { return n.Largest != nil && math.IsNaN(float64(*n.Largest)) }

// figure is a number, or the text that Python makes of a NUMERIC.
type figure float64

func (f *figure) UnmarshalJSON(text []byte) error {
	x, err := strconv.ParseFloat(strings.Trim(string(text), `"`), 64)
	if err != nil {
		return fmt.Errorf("%s is not a number", text)
	}
	*f = figure(x)
	return nil
}

// Members that must be there, and those of them that may be null.
var (
	tableCheckMembers = []string{"table_a", "table_b", "key_columns", "total_rows_a", "total_rows_b", "rows_only_in_a", "rows_only_in_b",
		"rows_in_both_with_differences", "rows_identical", "pipeline_aborted", "duplicate_info_a", "duplicate_info_b", "excluded_columns",
		"column_types", "column_diff_counts", "numeric_column_stats", "tolerance_config", "rel_tolerance_config",
		"rows_in_both_with_differences_pretolerance", "partition_filter_a", "partition_filter_b"}
	tableCheckNullable = []string{"tolerance_config", "rel_tolerance_config", "rows_in_both_with_differences_pretolerance",
		"partition_filter_a", "partition_filter_b"}
)

// readTableCheck reads the whole report or nothing: a count that is missing is not 0.
// Members that are not known here are passed over.
func readTableCheck(text []byte) (*tableCheckReport, error) {
	text = quoteNonFinite(text)
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, fmt.Errorf("the answer of table-check is no JSON object: %w", err)
	}
	for _, name := range tableCheckMembers {
		value, ok := members[name]
		if !ok {
			return nil, fmt.Errorf("the answer of table-check has no %s; it may be a version that dit does not know", name)
		}
		if string(value) == "null" && !slices.Contains(tableCheckNullable, name) {
			return nil, fmt.Errorf("the answer of table-check has null for %s", name)
		}
	}
	r := new(tableCheckReport)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("the answer of table-check is not what it was known to be: %w", err)
	}
	counts := []int64{r.RowsA, r.RowsB, r.OnlyA, r.OnlyB, r.Differing, r.DuplicateA.Keys, r.DuplicateB.Keys}
	for _, n := range r.Differs {
		counts = append(counts, n)
	}
	if slices.Min(counts) < 0 { // rows_identical may be: it is a difference of others
		return nil, fmt.Errorf("the answer of table-check has a negative count")
	}
	for _, pair := range r.Excluded {
		if len(pair) != 2 {
			return nil, fmt.Errorf("the answer of table-check has %q in excluded_columns, want a name and a type", pair)
		}
	}
	return r, nil
}

// quoteNonFinite makes texts of the bare NaN, Infinity and -Infinity that Python
// writes and JSON does not have.
func quoteNonFinite(text []byte) []byte {
	var out bytes.Buffer
	for quoted := false; len(text) > 0; {
		n := 1
		switch {
		case quoted && text[0] == '\\' && len(text) > 1:
			n = 2
		case text[0] == '"':
			quoted = !quoted
		case !quoted:
			for _, word := range []string{"NaN", "Infinity", "-Infinity"} {
				if bytes.HasPrefix(text, []byte(word)) {
					n = len(word)
					out.WriteString(`"` + word + `"`)
				}
			}
			if n > 1 {
				text = text[n:]
				continue
			}
		}
		out.Write(text[:n])
		text = text[n:]
	}
	return out.Bytes()
}
