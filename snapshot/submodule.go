package snapshot

import (
	"context"
	"fmt"
	"io"
	"path"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"

	"github.com/GlobalFishingWatch/dit/gitref"
)

// submodule records a submodule at the commit that is checked out there. Others must be able to get it when it is not HEAD's, and HEAD's too when
// the snapshot is pushed.
func (s *scene) submodule(ctx context.Context, c *captured, e *indexEntry, o Options) error {
	if _, err := s.root.Lstat(s.onDisk(e.path) + "/.git"); err != nil { // not checked out
		if left, err := s.holdsFiles(s.onDisk(e.path)); err != nil {
			return err
		} else if left {
			c.leftOut = append(c.leftOut, Change{e.path + "/", "in a submodule that is not checked out"})
		}
		return s.keep(c, e)
	}
	sub, err := open(s.dir + "/" + s.onDisk(e.path))
	if err != nil {
		return fmt.Errorf("submodule %s: %w", printable(e.path), err)
	}
	defer sub.root.Close()
	if sub.commit.IsZero() {
		return s.keep(c, e)
	}
	inside, err := sub.capture(ctx, Options{Push: o.Push})
	if err != nil {
		return fmt.Errorf("submodule %s: %w", printable(e.path), err)
	}
	if changes := sub.changes(inside); len(changes) > 0 {
		return refused(e.path, fmt.Sprintf("the submodule has changes that are not committed, such as in %s; commit them there, and push", printable(changes[0].Path)))
	}
	before := s.head[e.path]
	if o.Push || sub.commit != before.hash {
		if known, err := published(sub.repo, sub.commit); err != nil {
			return fmt.Errorf("submodule %s: %w", printable(e.path), err)
		} else if !known {
			return refused(e.path, fmt.Sprintf("the submodule is at %s, which is in no branch of its remote that this clone knows, so nobody else can get it; push it there, or make the clone of the submodule a full one if it is there", sub.commit))
		}
	}
	if sub.commit != before.hash {
		if before.mode != filemode.Submodule {
			before.hash = plumbing.ZeroHash
		}
		c.moved = append(c.moved, movedSubmodule{e.path, sub.repo, before.hash, sub.commit})
	}
	for _, out := range append(inside.leftOut, sub.notTaken(false)...) {
		c.leftOut = append(c.leftOut, Change{e.path + "/" + out.Path, out.How})
	}
	for _, moved := range inside.moved {
		moved.path = e.path + "/" + moved.path
		c.moved = append(c.moved, moved)
	}
	c.files[e.path] = treeFile{filemode.Submodule, sub.commit}
	return nil
}

// holdsFiles says whether anything is in a directory.
func (s *scene) holdsFiles(path string) (bool, error) {
	dir, err := s.root.Open(path)
	if err != nil {
		return false, refused(path, err.Error())
	}
	defer dir.Close()
	names, err := dir.Readdirnames(1)
	if err != nil && err != io.EOF {
		return false, refused(path, err.Error())
	}
	return len(names) > 0, nil
}

// checkAddresses refuses submodules that nobody could check out, since the captured .gitmodules does not say where they are from.
func (s *scene) checkAddresses(c *captured) error {
	modules := config.NewModules()
	if file, ok := c.files[".gitmodules"]; ok && file.mode == filemode.Regular {
		text, held := c.blobs[file.hash]
		if !held {
			var err error
			if text, err = s.blob(file.hash); err != nil {
				return refused(".gitmodules", err.Error())
			}
		}
		if err := modules.Unmarshal(text); err != nil {
			return refused(".gitmodules", err.Error())
		}
	}
	told := map[string]bool{}
	for _, m := range modules.Submodules {
		told[path.Clean(m.Path)] = m.URL != ""
	}
	for name, file := range c.files {
		if file.mode == filemode.Submodule && !told[name] {
			return refused(name, "it is a repository inside, and .gitmodules as captured does not tell its address, so nobody could check it out; git submodule add it (and git add .gitmodules), or git rm --cached it")
		}
	}
	return nil
}

// published says whether the commit is in the history of what the clone knows of its remotes.
func published(repo *git.Repository, commit plumbing.Hash) (bool, error) {
	refs, err := repo.References()
	if err != nil {
		return false, err
	}
	var tips []plumbing.Hash
	err = refs.ForEach(func(ref *plumbing.Reference) error {
		if ref.Name().IsRemote() && ref.Type() == plumbing.HashReference {
			tips = append(tips, ref.Hash())
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	found, _, err := gitref.InHistory(repo.Storer, tips, commit) // a shallow clone ends where it ends
	return found, err
}
