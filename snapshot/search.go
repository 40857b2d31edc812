package snapshot

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// held is what is known to be where the snapshot goes.
type held struct {
	content map[plumbing.Hash]bool
	names   map[string]bool
}

func heldOf(files map[string]treeFile) held {
	h := held{map[plumbing.Hash]bool{}, map[string]bool{}}
	h.add(files)
	return h
}

func (h held) add(files map[string]treeFile) {
	for path, f := range files {
		h.content[f.hash], h.names[path] = true, true
	}
}

// fresh is a file whose content or name is not known to be where the snapshot goes.
type fresh struct {
	path    string
	moved   bool // only the name is new
	content []byte
	repo    *git.Repository // that has the content; nil when it is the one above
	hash    plumbing.Hash
}

// open gives its content.
func (f fresh) open() (io.ReadCloser, error) {
	if f.repo == nil {
		return io.NopCloser(bytes.NewReader(f.content)), nil
	}
	b, err := f.repo.BlobObject(f.hash)
	if err != nil {
		return nil, err
	}
	return b.Reader()
}

// read gives its first bytes.
func (f fresh) read(most int64) ([]byte, error) {
	r, err := f.open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", printable(f.path), err)
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", printable(f.path), err)
	}
	return content, nil
}

// fresh lists the files with new content or a new name, those of submodules that moved too.
func (s *scene) fresh(c *captured, known held) ([]fresh, error) {
	list := known.without(c.files, s.repo, "")
	for i, f := range list {
		if content, own := c.blobs[f.hash]; own {
			list[i].repo, list[i].content = nil, content
		}
	}
	for _, moved := range c.moved {
		inside, err := moved.fresh()
		if err != nil {
			return nil, fmt.Errorf("submodule %s: %w", printable(moved.path), err)
		}
		list = append(list, inside...)
	}
	slices.SortFunc(list, func(a, b fresh) int { return cmp.Compare(a.path, b.path) })
	return list, nil
}

// without lists the files that are new, below a directory that ends in a slash.
func (h held) without(files map[string]treeFile, repo *git.Repository, below string) []fresh {
	var list []fresh
	for path, f := range files {
		if content := h.content[f.hash] || f.mode == filemode.Submodule; !content || !h.names[path] {
			list = append(list, fresh{path: below + path, moved: content, repo: repo, hash: f.hash})
		}
	}
	return list
}

// fresh is what the submodule's commit has and the one before has not.
func (m movedSubmodule) fresh() ([]fresh, error) {
	before := heldOf(nil)
	if !m.from.IsZero() {
		// Without the commit before, everything is new.
		if files, err := filesOf(m.repo, m.from); err == nil {
			before.add(files)
		}
	}
	files, err := filesOf(m.repo, m.to)
	if err != nil {
		return nil, err
	}
	return before.without(files, m.repo, m.path+"/"), nil
}

// closed names the files in which secrets cannot be seen.
func closed(list []fresh) ([]string, error) {
	var names []string
	for _, f := range list {
		if f.moved {
			continue
		}
		start, err := f.read(sniffed)
		if err != nil {
			return nil, err
		}
		if archived(start) {
			names = append(names, f.path)
		}
	}
	return names, nil
}

// search looks for secrets in the files and in their names.
func (s *scene) search(ctx context.Context, list []fresh) error {
	ignore, _ := s.ruleFile(".gitleaksignore")
	scan, err := newScanner(ignore)
	if err != nil {
		return err
	}
	for _, f := range list {
		shown := scan.name(f.path)
		if f.moved {
			continue
		}
		content, err := f.read(math.MaxInt64)
		if err != nil {
			return err
		}
		if err := scan.scan(ctx, shown, content); err != nil {
			return err
		}
	}
	return scan.err()
}

func filesOf(repo *git.Repository, commit plumbing.Hash) (map[string]treeFile, error) {
	c, err := repo.CommitObject(commit)
	if err != nil {
		return nil, err
	}
	files := map[string]treeFile{}
	return files, flatten(repo, c.TreeHash, "", files)
}

// onRemote is what the remote's branches have, as far as this clone can tell.
func (s *scene) onRemote(tips []string) held {
	known := heldOf(nil)
	for _, tip := range tips {
		files, err := filesOf(s.repo, plumbing.NewHash(tip))
		if err != nil {
			continue // not in this clone, so it cannot be told what it has
		}
		known.add(files)
	}
	return known
}
