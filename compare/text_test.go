package compare

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
)

// different is a result with something of everything.
func different() *Result {
	r := &Result{
		Read:  true,
		Left:  Side{Table: "proj-1.d.left", Rows: 7, RepeatedKeys: 1, RepeatedRows: 2},
		Right: Side{Table: "proj-1.d.right", Rows: 6, NullKeyRows: 1},
		Keys:  []string{"id", "part"},
		Rows:  Rows{Equal: 2, Tolerated: 1, Changed: 2, OnlyLeft: 1, UnpairedLeft: 1, OnlyRight: 1},
		Columns: []Column{
			{Name: "same", Type: "INT64"},
			{Name: "speed", Type: "FLOAT64", Tolerance: &Tolerance{Absolute: 0.1}, Differing: 2, Tolerated: 1, Delta: &Delta{Measured: 2, MaxAbsolute: 12.5, MeanAbsolute: 6.3, P50Absolute: 0.1, P99Absolute: 12.5, MaxRelative: 0.25, MeanRelative: 0.13}},
			{Name: "name", Type: "STRING", Differing: 2, NullMismatches: 1},
		},
		Schema:  SchemaDiff{Notes: []string{"columns are in another order from name on"}},
		Ignored: []string{"loaded_at"},
		Samples: []Sample{
			{Kind: Changed, Key: []Value{{"id", of("1")}, {"part", nil}}, LeftRows: 1, RightRows: 1, LeftRest: 1, RightRest: 1,
				Differs: []CellDiff{{"speed", of("50"), of("62.5")}, {"name", of("a b"), of("a b ")}}},
			{Kind: Changed, Key: []Value{{"id", of("2")}, {"part", of("NULL")}}, Differs: []CellDiff{{"name", nil, of("\x1b[31mred\n")}}},
			{Kind: OnlyLeft, Key: []Value{{"id", of("3")}, {"part", of("")}}, LeftRows: 1, LeftRest: 1},
			{Kind: Unpaired, Key: []Value{{"id", of("4")}, {"part", of("x")}}, LeftRows: 2, RightRows: 1, LeftRest: 1},
		},
		Explanation: &Explanation{
			Summary: "all 4 differing keys have day 2024-01-03 or NULL (of 31 days); first: id=1 part=NULL", Keys: 7, Differing: 4, First: []Value{{"id", of("1")}, {"part", nil}},
			Dimensions: []Dimension{
				{Column: "day", By: byDay, Values: 31, Touched: 2, TouchedKeys: 5, Top: []DimensionValue{{of("2024-01-03"), 3, 4}, {nil, 1, 1}}},
				{Column: "part", By: "value", Values: 9, Touched: 4, TouchedKeys: 4, Top: []DimensionValue{{of("a|b"), 1, 1}, {of(""), 1, 1}, {of("c\n"), 1, 1}, {of("not shown"), 1, 1}}},
			},
			Together: []Together{{Columns: []string{"speed", "name"}, Pairs: 1}},
		},
		Job: Job{ID: "dit_compare-1", BytesBilled: 10485760, SlotMillis: 1200},
	}
	r.note()
	judge(r, findings{})
	return r
}

func TestWriteText(t *testing.T) {
	r := different()
	var text bytes.Buffer
	if err := WriteText(&text, r); err != nil {
		t.Fatal(err)
	}
	golden(t, "different.txt", text.String())

	encoded, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Result
	if err := json.Unmarshal(encoded, &back); err != nil || !reflect.DeepEqual(*r, back) {
		t.Errorf("the result does not survive JSON: %v\n%s", err, encoded)
	}
}

func of[T any](v T) *T { return &v }
