package gitref

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// Reviewed says whether the commit, given in full, is in the history of the default branch: the one that the repository's HEAD names.
//
// Of a directory it is its remote's: the one named origin, or the only one; it is asked, and when it does not answer, what the clone last saw of it
// counts (refs/remotes/origin/HEAD). A directory without a remote is asked itself. An error says that it could not be told, never that the commit
// is reviewed: a shallow clone that ends too early, a remote that never answered.
func Reviewed(ctx context.Context, repo, sha string, auth Auth) (bool, error) {
	l, commit, err := parseVersion(repo, sha)
	if err != nil {
		return false, err
	}
	if l.scheme != "" {
		return reviewedBy(ctx, l, nil, commit, auth)
	}
	r, err := l.open()
	if err != nil {
		return false, l.unreachable(ctx, auth, err)
	}
	s, err := readRemotes(l.dir)
	if err != nil {
		return false, fmt.Errorf("%s: %w", l, err)
	}
	name, err := s.origin()
	if err != nil {
		return false, fmt.Errorf("%s: %w", l, err)
	}
	if name == "" {
		head, err := r.Reference(plumbing.HEAD, false)
		if err != nil || head.Type() != plumbing.SymbolicReference {
			return false, fmt.Errorf("%w: %s has no remote and its HEAD is no branch, so it cannot be told what is reviewed", ErrUnknownRef, l)
		}
		return reviewedIn(r, head.Target(), commit)
	}
	addresses, _, err := s.addresses(name)
	if err != nil {
		return false, fmt.Errorf("%s: %w", l, err)
	}
	if len(addresses) == 0 {
		return false, fmt.Errorf("remote %s of %s is %w: it has no address", name, l, ErrBadRef)
	}
	remote, err := l.configured(addresses[0])
	if err == nil {
		var reviewed bool
		if reviewed, err = reviewedBy(ctx, remote, r, commit, auth); err == nil || ctx.Err() != nil {
			return reviewed, err
		}
	}
	head, seen := r.Reference(plumbing.NewRemoteHEADReferenceName(name), false)
	if seen != nil || head.Type() != plumbing.SymbolicReference {
		return false, err // why the remote did not answer
	}
	return reviewedIn(r, head.Target(), commit)
}

// origin names the remote that counts; an empty name says that there is none.
func (r remotes) origin() (string, error) {
	names, err := r.names()
	switch {
	case err != nil || len(names) == 0:
		return "", err
	case slices.Contains(names, "origin"):
		return "origin", nil
	case len(names) == 1:
		return names[0], nil
	}
	return "", fmt.Errorf("%w: it has the remotes %s, and none is named origin", ErrAmbiguousRef, strings.Join(names, ", "))
}

// reviewedBy asks the remote for its default branch. What the clone has of its history is not asked for again.
func reviewedBy(ctx context.Context, l *location, clone *git.Repository, commit plumbing.Hash, auth Auth) (bool, error) {
	if l.scheme == "" {
		r, err := l.open()
		if err != nil {
			return false, l.unreachable(ctx, auth, err)
		}
		head, err := r.Reference(plumbing.HEAD, false)
		if err != nil || head.Type() != plumbing.SymbolicReference {
			return false, fmt.Errorf("%w: the HEAD of %s is no branch", ErrUnknownRef, l)
		}
		return reviewedIn(r, head.Target(), commit)
	}
	offered, err := remoteRefs(ctx, l, auth)
	if err != nil {
		return false, err
	}
	tip, ok := offered.commits[offered.branch]
	if !ok {
		return false, fmt.Errorf("%w: %s has no default branch", ErrUnknownRef, l)
	}
	if clone != nil {
		if found, err := ancestor(clone.Storer, tip, commit); err == nil {
			return found, nil
		}
	}
	temporary, err := os.MkdirTemp("", "dit-git-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(temporary)
	method, err := auth.method(l)
	if err != nil {
		return false, l.unreachable(ctx, auth, err)
	}
	storage := filesystem.NewStorage(osfs.New(temporary), cache.NewObjectLRUDefault())
	const kept = "refs/dit/default"
	err = git.NewRemote(storage, &config.RemoteConfig{Name: "origin", URLs: []string{l.url}}).FetchContext(ctx, &git.FetchOptions{
		RefSpecs: []config.RefSpec{config.RefSpec("+" + offered.branch + ":" + kept)}, Tags: git.NoTags, Auth: method})
	if err != nil {
		return false, l.unreachable(ctx, auth, err)
	}
	fetched, err := storage.Reference(kept) // the branch may have moved meanwhile
	if err != nil {
		return false, l.unreachable(ctx, auth, err)
	}
	return ancestor(storage, fetched.Hash(), commit)
}

// reviewedIn asks a directory.
func reviewedIn(r *git.Repository, branch plumbing.ReferenceName, commit plumbing.Hash) (bool, error) {
	tip, err := r.Reference(branch, true)
	if err != nil {
		return false, fmt.Errorf("%w: the default branch %s: %w", ErrUnknownRef, branch, err)
	}
	return ancestor(r.Storer, tip.Hash(), commit)
}

// ancestor says whether the commit is the tip or in its history; an error when a part of the history is missing and it was not in the rest.
func ancestor(objects storer.EncodedObjectStorer, tip, commit plumbing.Hash) (bool, error) {
	found, whole, err := InHistory(objects, []plumbing.Hash{tip}, commit)
	if err == nil && !found && !whole {
		err = fmt.Errorf("%w: the clone is shallow, and the commit %s is not in what it has of the default branch; make a full clone", ErrUnknownRef, commit)
	}
	return found, err
}
