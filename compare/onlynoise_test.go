package compare

import "testing"

// noisy is a difference that is all noise, for a test to spoil.
func noisy() *Result {
	return &Result{
		Verdict: Different, Read: true, Left: Side{Rows: 100}, Right: Side{Rows: 100},
		Rows:    Rows{Equal: 92, Changed: 8},
		Columns: []Column{{Name: "v", Differing: 8, Delta: &Delta{Measured: 8, MaxBeyond: 0.5}}, {Name: "w"}},
		Noise: &Noise{Verdict: Different, Within: 8, Rows: Rows{Equal: 85, Changed: 13, OnlyLeft: 1, OnlyRight: 1},
			Columns: []Column{{Name: "v", Differing: 13, Delta: &Delta{Measured: 13, MaxBeyond: 0.7}}, {Name: "w"}}},
	}
}

// What is called noise is not looked at again: whatever two runs of one version do not show as well must not pass as it. The keys that
// are beyond noise are counted by the statement, see TestOnlyNoiseOfRows.
func TestOnlyNoise(t *testing.T) {
	if !noisy().OnlyNoise() {
		t.Error("noise is not told as such")
	}
	for reason, spoil := range map[string]func(*Result){
		"there is no other run":                        func(r *Result) { r.Noise = nil },
		"nothing differs":                              func(r *Result) { r.Verdict = Identical },
		"not everything was looked at":                 func(r *Result) { r.Verdict = NotComparable },
		"the two runs are equal":                       func(r *Result) { r.Noise.Verdict = Identical },
		"the two runs cannot be compared":              func(r *Result) { r.Noise.Verdict = NotComparable },
		"a key differs that did not":                   func(r *Result) { r.Noise.Beyond = 1 },
		"a column is missing":                          func(r *Result) { r.Schema.OnlyLeft = []SchemaField{{Path: "x"}} },
		"a column is of another type":                  func(r *Result) { r.Schema.Retyped = []Retyped{{Path: "x"}} },
		"a column was not compared":                    func(r *Result) { r.NotCompared = []NotCompared{{Column: "x"}} },
		"a column differs that noise does not know":    func(r *Result) { r.Noise.Columns = r.Noise.Columns[1:] },
		"values lie further apart":                     func(r *Result) { r.Columns[0].Delta.MaxBeyond = 0.8 },
		"values can be measured, of noise they cannot": func(r *Result) { r.Noise.Columns[0].Delta = nil },
		"a row is missing, as in noise":                func(r *Result) { r.Rows.OnlyLeft = 1 },
		"a row is more, as in noise":                   func(r *Result) { r.Rows.OnlyRight = 1 },
		"rows of repeated keys differ, as in noise": func(r *Result) {
			r.Rows.UnpairedLeft, r.Rows.UnpairedRight, r.Noise.Rows.UnpairedLeft, r.Noise.Rows.UnpairedRight = 2, 2, 2, 2
		},
		"differences were expected": func(r *Result) { r.Expected = &Expected{} },
	} {
		r := noisy()
		spoil(r)
		if r.OnlyNoise() {
			t.Errorf("%s: it is called noise", reason)
		}
	}
}
