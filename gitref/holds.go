package gitref

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Holds says whether the repository still has the commit, given in full. Of a remote one the commit itself is fetched where the
// server allows that, else it is looked for in the history of all branches and tags. An error says that it could not be told.
func Holds(ctx context.Context, repo, sha string, auth Auth) (bool, error) {
	l, commit, err := parseVersion(repo, sha)
	if err != nil {
		return false, err
	}
	objects, done, err := l.objects(ctx, commit, auth)
	if errors.Is(err, ErrUnknownRef) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer done()
	_, err = object.GetCommit(objects, commit)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%w: commit %s in %s: %w", ErrCorrupt, commit, l, err)
	}
	return true, nil
}
