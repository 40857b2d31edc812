package compare

// OnlyNoise tells whether all that differs is of the kind that two runs of one version differ in already, as far as could be looked at:
// the same keys, the same columns, no further apart. It is false where anything was not compared, without [Options.Again], and where
// rows have no partner, since nobody looks into them: a key on one side alone, keys that repeat.
//
// A key that differs between the two runs may differ in another way here. So of each kind of difference, and of each column, there must be
// no more than the noise has, and what can be measured must not lie further apart. By chance noise may show less of itself in one
// comparison than in the next: then it is called a finding, which is the lesser evil.
func (r *Result) OnlyNoise() bool {
	n := r.Noise
	if n == nil || r.Verdict != Different || n.Verdict != Different || n.Beyond > 0 || r.Expected != nil {
		return false
	}
	if len(schemaDifferences(r)) > 0 || len(r.NotCompared) > 0 {
		return false
	}
	if r.Rows.OnlyLeft+r.Rows.OnlyRight+r.Rows.UnpairedLeft+r.Rows.UnpairedRight > 0 {
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
		case c.Differing-c.Tolerated > noise.Differing-noise.Tolerated, c.NullMismatches > noise.NullMismatches, c.unmeasured() > noise.unmeasured():
			return false
		case c.Delta != nil && (noise.Delta == nil || c.Delta.MaxBeyond > noise.Delta.MaxBeyond):
			return false
		}
	}
	return true
}

// unmeasured is how many pairs differ by no distance: texts, and numbers of which one is NaN or infinite.
func (c Column) unmeasured() int64 {
	n := c.Differing - c.NullMismatches
	if c.Delta != nil {
		n -= c.Delta.Measured
	}
	return n
}
