package samples

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sort"
	"strings"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// writer puts objects into a repository. Nothing passes through a work tree, so neither umask nor configuration has a say.
// The first error sticks, and later calls do nothing.
type writer struct {
	repo    *git.Repository
	refs    map[string]string
	commits int
	err     error
}

func newWriter(dir string) (*writer, error) {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("build the sample's repository: %s is not empty", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("build the sample's repository: %w", err)
	}
	repo, err := git.PlainInitWithOptions(dir, &git.PlainInitOptions{
		Bare: true, InitOptions: git.InitOptions{DefaultBranch: plumbing.NewBranchReferenceName("main")},
	})
	if err != nil {
		return nil, fmt.Errorf("build the sample's repository in %s: %w", dir, err)
	}
	return &writer{repo: repo, refs: map[string]string{}}, nil
}

// commit writes a commit of the tree after parent, which is empty for the first one, and gives its hash.
func (w *writer) commit(parent string, t tree, message string) string {
	w.commits++
	who := object.Signature{Name: authorName, Email: authorEmail, When: day(w.commits)}
	c := &object.Commit{Author: who, Committer: who, Message: message, TreeHash: w.tree(t)}
	if parent != "" {
		c.ParentHashes = []plumbing.Hash{plumbing.NewHash(parent)}
	}
	return w.store(c.Encode).String()
}

// tree writes a tree with everything in it.
func (w *writer) tree(t tree) plumbing.Hash {
	folders, out := map[string]tree{}, &object.Tree{}
	for name, content := range t {
		if folder, rest, deep := strings.Cut(name, "/"); deep {
			if folders[folder] == nil {
				folders[folder] = tree{}
			}
			folders[folder][rest] = content
			continue
		}
		hash := w.store(func(o plumbing.EncodedObject) error { return blob(o, content) })
		out.Entries = append(out.Entries, object.TreeEntry{Name: name, Mode: filemode.Regular, Hash: hash})
	}
	for name, folder := range folders {
		out.Entries = append(out.Entries, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: w.tree(folder)})
	}
	sort.Sort(object.TreeEntrySorter(out.Entries))
	return w.store(out.Encode)
}

func blob(o plumbing.EncodedObject, content []byte) error {
	o.SetType(plumbing.BlobObject)
	writer, err := o.Writer()
	if err != nil {
		return err
	}
	if _, err := writer.Write(content); err != nil {
		return err
	}
	return writer.Close()
}

func (w *writer) store(encode func(plumbing.EncodedObject) error) plumbing.Hash {
	if w.err != nil {
		return plumbing.ZeroHash
	}
	o := w.repo.Storer.NewEncodedObject()
	if err := encode(o); err != nil {
		w.fail(err)
		return plumbing.ZeroHash
	}
	hash, err := w.repo.Storer.SetEncodedObject(o)
	w.fail(err)
	return hash
}

// ref lets a full ref name point to a commit.
func (w *writer) ref(name, commit string) {
	if w.err != nil {
		return
	}
	w.refs[name] = commit
	w.fail(w.repo.Storer.SetReference(plumbing.NewHashReference(plumbing.ReferenceName(name), plumbing.NewHash(commit))))
}

func (w *writer) fail(err error) {
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("build the sample's repository: %w", err)
	}
}
