package gitref

import (
	"fmt"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// deepest is how far submodules of submodules go.
const deepest = 8

// checkoutSubmodule writes the submodule at the path, whose address is in the .gitmodules of the tree.
func (w *writer) checkoutSubmodule(base *location, tree plumbing.Hash, at string, commit plumbing.Hash, dir string, auth Auth, depth int) error {
	fail := func(err error) error { return fmt.Errorf("submodule %s: %w", at, err) }
	if depth == deepest {
		return fail(fmt.Errorf("%w: submodules are nested more than %d deep", ErrBadRef, deepest))
	}
	address, err := w.submoduleURL(tree, at)
	if err != nil {
		return fail(err)
	}
	l, err := base.relative(address)
	if err != nil {
		return fail(err)
	}
	if base.scheme != "" && l.scheme == "" {
		// A foreign repository must not make dit read this machine's directories.
		return fail(fmt.Errorf("%w: its address %q is a directory of this machine", ErrBadRef, address))
	}
	if l.scheme != base.scheme || l.host != base.host {
		auth = Auth{}
	}
	if err := w.root.Mkdir(at, 0o755); err != nil {
		return fail(err)
	}
	if err := checkout(w.ctx, l, commit, filepath.Join(dir, filepath.FromSlash(at)), auth, depth+1); err != nil {
		return fail(err)
	}
	return nil
}

func (w *writer) submoduleURL(tree plumbing.Hash, at string) (string, error) {
	missing := fmt.Errorf("%w: .gitmodules does not tell its address", ErrBadRef)
	o, err := w.read(plumbing.TreeObject, tree)
	if err != nil {
		return "", err
	}
	var root object.Tree
	if err := root.Decode(o); err != nil {
		return "", err
	}
	for _, entry := range root.Entries {
		if entry.Name != ".gitmodules" || !entry.Mode.IsRegular() {
			continue
		}
		o, err := w.read(plumbing.BlobObject, entry.Hash)
		if err != nil {
			return "", err
		}
		r, err := o.Reader()
		if err != nil {
			return "", err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return "", err
		}
		modules := config.NewModules()
		if err := modules.Unmarshal(text); err != nil {
			return "", fmt.Errorf(".gitmodules: %w", err)
		}
		for _, m := range modules.Submodules {
			if path.Clean(m.Path) == at && m.URL != "" {
				return m.URL, nil
			}
		}
	}
	return "", missing
}

// origin is from where the repository came, to which the addresses of its submodules are relative; itself where that cannot be told.
func (l *location) origin() *location {
	if l.scheme != "" {
		return l
	}
	s, err := readRemotes(l.dir)
	if err != nil {
		return l
	}
	addresses, _, err := s.addresses("origin")
	if err != nil || len(addresses) == 0 {
		return l
	}
	origin, err := l.configured(addresses[0])
	if err != nil {
		return l
	}
	return origin
}

// relative finds the place that an address means in a repository at l: one that begins with ./ or ../ is relative.
func (l *location) relative(address string) (*location, error) {
	if !strings.HasPrefix(address, "./") && !strings.HasPrefix(address, "../") {
		return parseLocation(address)
	}
	if l.scheme == "" {
		return parseLocation(filepath.Join(l.dir, filepath.FromSlash(address)))
	}
	if u, err := url.Parse(l.url); err == nil && strings.Contains(l.url, "://") {
		u.Path = path.Join(u.Path, address)
		return parseLocation(u.String())
	}
	host, dir, _ := strings.Cut(l.url, ":")
	return parseLocation(host + ":" + path.Join(dir, address))
}
