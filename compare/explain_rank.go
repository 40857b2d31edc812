package compare

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// byDay is Dimension.By where days were counted, not values.
const byDay = "day"

// claim says that so many of the differing keys are where a few values, or a stretch
// of days, have so many of all keys.
type claim struct {
	// top is how many of the top values are meant; 0: the days from From to To.
	top             int
	differing, keys int64
	// gain is by how much the share of the differing keys is larger than that of all
	// keys: 0 if the values tell nothing, near 1 if they tell all.
	gain float64
}

// telling is the best claim that can be made of d, false where none is worth making:
// it must gain something, and not come about by chance.
func (e *Explanation) telling(d Dimension) (best claim, ok bool) {
	// worth is the least gain, each what every further value must add to it, chance
	// how often a claim may be wrong.
	const worth, each, chance = 0.25, 0.05, 0.01
	consider := func(c claim, choices float64) {
		of, in := float64(c.differing)/float64(e.Differing), float64(c.keys)/float64(e.Keys)
		c.gain = of - in
		// Chernoff's bound of the probability that keys drawn blindly lie there as
		// often, times the ways to choose where.
		unlikely := float64(e.Differing)*divergence(of, in) - choices*math.Log(float64(d.Values))
		if c.gain >= worth && unlikely > -math.Log(chance) && (!ok || c.gain > best.gain+each*float64(c.top-best.top)) {
			best, ok = c, true
		}
	}
	if d.stretch() {
		consider(claim{differing: e.Differing, keys: d.TouchedKeys}, 2)
	}
	var c claim
	for _, v := range d.Top {
		c.top++
		c.differing, c.keys = c.differing+v.Differing, c.keys+v.Keys
		consider(c, float64(c.top))
	}
	return best, ok
}

// divergence is that of Kullback and Leibler, in nats, of two shares.
func divergence(of, in float64) float64 {
	term := func(a, b float64) float64 {
		if a == 0 {
			return 0
		}
		return a * math.Log(a/b)
	}
	if of <= in {
		return 0
	}
	return term(of, in) + term(1-of, 1-in)
}

// stretch tells whether the touched days are three or more, and most of those from the
// first to the last.
func (d Dimension) stretch() bool {
	from, err1 := time.Parse(time.DateOnly, d.From)
	to, err2 := time.Parse(time.DateOnly, d.To)
	return err1 == nil && err2 == nil && d.Touched >= 3 && int64(to.Sub(from).Hours()/24)+1 <= 2*d.Touched
}

// rank keeps the telling dimensions, the most telling first. Where none is, it keeps
// one to show so, days before values.
func (e *Explanation) rank() {
	const most = 5
	// One value tells nothing, nor do all keys. Values that hardly repeat are keys.
	all := slices.DeleteFunc(e.Dimensions, func(d Dimension) bool {
		return d.Values < 2 || e.Differing == e.Keys || d.By != byDay && d.Values > e.Keys/2
	})
	gains := map[string]float64{}
	var telling []Dimension
	for _, d := range all {
		if c, ok := e.telling(d); ok {
			gains[d.Column] = c.gain
			telling = append(telling, d)
		}
	}
	slices.SortStableFunc(telling, func(a, b Dimension) int { return cmp.Compare(gains[b.Column], gains[a.Column]) })
	if len(telling) == 0 && len(all) > 0 {
		telling = []Dimension{all[max(0, slices.IndexFunc(all, func(d Dimension) bool { return d.By == byDay }))]}
	}
	e.Dimensions = telling[:min(len(telling), most)]
}
