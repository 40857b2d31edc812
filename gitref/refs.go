package gitref

import (
	"context"
	"errors"
	"strings"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/storage/memory"
)

// refs is what a repository has to offer.
type refs struct {
	// commits by full name; a tag stands for the commit that it points to in the end.
	commits map[string]plumbing.Hash
	// branch is the full name of the default branch, what HEAD points to; empty when HEAD is no branch.
	branch string
}

// remoteRefs asks a server: one request.
func remoteRefs(ctx context.Context, l *location, auth Auth) (*refs, error) {
	method, err := auth.method(l)
	if err != nil {
		return nil, l.unreachable(ctx, auth, err)
	}
	remote := git.NewRemote(memory.NewStorage(), &config.RemoteConfig{Name: "origin", URLs: []string{l.url}})
	list, err := remote.ListContext(ctx, &git.ListOptions{Auth: method, PeelingOption: git.AppendPeeled})
	if errors.Is(err, transport.ErrEmptyRemoteRepository) {
		return &refs{commits: map[string]plumbing.Hash{}}, nil
	}
	if err != nil {
		return nil, l.unreachable(ctx, auth, err)
	}
	found := &refs{commits: map[string]plumbing.Hash{}}
	peeled := map[string]plumbing.Hash{}
	for _, ref := range list {
		name := string(ref.Name())
		if bare, ok := strings.CutSuffix(name, "^{}"); ok {
			peeled[bare] = ref.Hash()
		} else if ref.Type() == plumbing.SymbolicReference {
			if ref.Name() == plumbing.HEAD {
				found.branch = string(ref.Target())
			}
		} else {
			found.commits[name] = ref.Hash()
		}
	}
	for name, hash := range peeled {
		found.commits[name] = hash
	}
	found.setHead()
	return found, nil
}

// localRefs reads a directory.
func localRefs(repo *git.Repository) (*refs, error) {
	found := &refs{commits: map[string]plumbing.Hash{}}
	list, err := repo.References()
	if err != nil {
		return nil, err
	}
	err = list.ForEach(func(ref *plumbing.Reference) error {
		if ref.Type() == plumbing.SymbolicReference {
			if ref.Name() == plumbing.HEAD {
				found.branch = string(ref.Target())
			}
			return nil
		}
		if commit, ok := peel(repo, ref.Hash()); ok {
			found.commits[string(ref.Name())] = commit
		}
		return nil
	})
	found.setHead()
	return found, err
}

func (r *refs) setHead() {
	if hash, ok := r.commits[r.branch]; ok {
		r.commits["HEAD"] = hash
	}
}

// peel follows tags to the commit; false when there is none at the end.
func peel(repo *git.Repository, hash plumbing.Hash) (plumbing.Hash, bool) {
	for range 8 { // a tag of a tag is rare enough
		if tag, err := repo.TagObject(hash); err == nil {
			hash = tag.Target
			continue
		}
		_, err := repo.CommitObject(hash)
		return hash, err == nil
	}
	return hash, false
}

// open opens the repository in a directory, a work tree of one, or a bare one.
func (l *location) open() (*git.Repository, error) {
	return Open(l.dir)
}
