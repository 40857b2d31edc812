package snapshot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// objects are a commit and all that it needs and the repository may not have, those that others need first.
type objects struct {
	list         []*plumbing.MemoryObject
	tree, commit plumbing.Hash
}

func (o *objects) add(kind plumbing.ObjectType, content []byte) plumbing.Hash {
	m := &plumbing.MemoryObject{}
	m.SetType(kind)
	m.Write(content) // never fails
	o.list = append(o.list, m)
	return m.Hash()
}

// build makes the objects; nothing is written.
func (c *captured) build() (*objects, error) {
	o := &objects{}
	for _, content := range c.blobs {
		o.add(plumbing.BlobObject, content)
	}
	paths := make([]string, 0, len(c.files))
	for path := range c.files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	var err error
	if o.tree, err = o.directory(c.files, paths, ""); err != nil {
		return nil, err
	}
	// All of it fixed but the tree: the same files are the same commit, whoever takes it, when, and over which commit.
	who := object.Signature{Name: "dit", Email: "dit@local", When: time.Unix(0, 0).UTC()}
	commit := &object.Commit{Author: who, Committer: who, TreeHash: o.tree, Message: fmt.Sprintf("dit snapshot of the tree %s\n", o.tree)}
	m := &plumbing.MemoryObject{}
	if err := commit.Encode(m); err != nil {
		return nil, err
	}
	o.list = append(o.list, m)
	o.commit = m.Hash()
	return o, nil
}

// directory makes the tree of the paths, which are sorted and all begin with the prefix.
func (o *objects) directory(files map[string]treeFile, paths []string, prefix string) (plumbing.Hash, error) {
	var tree object.Tree
	for i := 0; i < len(paths); {
		name, _, deeper := strings.Cut(paths[i][len(prefix):], "/")
		if !deeper {
			f := files[paths[i]]
			tree.Entries = append(tree.Entries, object.TreeEntry{Name: name, Mode: f.mode, Hash: f.hash})
			i++
			continue
		}
		if strings.EqualFold(name, ".git") || name == "." || name == ".." || name == "" {
			return plumbing.ZeroHash, refused(paths[i], "git allows no such name")
		}
		below, end := prefix+name+"/", i
		for end < len(paths) && strings.HasPrefix(paths[end], below) {
			end++
		}
		hash, err := o.directory(files, paths[i:end], below)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		tree.Entries = append(tree.Entries, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: hash})
		i = end
	}
	// Git sorts a directory as if its name ended in a slash.
	key := func(e object.TreeEntry) string {
		if e.Mode == filemode.Dir {
			return e.Name + "/"
		}
		return e.Name
	}
	slices.SortFunc(tree.Entries, func(a, b object.TreeEntry) int { return cmp.Compare(key(a), key(b)) })
	names := map[string]bool{}
	for _, e := range tree.Entries {
		if names[e.Name] {
			return plumbing.ZeroHash, refused(prefix+e.Name, "it is both a file and a directory; git add it")
		}
		names[e.Name] = true
	}
	m := &plumbing.MemoryObject{}
	if err := tree.Encode(m); err != nil {
		return plumbing.ZeroHash, err
	}
	o.list = append(o.list, m)
	return m.Hash(), nil
}

func sorted(list []Change) []Change {
	slices.SortFunc(list, func(a, b Change) int { return cmp.Compare(a.Path, b.Path) })
	return list
}
