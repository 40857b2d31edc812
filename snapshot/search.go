package snapshot

import (
	"context"
	"fmt"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// search looks for secrets in all content that is not known to be where the snapshot goes. It gives the files it could not look into.
func (s *scene) search(ctx context.Context, c *captured, known map[plumbing.Hash]bool) (closed []string, err error) {
	ignore, _ := s.ruleFile(".gitleaksignore")
	scan, err := newScanner(ignore)
	if err != nil {
		return nil, err
	}
	for path, f := range c.files {
		if f.mode == filemode.Submodule || known[f.hash] {
			continue
		}
		content, there := c.blobs[f.hash]
		if !there {
			if content, err = s.blob(f.hash); err != nil {
				return nil, fmt.Errorf("%s: %w", printable(path), err)
			}
		}
		if err := scan.scan(ctx, path, content); err != nil {
			return nil, err
		}
	}
	for _, moved := range c.moved {
		if err := moved.search(ctx, scan); err != nil {
			return nil, fmt.Errorf("submodule %s: %w", printable(moved.path), err)
		}
	}
	return scan.closed, scan.err()
}

// search looks into what the submodule's commit has and the one before has not.
func (m movedSubmodule) search(ctx context.Context, scan *scanner) error {
	before := map[plumbing.Hash]bool{}
	if !m.from.IsZero() {
		// Without the commit before, everything is new.
		if files, err := filesOf(m.repo, m.from); err == nil {
			before = hashes(files)
		}
	}
	files, err := filesOf(m.repo, m.to)
	if err != nil {
		return err
	}
	for path, f := range files {
		if f.mode == filemode.Submodule || before[f.hash] {
			continue
		}
		content, err := blob(m.repo, f.hash)
		if err != nil {
			return err
		}
		if err := scan.scan(ctx, m.path+"/"+path, content); err != nil {
			return err
		}
	}
	return nil
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
