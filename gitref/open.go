package gitref

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing/cache"
	format "github.com/go-git/go-git/v5/plumbing/format/config"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// Open opens the repository whose top directory dir is, or that is bare there; also a linked work tree. What go-git's own opening does not do: objects that
// another repository lends, and extensions that change nothing here.
func Open(dir string) (*git.Repository, error) {
	own, common, err := Dirs(dir)
	if err != nil {
		return nil, err
	}
	var work billy.Filesystem
	if _, err := os.Lstat(filepath.Join(dir, git.GitDirName)); err == nil { // else it is bare
		work = osfs.New(dir)
	}
	fs := osfs.New(own)
	if common != own {
		fs = linked{dotgit.NewRepositoryFilesystem(fs, osfs.New(common)), common}
	}
	lent := filesystem.Options{AlternatesFS: osfs.New("/")}
	return git.Open(extended{filesystem.NewStorageWithOptions(fs, cache.NewObjectLRUDefault(), lent)}, work)
}

// linked is the git directory of a linked work tree. Without Chmod, which go-git's has not, new objects are readable for their owner alone.
type linked struct {
	billy.Filesystem
	common string
}

// Chmod is for objects, which all work trees share.
func (l linked) Chmod(name string, mode os.FileMode) error {
	return os.Chmod(filepath.Join(l.common, name), mode)
}

// Dirs gives the git directory of the repository whose top directory dir is, or that is bare there, and the one with its refs, objects and settings,
// which is another in a linked work tree.
func Dirs(dir string) (own, common string, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return "", "", err
	}
	own = filepath.Join(dir, git.GitDirName)
	if info, err := os.Stat(own); errors.Is(err, os.ErrNotExist) {
		own = dir // bare
	} else if err != nil {
		return "", "", err
	} else if !info.IsDir() {
		text, err := os.ReadFile(own)
		target, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
		if err != nil || !ok {
			return "", "", git.ErrRepositoryNotExists
		}
		own = below(dir, target)
	}
	if _, err := os.Stat(own); errors.Is(err, os.ErrNotExist) {
		return "", "", git.ErrRepositoryNotExists
	}
	if text, err := os.ReadFile(filepath.Join(own, "commondir")); err == nil {
		return own, below(own, strings.TrimSpace(string(text))), nil
	}
	return own, own, nil
}

// harmless are git's extensions that go-git refuses to know, and that change nothing of what is read and written here.
var harmless = []string{"worktreeconfig", "partialclone", "preciousobjects"}

// extended hides them from go-git.
type extended struct{ *filesystem.Storage }

// Config is the repository's, without the harmless extensions.
func (e extended) Config() (*config.Config, error) {
	c, err := e.Storage.Config()
	if err != nil {
		return nil, err
	}
	section := c.Raw.Section("extensions")
	section.Options = slices.DeleteFunc(section.Options, func(o *format.Option) bool { return slices.Contains(harmless, strings.ToLower(o.Key)) })
	return c, nil
}

// below is a path that may be relative to the directory.
func below(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
