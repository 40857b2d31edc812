package steps

import (
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/GlobalFishingWatch/dit/compare"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// What is proposed can be pasted.
func TestInDescriptor(t *testing.T) {
	for _, limit := range []float64{0.25, 1e-9, 1240000} {
		if o := pasted(t, compare.Proposal{Column: "v", Tolerance: compare.Tolerance{Absolute: limit}}); o.Tolerances["v"].Absolute != limit {
			t.Errorf("%v gives %+v", limit, o)
		}
	}
	for _, limit := range []compare.Tolerance{{}, {Microseconds: 5}, {Metres: 5}} {
		if o := pasted(t, compare.Proposal{Column: "v", Tolerance: limit}); !slices.Equal(o.Ignore, []string{"v"}) {
			t.Errorf("%+v gives %+v", limit, o)
		}
	}
}

func pasted(t *testing.T, p compare.Proposal) (o workflows.Output) {
	t.Helper()
	text, ok := strings.CutPrefix(inDescriptor("gaps", p), "in the descriptor, under output gaps: ")
	if err := yaml.Unmarshal([]byte(text), &o); err != nil || !ok {
		t.Errorf("%s: %v", text, err)
	}
	return o
}
