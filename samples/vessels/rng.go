package vessels

import "math/rand/v2"

// rng gives whole numbers only. Positions are whole micro-degrees until they are written, because compilers may fuse
// floating-point operations, and the last bit would then depend on the processor.
type rng struct{ source *rand.PCG }

// newRNG makes the numbers of one vessel independent of how many vessels there are.
func newRNG(seed uint64, vessel int) rng { return rng{rand.NewPCG(seed, uint64(vessel)+1)} }

// between gives a number in [low, high).
func (r rng) between(low, high int64) int64 {
	return low + int64(r.source.Uint64()%uint64(high-low))
}

// chance is true in percent of 100 cases.
func (r rng) chance(percent int64) bool { return r.between(0, 100) < percent }
