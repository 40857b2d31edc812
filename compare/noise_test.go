package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestProposals(t *testing.T) {
	column := func(name, kind string, measured int64, most float64) Column {
		return Column{Name: name, Type: kind, Differing: 3, Delta: &Delta{Measured: measured, MaxAbsolute: most}}
	}
	found := &Result{Columns: []Column{
		column("v", "FLOAT64", 3, 0.12345678901), column("n", "INT64", 3, 2), column("big", "INT64", 3, 1234567), column("nan", "FLOAT64", 2, 0.5),
		column("ts", "TIMESTAMP", 3, 1234567), column("g", "GEOGRAPHY", 3, 9.9999), {Name: "s", Type: "STRING", Differing: 1}, {Name: "t", Differing: 2, Tolerated: 2},
	}}
	var got []string
	for _, p := range proposals(found) {
		got = append(got, p.String())
	}
	if want := []string{"--tolerance=v=0.124", "--tolerance=n=2", "--tolerance=big=1.24e+06", "--ignore=nan (differs in 3 pairs, not only by a distance)",
		"--tolerance=ts=us:1240000", "--tolerance=g=m:10", "--ignore=s (differs in 1 pair, not only by a distance)"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A tolerance below the noise would not let it pass.
func TestRoundUp(t *testing.T) {
	for range 10000 {
		v := rand.Float64() * []float64{1e-300, 1e-9, 1, 1e9, 1e290}[rand.IntN(5)]
		got := roundUp(v)
		var again float64
		fmt.Sscan(fmt.Sprintf("%.2e", got), &again)
		if got < v || got > v*1.011 || again != got {
			t.Errorf("%g gives %g", v, got)
		}
	}
}
