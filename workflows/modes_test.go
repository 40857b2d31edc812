package workflows

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/civil"
)

func day(s string) civil.Date {
	d, err := civil.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestPhases(t *testing.T) {
	d := sample(t)
	for _, c := range []struct {
		reason     string
		start, end string
		tail, w    int
		modes      string
		want       string
	}{
		{"the four modes with the upstream geometry", "2020-01-01", "2020-01-11", 2, 4, "bf,bfd,bftruncate,mutate-recover", `
bf: 01-01..01-11
bfd: 01-01..01-09 01-06..01-10 01-07..01-11
bftruncate: 01-01..01-11 01-06..01-10 01-07..01-11
mutate-recover: 01-01..01-09 ~01-06..01-10 ~01-07..01-11 01-06..01-10 01-07..01-11`},
		{"a tail as long as the range leaves no head", "2020-01-01", "2020-01-03", 2, 1, "bfd", `
bfd: 01-01..01-02 01-02..01-03`},
		{"months end", "2020-02-27", "2020-03-02", 2, 1, "bfd", `
bfd: 02-27..02-29 02-29..03-01 03-01..03-02`},
	} {
		laid, err := phasesOf(d, Range{day(c.start), day(c.end)}, c.tail, c.w, strings.Split(c.modes, ","))
		if err != nil {
			t.Errorf("%s: %v", c.reason, err)
			continue
		}
		var got strings.Builder
		for _, m := range laid {
			fmt.Fprintf(&got, "\n%s:", m.Mode)
			for _, p := range m.Phases {
				got.WriteString(" ")
				if p.Mutated {
					got.WriteString("~")
				}
				got.WriteString(p.Start.String()[5:] + ".." + p.End.String()[5:])
			}
		}
		if got.String() != c.want {
			t.Errorf("%s:\ngot %s\nwant %s", c.reason, got.String(), c.want)
		}
	}
}

// Whatever the geometry, following a mode through the segments gives exactly its phases, no segment is made twice, and
// every segment that others start from is complete before they do.
func TestSegmentsCoverEveryModeOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	d := sample(t)
	for range 2000 {
		start := day("2024-02-20")
		whole := Range{start, start.AddDays(1 + rng.IntN(12))}
		var selected []string
		for _, m := range Modes() {
			if rng.IntN(4) > 0 {
				selected = append(selected, m)
			}
		}
		laid, err := phasesOf(d, whole, 1+rng.IntN(whole.Days()), 1+rng.IntN(3), selected)
		if err != nil {
			continue
		}
		all := segments(laid)
		byName := map[string]segment{}
		for _, s := range all {
			if _, twice := byName[s.name]; twice {
				t.Fatalf("%v: segment %s twice in %+v", laid, s.name, all)
			}
			if s.from != "" && byName[s.from].name == "" {
				t.Fatalf("segment %s starts from %s, which comes later", s.name, s.from)
			}
			if len(s.phases) == 0 || !slices.Equal(s.history, append(slices.Clone(byName[s.from].history), s.phases...)) {
				t.Fatalf("segment %+v does not continue %+v", s, byName[s.from])
			}
			byName[s.name] = s
		}
		for i, a := range all {
			for _, b := range all[i+1:] {
				if slices.Equal(a.history, b.history) {
					t.Fatalf("%s and %s are the same work", a.name, b.name)
				}
			}
		}
		for _, m := range laid {
			ends := 0
			for _, s := range all {
				if slices.Contains(s.modes, m.Mode) {
					ends++
					if !slices.Equal(s.history, m.Phases) {
						t.Fatalf("mode %s ends in %+v, wants %+v", m.Mode, s.history, m.Phases)
					}
				}
			}
			if ends != 1 {
				t.Fatalf("mode %s ends in %d segments", m.Mode, ends)
			}
		}
	}
}
