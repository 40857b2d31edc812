package snapshot

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// captured is what a commit of the work tree would hold.
type captured struct {
	files map[string]treeFile
	blobs map[plumbing.Hash][]byte // content that the repository does not have yet
	bytes int64
	moved []movedSubmodule
	// leftOut is what git was told not to look at, what submodules leave out, and content that git stores as another one.
	leftOut []Change
}

// movedSubmodule is one at another commit than HEAD has it.
type movedSubmodule struct {
	path     string
	repo     *git.Repository
	from, to plumbing.Hash // from is zero for a new one
}

// capture reads every file that git knows, and on request those that it does not know.
func (s *scene) capture(ctx context.Context, o Options) (*captured, error) {
	c := &captured{files: map[string]treeFile{}, blobs: map[plumbing.Hash][]byte{}}
	for i := range s.index {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.entry(ctx, c, &s.index[i], o); err != nil {
			return nil, err
		}
	}
	if o.IncludeUntracked {
		for _, path := range s.untracked {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := s.file(c, path, nil, s.files[path]); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// entry captures what the index knows.
func (s *scene) entry(ctx context.Context, c *captured, e *indexEntry, o Options) error {
	info, there := s.files[e.path]
	skipped := e.skipped && (!there || !s.on("sparsecheckout", false)) // as git, a file that is there all the same counts
	switch {
	case e.assumed || skipped:
		if there && s.differs(ctx, e, info, o) {
			how := "skip-worktree, and changed"
			if e.assumed {
				how = "assume-unchanged, and changed"
			}
			c.leftOut = append(c.leftOut, Change{e.path, how})
		}
		return s.keep(c, e)
	case !there && e.mode == filemode.Submodule:
		if dir, err := s.root.Lstat(e.path); err == nil && dir.IsDir() {
			return s.keep(c, e)
		}
		return nil // deleted
	case !there:
		return nil
	case e.mode == filemode.Submodule && info.IsDir():
		return s.submodule(ctx, c, e, o)
	case info.IsDir():
		return refused(e.path, "it was a file and is a repository of its own now; commit that with git")
	}
	return s.file(c, e.path, e, info)
}

// differs says whether what the work tree has is another thing than the index's; what cannot be read as git would store it does.
func (s *scene) differs(ctx context.Context, e *indexEntry, info fs.FileInfo, o Options) bool {
	probe, err := &captured{files: map[string]treeFile{}, blobs: map[plumbing.Hash][]byte{}}, error(nil)
	if info.IsDir() {
		err = s.submodule(ctx, probe, e, o)
	} else {
		err = s.file(probe, e.path, e, info)
	}
	return err != nil || probe.files[e.path] != treeFile{e.mode, e.hash}
}

// keep takes the index's word. Of a submodule that is not checked out it is HEAD's: of another commit it cannot be told whether anybody can get it.
func (s *scene) keep(c *captured, e *indexEntry) error {
	if e.mode == filemode.Submodule && s.head[e.path] != (treeFile{e.mode, e.hash}) {
		return refused(e.path, fmt.Sprintf("the submodule is staged at %s, which is not HEAD's commit, and is not checked out there, so it cannot be told whether others can get it; git submodule update it", e.hash))
	}
	if e.mode != filemode.Submodule && !s.has(e.hash) {
		return refused(e.path, fmt.Sprintf("git has left it out of the work tree, and this clone does not have its content (%s); make a full clone", e.hash))
	}
	c.files[e.path] = treeFile{e.mode, e.hash}
	return nil
}

// file captures a file or a link; e is nil when git does not know it.
func (s *scene) file(c *captured, path string, e *indexEntry, info fs.FileInfo) error {
	mode := s.modeOf(e, info)
	if mode.IsFile() && mode != filemode.Symlink && info.Size() > mostFile && e != nil {
		if same, identical, err := s.unchangedLarge(path, e, info); err != nil {
			return err
		} else if same {
			if !identical {
				s.runsAs(c, path)
			}
			return s.keep(c, &indexEntry{path: path, mode: mode, hash: e.hash})
		}
	}
	content, err := s.read(path, info)
	if err != nil {
		return err
	}
	stored, unchanged := content, false
	if mode != filemode.Symlink {
		if stored, unchanged, err = s.cleaned(path, content, e, stateOf(info)); err != nil {
			return err
		}
	}
	if !bytes.Equal(stored, content) {
		s.runsAs(c, path)
	}
	if unchanged && stored == nil { // what git stores is not these bytes
		return s.keep(c, &indexEntry{path: path, mode: mode, hash: e.hash})
	}
	hash := plumbing.ComputeHash(plumbing.BlobObject, stored)
	c.files[path] = treeFile{mode, hash}
	if _, known := c.blobs[hash]; known || s.has(hash) {
		return nil
	}
	c.blobs[hash] = stored
	if c.bytes += int64(len(stored)); c.bytes > mostNew {
		return fmt.Errorf("%w: the new content is more than %d MB in all, up to %s; let git ignore what is data", ErrRefused, mostNew>>20, printable(path))
	}
	return nil
}

// runsAs lists a file whose bytes in the work tree are not those that git stores, where the code that runs sees a difference: line ends and $Id$ make none.
func (s *scene) runsAs(c *captured, path string) {
	attributes := s.attributes.of(path)
	switch {
	case attributes["filter"] == "lfs":
		c.leftOut = append(c.leftOut, Change{path, "Git LFS: runs as its pointer"})
	case through(attributes) != "":
		c.leftOut = append(c.leftOut, Change{path, "runs as git stores it"})
	}
}

// modeOf follows core.fileMode and core.symlinks: where the file system cannot say, the index's word stands.
func (s *scene) modeOf(e *indexEntry, info fs.FileInfo) filemode.FileMode {
	link := info.Mode().Type() == fs.ModeSymlink
	switch {
	case link:
		return filemode.Symlink
	case e != nil && e.mode == filemode.Symlink && !s.on("symlinks", true):
		return filemode.Symlink
	case s.on("filemode", true):
		if info.Mode()&0o100 != 0 {
			return filemode.Executable
		}
	case e != nil && e.mode == filemode.Executable:
		return filemode.Executable
	}
	return filemode.Regular
}

// Change is one path, and what is with it.
type Change struct {
	// Path is relative to the top, with slashes; a directory ends in one.
	Path string `json:"path"`
	// How is added, untracked, modified, deleted, mode or type for what was captured, and the reason for what was left out.
	How string `json:"how"`
}

// changes are the differences from HEAD, by path.
func (s *scene) changes(c *captured) []Change {
	var list []Change
	untracked := map[string]bool{}
	for _, path := range s.untracked {
		untracked[path] = true
	}
	for path, now := range c.files {
		before, there := s.head[path]
		switch {
		case !there && untracked[path]:
			list = append(list, Change{path, "untracked"})
		case !there:
			list = append(list, Change{path, "added"})
		case before.mode != now.mode && kind(before.mode) != kind(now.mode):
			list = append(list, Change{path, "type"})
		case before.hash != now.hash:
			list = append(list, Change{path, "modified"})
		case before.mode != now.mode:
			list = append(list, Change{path, "mode"})
		}
	}
	for path := range s.head {
		if _, there := c.files[path]; !there {
			list = append(list, Change{path, "deleted"})
		}
	}
	return sorted(list)
}

// kind is what a mode is of: an executable file is a file.
func kind(mode filemode.FileMode) filemode.FileMode {
	if mode == filemode.Executable {
		return filemode.Regular
	}
	return mode
}
