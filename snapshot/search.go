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

// fresh is a file whose content is not known to be where the snapshot goes.
type fresh struct {
	path    string
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

// fresh lists the files with new content, those of submodules that moved too.
func (s *scene) fresh(c *captured, known map[plumbing.Hash]bool) ([]fresh, error) {
	var list []fresh
	for path, f := range c.files {
		if f.mode == filemode.Submodule || known[f.hash] {
			continue
		}
		if content, held := c.blobs[f.hash]; held {
			list = append(list, fresh{path: path, content: content})
		} else {
			list = append(list, fresh{path: path, repo: s.repo, hash: f.hash})
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

// fresh is what the submodule's commit has and the one before has not.
func (m movedSubmodule) fresh() ([]fresh, error) {
	before := map[plumbing.Hash]bool{}
	if !m.from.IsZero() {
		// Without the commit before, everything is new.
		if files, err := filesOf(m.repo, m.from); err == nil {
			before = hashes(files)
		}
	}
	files, err := filesOf(m.repo, m.to)
	if err != nil {
		return nil, err
	}
	var list []fresh
	for path, f := range files {
		if f.mode != filemode.Submodule && !before[f.hash] {
			list = append(list, fresh{path: m.path + "/" + path, repo: m.repo, hash: f.hash})
		}
	}
	return list, nil
}

// closed names the files in which secrets cannot be seen.
func closed(list []fresh) ([]string, error) {
	var names []string
	for _, f := range list {
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

// search looks for secrets in the files.
func (s *scene) search(ctx context.Context, list []fresh) error {
	ignore, _ := s.ruleFile(".gitleaksignore")
	scan, err := newScanner(ignore)
	if err != nil {
		return err
	}
	for _, f := range list {
		content, err := f.read(math.MaxInt64)
		if err != nil {
			return err
		}
		if err := scan.scan(ctx, f.path, content); err != nil {
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

func hashes(files map[string]treeFile) map[plumbing.Hash]bool {
	set := map[plumbing.Hash]bool{}
	for _, f := range files {
		set[f.hash] = true
	}
	return set
}

// onRemote is what the remote's branches have, as far as this clone can tell.
func (s *scene) onRemote(tips []string) map[plumbing.Hash]bool {
	known := map[plumbing.Hash]bool{}
	for _, tip := range tips {
		files, err := filesOf(s.repo, plumbing.NewHash(tip))
		if err != nil {
			continue // not in this clone, so it cannot be told what it has
		}
		for hash := range hashes(files) {
			known[hash] = true
		}
	}
	return known
}
