package compare

// OnlyNoise tells whether all that differs is of the kind that two runs of one version differ in already, as far as could be looked at:
// the same keys, the same columns, no further apart. It is false where anything was not compared, and without [Options.Again].
//
// A key that differs between the two runs may differ in another way here. So each kind of difference, and each column, must be one that
// the noise has too, and what can be measured must not lie further apart.
func (r *Result) OnlyNoise() bool {
	n := r.Noise
	if n == nil || r.Verdict != Different || n.Verdict != Different || n.Beyond > 0 || r.Expected != nil {
		return false
	}
	if len(schemaDifferences(r)) > 0 || len(r.NotCompared) > 0 || r.Left.Rows != r.Right.Rows {
		return false
	}
	if r.Rows.OnlyLeft+r.Rows.OnlyRight > 0 && n.Rows.OnlyLeft+n.Rows.OnlyRight == 0 {
		return false
	}
	if l, right := r.Rows.UnpairedLeft, r.Rows.UnpairedRight; l != right || l > 0 && n.Rows.UnpairedLeft == 0 {
		return false
	}
	noisy := map[string]Column{}
	for _, c := range n.Columns {
		noisy[c.Name] = c
	}
	for _, c := range r.Columns {
		if c.Differing == c.Tolerated {
			continue
		}
		noise := noisy[c.Name]
		switch {
		case noise.Differing == noise.Tolerated, c.NullMismatches > 0 && noise.NullMismatches == 0:
			return false
		case c.Delta != nil && (noise.Delta == nil || c.Delta.MaxAbsolute > noise.Delta.MaxAbsolute):
			return false
		}
	}
	return true
}
