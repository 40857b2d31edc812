package gitref

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

// writer writes trees below a root that no name and no link can lead out of.
type writer struct {
	ctx       context.Context // of one checkout
	objects   storer.EncodedObjectStorer
	root      *os.Root
	submodule func(path string, at plumbing.Hash) error
}

// read gives a small object whose contents have been checked against its hash.
func (w *writer) read(kind plumbing.ObjectType, hash plumbing.Hash) (*plumbing.MemoryObject, error) {
	o, err := w.objects.EncodedObject(kind, hash)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", kind, hash, err)
	}
	r, err := o.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if plumbing.ComputeHash(kind, text) != hash {
		return nil, fmt.Errorf("%w: %s %s has other contents", ErrCorrupt, kind, hash)
	}
	m := &plumbing.MemoryObject{}
	m.SetType(kind)
	_, err = m.Write(text)
	return m, err
}

func (w *writer) tree(hash plumbing.Hash, at string) error {
	o, err := w.read(plumbing.TreeObject, hash)
	if err != nil {
		return err
	}
	var tree object.Tree
	if err := tree.Decode(o); err != nil {
		return err
	}
	for _, entry := range tree.Entries {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if err := checkName(entry.Name); err != nil {
			return fmt.Errorf("in directory %q: %w", at, err)
		}
		if err := w.entry(entry, path.Join(at, entry.Name)); err != nil {
			return err
		}
	}
	return nil
}

// checkName refuses names that git does not make and that would write elsewhere.
func checkName(name string) error {
	if name == "" || name == "." || name == ".." || strings.EqualFold(name, ".git") || strings.ContainsAny(name, "/\x00") {
		return fmt.Errorf("%w: a file is named %q", ErrCorrupt, name)
	}
	return nil
}

func (w *writer) entry(entry object.TreeEntry, at string) error {
	switch entry.Mode {
	case filemode.Dir:
		if err := w.root.Mkdir(at, 0o755); err != nil {
			return err
		}
		return w.tree(entry.Hash, at)
	case filemode.Regular, filemode.Deprecated:
		return w.file(entry.Hash, at, 0o644)
	case filemode.Executable:
		return w.file(entry.Hash, at, 0o755)
	case filemode.Symlink:
		o, err := w.read(plumbing.BlobObject, entry.Hash)
		if err != nil {
			return err
		}
		r, err := o.Reader()
		if err != nil {
			return err
		}
		target, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		return w.root.Symlink(string(target), at)
	case filemode.Submodule:
		return w.submodule(at, entry.Hash)
	}
	return fmt.Errorf("%w: %s has mode %s", ErrCorrupt, at, entry.Mode)
}

// file copies a blob of any size and hashes it on the way.
func (w *writer) file(hash plumbing.Hash, at string, mode os.FileMode) (err error) {
	o, err := w.objects.EncodedObject(plumbing.BlobObject, hash)
	if err != nil {
		return fmt.Errorf("file %s, blob %s: %w", at, hash, err)
	}
	r, err := o.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	// Exclusive: a tree that has one name twice must not write through what the first one made.
	f, err := w.root.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	h := plumbing.NewHasher(plumbing.BlobObject, o.Size())
	if _, err := io.Copy(io.MultiWriter(f, h), r); err != nil {
		return err
	}
	if h.Sum() != hash {
		return fmt.Errorf("%w: file %s, blob %s has other contents", ErrCorrupt, at, hash)
	}
	return nil
}
