package compare

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// tableCheckAnswer reads a document as table-check writes it, with members replaced.
func tableCheckAnswer(t *testing.T, name string, members map[string]any) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/table-check/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for name, value := range members {
		if all[name] = value; value == "(gone)" {
			delete(all, name)
		}
	}
	text, err = json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestReadTableCheckRefuses(t *testing.T) {
	whole := string(tableCheckAnswer(t, "different", nil))
	for _, c := range []struct{ text, says string }{
		{"", "no JSON object"},
		{"null", "has no table_a"},
		{"[]", "no JSON object"},
		{whole[:len(whole)/2], "no JSON object"},
		{whole + "{}", "no JSON object"},
		{string(tableCheckAnswer(t, "different", map[string]any{"total_rows_b": "3"})), "not what it was known to be"},
		{string(tableCheckAnswer(t, "different", map[string]any{"total_rows_b": 3.5})), "not what it was known to be"},
		{string(tableCheckAnswer(t, "different", map[string]any{"rows_only_in_a": -1})), "negative"},
		{string(tableCheckAnswer(t, "different", map[string]any{"column_diff_counts": map[string]any{"v": -1}})), "negative"},
		{string(tableCheckAnswer(t, "different", map[string]any{"pipeline_aborted": nil})), "null for pipeline_aborted"},
		{string(tableCheckAnswer(t, "different", map[string]any{"duplicate_info_a": nil})), "null for duplicate_info_a"},
		{string(tableCheckAnswer(t, "different", map[string]any{"excluded_columns": []any{[]any{"b"}}})), "excluded_columns"},
		{string(tableCheckAnswer(t, "different", map[string]any{"numeric_column_stats": map[string]any{"v": map[string]any{"max_abs_delta": "far"}}})), "not a number"},
	} {
		if r, err := readTableCheck([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.says) || r != nil {
			t.Errorf("%.60q: %v, %v, want an error with %q", c.text, r, err, c.says)
		}
	}
	for _, name := range tableCheckMembers {
		_, err := readTableCheck(tableCheckAnswer(t, "different", map[string]any{name: "(gone)"}))
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

// Python writes numbers that JSON does not have, and a NUMERIC as text.
func TestReadTableCheckNumbers(t *testing.T) {
	for text, want := range map[string]float64{
		"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1), `"0E-9"`: 0, `"1.50"`: 1.5, "0.25": 0.25,
	} {
		document := string(tableCheckAnswer(t, "different", map[string]any{"more": `\"NaN, -Infinity`}))
		r, err := readTableCheck([]byte(strings.Replace(document, `"max_abs_delta": 0.25`, `"max_abs_delta": `+text, 1)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := float64(*r.Numbers["v"].Largest); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%s is %v", text, got)
		}
	}
}
