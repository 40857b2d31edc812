package gitref

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// unknown says what there is instead.
func (r *refs) unknown(ref string, l *location) error {
	text := fmt.Sprintf("%q in %s", ref, l)
	if l.scheme != "" && len(ref) >= fewestSHA && len(ref) < fullSHA && hexadecimal.MatchString(ref) {
		text += "; a server does not complete an abbreviated commit: if it is one, give all 40 digits"
	}
	names := r.close(ref)
	if len(names) == 0 {
		return fmt.Errorf("%w: %s; the repository has no branch and no tag", ErrUnknownRef, text)
	}
	return fmt.Errorf("%w: %s; it has %s", ErrUnknownRef, text, strings.Join(names, ", "))
}

// close gives a few names, the likeliest first.
func (r *refs) close(ref string) []string {
	const few = 6
	type named struct {
		name     string
		distance int
	}
	wanted := strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/tags/")
	var all []named
	for full := range r.commits {
		kind, name := "branch", ""
		if n, ok := strings.CutPrefix(full, "refs/heads/"); ok {
			name = n
		} else if n, ok := strings.CutPrefix(full, "refs/tags/"); ok {
			kind, name = "tag", n
		} else {
			continue
		}
		all = append(all, named{kind + " " + name, distance(wanted, name)})
	}
	slices.SortFunc(all, func(a, b named) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, n := range all[:min(few, len(all))] {
		names = append(names, n.name)
	}
	if len(all) > few {
		names = append(names, fmt.Sprintf("and %d more", len(all)-few))
	}
	return names
}

// distance is Levenshtein's: how many bytes to insert, delete or replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
