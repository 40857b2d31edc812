package snapshot

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"

	"github.com/GlobalFishingWatch/dit/gitref"
	"github.com/GlobalFishingWatch/dit/gitref/settings"
)

// scene is a repository with its work tree, as it was found. Nothing in it writes.
type scene struct {
	dir      string
	root     *os.Root // no name and no link leads out of it
	repo     *git.Repository
	git      billy.Filesystem // .git; in a linked work tree also the shared parts
	settings settings.Settings

	index     []indexEntry
	indexTime time.Time
	head      map[string]treeFile // the files of HEAD
	commit    plumbing.Hash       // HEAD; zero before the first commit
	tree      plumbing.Hash       // of HEAD

	files      map[string]fs.FileInfo // of the work tree; directories only where they are repositories
	renamed    map[string]string      // where the work tree has a tracked file under a name in other case
	untracked  []string
	leftOut    []Change
	attributes *attributes
}

// treeFile is what a tree says of one file.
type treeFile struct {
	mode filemode.FileMode
	hash plumbing.Hash
}

// open finds the repository whose top directory that is.
func open(dir string) (*scene, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	repo, err := gitref.Open(dir)
	if errors.Is(err, git.ErrRepositoryNotExists) {
		return nil, fmt.Errorf("%w: %s: it is not the top directory of a git repository%s", ErrRefused, dir, pointsAway(dir))
	} else if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrRefused, dir, err)
	}
	if _, err := repo.Worktree(); err != nil {
		return nil, fmt.Errorf("%w: %s: a bare repository has no files that could be uncommitted; give a ref", ErrRefused, dir)
	}
	storage, ok := repo.Storer.(interface{ Filesystem() billy.Filesystem })
	if !ok {
		return nil, fmt.Errorf("%w: %s: its git storage is none that dit knows", ErrRefused, dir)
	}
	s := &scene{dir: dir, repo: repo, git: storage.Filesystem(), head: map[string]treeFile{}, files: map[string]fs.FileInfo{}, renamed: map[string]string{}}
	if s.root, err = os.OpenRoot(dir); err != nil {
		return nil, err
	}
	for _, load := range []func() error{s.loadConfig, s.loadHead, s.loadIndex, s.walk, s.loadAttributes} {
		if err := load(); err != nil {
			s.root.Close()
			return nil, err
		}
	}
	return s, nil
}

// pointsAway explains a .git that is a file.
func pointsAway(dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, ".git"))
	if err != nil {
		return ""
	}
	return fmt.Sprintf(": its .git is a file that says %q, which is not there; give the main work tree", strings.TrimSpace(string(text)))
}

func (s *scene) gitFile(name string) ([]byte, error) {
	f, err := s.git.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func (s *scene) loadIndex() error {
	text, err := s.gitFile("index")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info, err := s.git.Stat("index"); err == nil {
		s.indexTime = info.ModTime()
	}
	if s.index, err = parseIndex(text); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrRefused, s.dir, err)
	}
	for _, e := range s.index {
		if e.unmerged {
			return refused(e.path, "it has a merge conflict; resolve it, and git add it")
		}
	}
	return nil
}

func (s *scene) loadHead() error {
	head, err := s.repo.Head()
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return nil // no commit yet
	}
	if err != nil {
		return fmt.Errorf("%w: %s: HEAD: %w", ErrRefused, s.dir, err)
	}
	s.commit = head.Hash()
	commit, err := s.repo.CommitObject(s.commit)
	if err != nil {
		return fmt.Errorf("%w: %s: HEAD is %s: %w", ErrRefused, s.dir, s.commit, err)
	}
	s.tree = commit.TreeHash
	return flatten(s.repo, s.tree, "", s.head)
}

// flatten lists all files of a tree. go-git gives the mode 100664, which git once wrote, as 100644.
func flatten(repo *git.Repository, hash plumbing.Hash, at string, files map[string]treeFile) error {
	tree, err := repo.TreeObject(hash)
	if err != nil {
		return fmt.Errorf("tree %s: %w", hash, err)
	}
	for _, entry := range tree.Entries {
		name := at + entry.Name
		if entry.Mode != filemode.Dir {
			files[name] = treeFile{entry.Mode, entry.Hash}
		} else if err := flatten(repo, entry.Hash, name+"/", files); err != nil {
			return err
		}
	}
	return nil
}

// has says whether the repository has the object, or another lends it.
func (s *scene) has(hash plumbing.Hash) bool {
	if s.repo.Storer.HasEncodedObject(hash) == nil {
		return true
	}
	_, err := s.repo.Storer.EncodedObject(plumbing.AnyObject, hash) // go-git looks there only to read
	return err == nil
}

// blob reads stored content.
func (s *scene) blob(hash plumbing.Hash) ([]byte, error) { return blob(s.repo, hash) }

func blob(repo *git.Repository, hash plumbing.Hash) ([]byte, error) {
	b, err := repo.BlobObject(hash)
	if err != nil {
		return nil, err
	}
	r, err := b.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
