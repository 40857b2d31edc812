package compare

import (
	"fmt"
	"strings"
)

// Another run of the left side adds to the sections of statement, of which it is
// the third side:
//
//	matched  moved, where a key has other rows in it than on the left; nrows, how
//	         many; n0.., its values, and nu0.. what they carry along
//	judged   which columns the two runs differ in (m0..), how far (f0..)
//	tested   which of these are let pass (v0..)
//	weighed  in which columns the pair of left and right differs, and is not let
//	         pass, otherwise than the two runs do (b0..)
//	classed  noisy, where the key has moved and no column is weighed so

// judgedAgain tells whether the two runs differ in column i, never NULL, and how
// far. They can be told to where each has one row of the key: then, as a pair has
// one row left over, the left one is that.
func judgedAgain(c column, i int) []string {
	l, n := fmt.Sprintf("l%d", i), fmt.Sprintf("n%d", i)
	out := []string{fmt.Sprintf("lrows = 1 AND nrows = 1 AND (%s) AS m%d", differ(c.left, l, n), i)}
	if distance, _ := measure(c.left); distance {
		out = append(out, fmt.Sprintf("%s AS f%d", delta(c.left, l, n), i))
	}
	return out
}

// weighed holds the difference of each column against that of the two runs. Of
// one kind they are if both are to NULL or none is, and both are a distance or
// none is. How great the distances are is for [Result.OnlyNoise].
func weighed(s shape) []string {
	out := make([]string, len(s.columns))
	for i, c := range s.columns {
		noise := fmt.Sprintf("m%[1]d AND (r%[1]d IS NULL) = (n%[1]d IS NULL)", i)
		if !c.exact() {
			noise += fmt.Sprintf(" AND NOT v%d", i)
		}
		if distance, _ := measure(c.left); distance {
			noise += fmt.Sprintf(" AND (e%[1]d IS NULL) = (f%[1]d IS NULL)", i)
		}
		out[i] = fmt.Sprintf("%s AND NOT (%s) AS b%d", c.beyond(i), noise, i)
	}
	return out
}

// noisyKey is TRUE for keys that differ between the two runs, each column of a pair
// as well and in the same way.
func noisyKey(s shape) string {
	if len(s.columns) == 0 {
		return "moved AS noisy"
	}
	return "moved AND NOT (" + strings.Join(numbered("b", len(s.columns)), " OR ") + ") AS noisy"
}
