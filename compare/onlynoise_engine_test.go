//go:build sandbox

package compare

import (
	"context"
	"testing"
)

// Each case has rows of the left side, its other run and the right.
func TestOnlyNoiseOfRows(t *testing.T) {
	client := engine(t)
	thousandth := Options{Tolerances: map[string]Tolerance{"v": {Relative: 0.001}}}
	for _, c := range []struct {
		name, columns      string
		left, again, right []string
		options            Options
		noise              bool
	}{
		{"far_within_tolerance", "id INT64, v FLOAT64", []string{"(1, 1000000)", "(2, 1)"}, []string{"(1, 1000900)", "(2, 1.2)"}, []string{"(1, 1000000)", "(2, 800)"}, thousandth, false},
		{"farther_within_tolerance", "id INT64, v FLOAT64", []string{"(1, 1000000)", "(2, 1)"}, []string{"(1, 1000000)", "(2, 1.2)"}, []string{"(1, 1000900)", "(2, 1.1)"}, thousandth, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, again, r := tableSpec{"only_" + c.name + "_left", c.columns, c.left}, tableSpec{"only_" + c.name + "_again", c.columns, c.again}, tableSpec{"only_" + c.name + "_right", c.columns, c.right}
			run(t, client, l.sql()+again.sql()+r.sql())
			o := c.options
			o.Keys, o.Again = []string{"id"}, &Input{Table: again.table()}
			got, err := Tables(context.Background(), client, l.table(), r.table(), o)
			if err != nil {
				t.Fatal(err)
			}
			if got.Verdict != Different || got.OnlyNoise() != c.noise {
				t.Errorf("%s, only noise: %v; %+v, %+v", got.Verdict, got.OnlyNoise(), got.Columns, got.Noise)
			}
		})
	}
}
