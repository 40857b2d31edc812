package gitref

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// InHistory says whether the commit is one of the tips or in their history, as far as it is there. When it was not found, whole says whether all of
// the history was: it is not in a shallow clone. An error says that an object is damaged.
func InHistory(objects storer.EncodedObjectStorer, tips []plumbing.Hash, commit plumbing.Hash) (found, whole bool, err error) {
	next, seen, whole := slices.Clone(tips), map[plumbing.Hash]bool{}, true
	for len(next) > 0 {
		hash := next[len(next)-1]
		next = next[:len(next)-1]
		if hash == commit {
			return true, whole, nil
		}
		if seen[hash] {
			continue
		}
		seen[hash] = true
		c, err := object.GetCommit(objects, hash)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			whole = false
			continue
		}
		if err != nil {
			return false, whole, fmt.Errorf("%w: commit %s: %w", ErrCorrupt, hash, err)
		}
		next = append(next, c.ParentHashes...)
	}
	return false, whole, nil
}

// parseVersion reads a repository's address, and a commit that must be given in full.
func parseVersion(repo, sha string) (*location, plumbing.Hash, error) {
	l, err := parseLocation(repo)
	if err == nil && !isFull(sha) {
		err = fmt.Errorf("commit %q is %w: want all 40 digits", sha, ErrBadRef)
	}
	return l, plumbing.NewHash(strings.ToLower(sha)), err
}

// isFull says whether the text is a commit in full.
func isFull(text string) bool { return len(text) == fullSHA && hexadecimal.MatchString(text) }
