package compare

// OnlyNoise tells whether all that differs is of the kind that two runs of one version differ in already, as far as could be looked at:
// the same columns of the same keys, in the same way, no further apart. It is false where anything was not compared, without
// [Options.Again], and where rows have no partner, since nobody looks into them: a key on one side alone, keys that repeat.
//
// The way is NULL, a distance, or neither: see [Noise.Beyond]. A distance is another one in each run, so it must only not be greater than
// the greatest of the column. By chance noise may show less of itself in one comparison than in the next: then it is called a finding,
// which is the lesser evil.
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
	reach := map[string]float64{}
	for _, c := range n.Columns {
		if c.Delta != nil {
			reach[c.Name] = c.Delta.MaxBeyond
		}
	}
	for _, c := range r.Columns {
		if c.Delta != nil && c.Delta.MaxBeyond > reach[c.Name] {
			return false
		}
	}
	return true
}
