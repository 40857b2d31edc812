package gitref

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Checkout writes the files of exactly that commit into dir, which must be empty or not exist yet, without a .git. The
// commit is given in full, 40 hexadecimal digits. Of a remote repository only this commit is fetched where the server
// allows it, otherwise as much as is needed.
//
// Every object's contents are hashed again while they are written, from the commit down: what is in dir when the error is
// nil is what the commit says, executable bits and symbolic links included. Submodules are fetched too, at the commit
// that the tree names; the token goes to them only on the same host. Files in Git LFS come as their pointers, and no
// filter or line-end conversion is applied. After an error dir may hold a part.
func Checkout(ctx context.Context, repo, sha, dir string, auth Auth) error {
	l, commit, err := parseVersion(repo, sha)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("checkout of %s into %s: the directory is not empty", sha, dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return checkout(ctx, l, commit, dir, auth, 0)
}

// checkout is Checkout after the arguments, and for the submodules at some depth.
func checkout(ctx context.Context, l *location, commit plumbing.Hash, dir string, auth Auth, depth int) error {
	objects, done, err := l.objects(ctx, commit, auth)
	if err != nil {
		return err
	}
	defer done()
	base := l.origin()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	w := &writer{ctx: ctx, objects: objects, root: root}
	text, err := w.read(plumbing.CommitObject, commit)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return fmt.Errorf("%w: commit %s in %s", ErrUnknownRef, commit, l)
	}
	if err != nil {
		return fmt.Errorf("checkout of %s from %s: %w", commit, l, err)
	}
	var c object.Commit
	if err := c.Decode(text); err != nil {
		return fmt.Errorf("checkout of %s from %s: %w", commit, l, err)
	}
	w.submodule = func(path string, at plumbing.Hash) error {
		return w.checkoutSubmodule(base, c.TreeHash, path, at, dir, auth, depth)
	}
	if err := w.tree(c.TreeHash, ""); err != nil {
		return fmt.Errorf("checkout of %s from %s: %w", commit, l, err)
	}
	return nil
}
