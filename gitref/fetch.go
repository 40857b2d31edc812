package gitref

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// objects are those of the repository, with the commit if it has it: of a directory all that there are, of a remote one what was fetched
// for it, until done is called.
func (l *location) objects(ctx context.Context, commit plumbing.Hash, auth Auth) (all storer.EncodedObjectStorer, done func(), err error) {
	if l.scheme == "" {
		repo, err := l.open()
		if err != nil {
			return nil, nil, l.unreachable(ctx, auth, err)
		}
		return repo.Storer, func() {}, nil
	}
	temporary, err := os.MkdirTemp("", "dit-git-")
	if err != nil {
		return nil, nil, err
	}
	done = func() { os.RemoveAll(temporary) }
	if all, err = fetch(ctx, l, commit, temporary, auth); err != nil {
		done()
		return nil, nil, err
	}
	return all, done, nil
}

// fetch brings the commit into a storage below temporary, by the cheapest of three ways that the server allows: the commit
// alone; the tip of a ref that is the commit; all branches and tags with their history.
func fetch(ctx context.Context, l *location, commit plumbing.Hash, temporary string, auth Auth) (storer.EncodedObjectStorer, error) {
	method, err := auth.method(l)
	if err != nil {
		return nil, l.unreachable(ctx, auth, err)
	}
	const kept = config.RefSpec("refs/dit/commit")
	// Each try has a storage of its own: what a failed one has left must not count as already there.
	try := func(depth int, specs ...config.RefSpec) (storer.EncodedObjectStorer, error) {
		dir, err := os.MkdirTemp(temporary, "")
		if err != nil {
			return nil, err
		}
		storage := filesystem.NewStorage(osfs.New(dir), cache.NewObjectLRUDefault())
		remote := git.NewRemote(storage, &config.RemoteConfig{Name: "origin", URLs: []string{l.url}})
		err = remote.FetchContext(ctx, &git.FetchOptions{RemoteURL: l.url, RefSpecs: specs, Depth: depth, Tags: git.NoTags, Auth: method})
		if err != nil && !errors.Is(err, git.NoErrAlreadyUpToDate) {
			return nil, err
		}
		return storage, storage.HasEncodedObject(commit)
	}
	objects, err := try(1, config.RefSpec(commit.String())+":"+kept)
	if err == nil {
		return objects, nil
	}
	if ctx.Err() != nil || errors.Is(err, transport.ErrAuthenticationRequired) || errors.Is(err, transport.ErrAuthorizationFailed) || errors.Is(err, transport.ErrRepositoryNotFound) {
		return nil, l.unreachable(ctx, auth, err)
	}
	offered, err := remoteRefs(ctx, l, auth)
	if err != nil {
		return nil, err
	}
	for name, hash := range offered.commits {
		if hash != commit || name == "HEAD" {
			continue
		}
		// The ref may have moved meanwhile; then the last way remains.
		if objects, err := try(1, config.RefSpec("+"+name)+":"+kept); err == nil {
			return objects, nil
		}
	}
	objects, err = try(0, "+refs/heads/*:refs/dit/heads/*", "+refs/tags/*:refs/dit/tags/*")
	switch {
	case err == nil:
		return objects, nil
	case errors.Is(err, plumbing.ErrObjectNotFound), errors.Is(err, transport.ErrEmptyRemoteRepository):
		return nil, fmt.Errorf("%w: commit %s is in no branch and no tag of %s", ErrUnknownRef, commit, l)
	}
	return nil, l.unreachable(ctx, auth, err)
}
