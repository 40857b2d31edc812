package gitref

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// Holds says whether the repository still has the commit, given in full. Of a remote one the commit itself is fetched where the
// server allows that, else it is looked for in the history of all branches and tags. An error says that it could not be told.
func Holds(ctx context.Context, repo, sha string, auth Auth) (bool, error) {
	l, err := parseLocation(repo)
	if err != nil {
		return false, err
	}
	commit, err := fullCommit(sha)
	if err != nil {
		return false, err
	}
	var objects storer.EncodedObjectStorer
	if l.scheme == "" {
		r, err := l.open()
		if err != nil {
			return false, l.unreachable(ctx, auth, err)
		}
		objects = r.Storer
	} else {
		temporary, err := os.MkdirTemp("", "dit-git-")
		if err != nil {
			return false, err
		}
		defer os.RemoveAll(temporary)
		if objects, err = fetch(ctx, l, commit, temporary, auth); errors.Is(err, ErrUnknownRef) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	_, err = object.GetCommit(objects, commit)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%w: commit %s in %s: %w", ErrCorrupt, commit, l, err)
	}
	return true, nil
}
