package gitref

import (
	"fmt"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// pack is what has to travel.
type pack struct {
	repo   *git.Repository
	hashes []plumbing.Hash
	seen   map[plumbing.Hash]bool
}

// packOf collects the commit and its files, without what the remote's own refs have.
func packOf(repo *git.Repository, commit plumbing.Hash, there map[string]plumbing.Hash) (*pack, error) {
	p := &pack{repo: repo, seen: map[plumbing.Hash]bool{}}
	for _, hash := range there {
		// What is not in this clone, or not all of it, saves nothing.
		if tip, ok := peel(repo, hash); ok {
			if c, err := repo.CommitObject(tip); err == nil {
				_ = p.tree(c.TreeHash)
			}
		}
	}
	p.hashes = []plumbing.Hash{commit}
	c, err := repo.CommitObject(commit)
	if err != nil {
		return nil, err
	}
	if c.NumParents() > 0 {
		return nil, fmt.Errorf("commit %s is %w: it has parents, and dit pushes snapshots only", commit, ErrBadRef)
	}
	return p, p.tree(c.TreeHash)
}

// tree adds what has not been seen.
func (p *pack) tree(hash plumbing.Hash) error {
	if p.seen[hash] {
		return nil
	}
	p.seen[hash] = true
	p.hashes = append(p.hashes, hash)
	tree, err := object.GetTree(p.repo.Storer, hash)
	if err != nil {
		return fmt.Errorf("tree %s: %w", hash, err)
	}
	for _, entry := range tree.Entries {
		switch entry.Mode {
		case filemode.Dir:
			if err := p.tree(entry.Hash); err != nil {
				return err
			}
		case filemode.Submodule:
		default:
			if !p.seen[entry.Hash] {
				p.seen[entry.Hash] = true
				p.hashes = append(p.hashes, entry.Hash)
			}
		}
	}
	return nil
}
