package snapshot

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// lfs is what git would store with the program of Git LFS: here the filter is set and no program runs.
const lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\nsize 1\n" // of "x"

// stage puts content into the index that the work tree does not have.
func (w *work) stage(path, text string) {
	w.t.Helper()
	file := filepath.Join(w.t.TempDir(), "x")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
	w.git("update-index", "--add", "--cacheinfo", "100644,"+w.git("hash-object", "-w", "--no-filters", file)+","+path)
}

func TestRefused(t *testing.T) {
	for name, test := range map[string]struct {
		make func(w *work)
		says string
	}{
		"no repository": {func(w *work) { os.RemoveAll(w.path(".git")) }, "not the top directory"},
		"a .git that points away": {func(w *work) {
			os.RemoveAll(w.path(".git"))
			w.write(".git", "gitdir: /nowhere/at/all\n")
		}, "/nowhere/at/all"},
		"bare": {func(w *work) {
			os.Rename(w.path(".git"), w.dir+".bare")
			os.RemoveAll(w.dir)
			os.Rename(w.dir+".bare", w.dir)
			w.git("config", "core.bare", "true")
		}, "bare"},
		"conflict": {func(w *work) {
			w.git("checkout", "-q", "-b", "side")
			w.write("a", "side\n")
			w.commit("side")
			w.git("checkout", "-q", "main")
			w.write("a", "main\n")
			w.commit("main")
			_ = command(w.dir, "merge", "side").Run()
		}, "a: it has a merge conflict"},
		"split index":   {func(w *work) { w.git("update-index", "--split-index") }, "no-split-index"},
		"damaged index": {func(w *work) { w.write(".git/index", "DIRC\x00\x00\x00\x02\x00\x00\x00\x01"+strings.Repeat("x", 100)) }, "checksum"},
		"another hash": {func(w *work) {
			os.RemoveAll(w.path(".git"))
			w.git("init", "-q", "--object-format=sha256")
		}, "objectformat"},
		"large file": {func(w *work) {
			w.write("a", "")
			os.Truncate(w.path("a"), mostFile+1)
		}, "a: it has 50 MB"},
		"LFS, changed": {func(w *work) {
			w.write(".gitattributes", "a filter=lfs diff=lfs merge=lfs -text\n")
			w.git("add", ".gitattributes")
			w.write("a", "new content")
		}, "a: its content is in Git LFS"},
		"LFS, new": {func(w *work) {
			w.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
			w.git("add", ".gitattributes")
			w.stage("b.bin", lfs)
			w.write("b.bin", "x")
		}, "b.bin: its content is in Git LFS"},
		"a filter": {func(w *work) {
			w.write(".gitattributes", "a filter=crypt\n")
			w.write("a", "changed")
		}, `a: git stores it through the filter "crypt"`},
		"an encoding": {func(w *work) {
			w.write(".gitattributes", "a working-tree-encoding=UTF-16\n")
			w.write("a", "changed")
		}, "a: git stores it in another encoding"},
		"ident": {func(w *work) {
			w.write(".gitattributes", "a ident\n")
			w.write("a", "$Id: 1234 $\n")
		}, "a: git replaces $Id$"},
		"a file that became a repository": {func(w *work) {
			os.Remove(w.path("a"))
			w.git("init", "-q", "a")
		}, "a: it was a file and is a repository"},
		"a file that became a pipe": {func(w *work) {
			os.Remove(w.path("a"))
			if err := syscall.Mkfifo(w.path("a"), 0o644); err != nil {
				w.t.Fatal(err)
			}
		}, "a: it was a file and is neither a file nor a link"},
		"submodule without an address": {func(w *work) {
			lib := newWork(w.t)
			lib.write("x", "x")
			lib.commit("first")
			w.git("clone", "-q", lib.dir, "lib")
			w.git("add", "lib")
		}, "lib: it is a repository inside, and .gitmodules"},
		"submodule, its address not added": {func(w *work) {
			w.submodule()
			w.git("rm", "-q", "--cached", ".gitmodules")
		}, "and git add .gitmodules"},
		"submodule, changed": {func(w *work) {
			w.submodule()
			w.write("lib/x", "changed")
		}, "lib: the submodule has changes that are not committed, such as in x"},
		"submodule, not pushed": {func(w *work) {
			w.submodule()
			w.git("-C", "lib", "commit", "-q", "--allow-empty", "-m", "mine")
		}, "push it there"},
		"submodule, staged and not pushed": {func(w *work) {
			w.submodule()
			w.git("-C", "lib", "commit", "-q", "--allow-empty", "-m", "mine")
			w.git("add", "lib")
		}, "push it there"},
		"submodule, staged and not checked out": {func(w *work) {
			w.submodule()
			w.git("submodule", "deinit", "-q", "-f", "lib")
			w.git("update-index", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",lib")
		}, "lib: the submodule is staged at 1111"},
		"submodule, staged and skipped": {func(w *work) {
			w.submodule()
			w.git("update-index", "--cacheinfo", "160000,"+strings.Repeat("1", 40)+",lib")
			w.git("update-index", "--skip-worktree", "lib")
		}, "lib: the submodule is staged at 1111"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWork(t)
			w.write("a", "a\n")
			w.commit("first")
			test.make(w)
			_, err := Take(t.Context(), w.dir, Options{Pipeline: "p"})
			if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, want %q", err, test.says)
			}
		})
	}
	w := newWork(t)
	for _, name := range []string{"", "../x", "a/b", "A", "x.lock", strings.Repeat("a", 33)} {
		if _, err := Take(t.Context(), w.dir, Options{Pipeline: name}); !errors.Is(err, ErrRefused) {
			t.Errorf("pipeline %q: %v", name, err)
		}
	}
	w.write("d/x", "x")
	if _, err := Take(t.Context(), w.path("d"), Options{Pipeline: "p"}); !errors.Is(err, ErrRefused) {
		t.Errorf("below the top: %v", err)
	}
}

// submodule adds one that is cloned from somewhere, and gives that place.
func (w *work) submodule() *work {
	lib := newWork(w.t)
	lib.write("x", "x")
	lib.commit("first")
	w.git("submodule", "add", "-q", lib.dir, "lib")
	w.commit("with a submodule")
	return lib
}

func TestSpecial(t *testing.T) {
	for name, test := range map[string]struct {
		make func(w *work)
		want string // changes
		left string
	}{
		"before the first commit": {func(w *work) {
			w.git("update-ref", "-d", "HEAD")
			w.write("b", "untracked")
		}, "added a", "untracked b"},
		"LFS, as HEAD has it": {func(w *work) {
			w.write(".gitattributes", "l filter=lfs diff=lfs merge=lfs -text\n")
			w.write("l", lfs)
			w.commit("second")
			w.write("l", "x")
			w.write("a", "changed")
		}, "modified a", "Git LFS: runs as its pointer l"},
		"LFS, nothing but pointers": {func(w *work) {
			w.write(".gitattributes", "l filter=lfs diff=lfs merge=lfs -text\n")
			w.write("l", lfs)
			w.commit("second")
			w.write("a", "changed")
		}, "modified a", ""},
		"LFS, and nothing else": {func(w *work) {
			w.write(".gitattributes", "l filter=lfs diff=lfs merge=lfs -text\n")
			w.write("l", lfs)
			w.commit("second")
			w.write("l", "x")
		}, "", "Git LFS: runs as its pointer l"},
		"an encoding, not touched": {func(w *work) {
			w.write("c", "\xff\xfea\x00\n\x00")
			w.write(".gitattributes", "c text working-tree-encoding=UTF-16\n")
			past := time.Now().Add(-time.Hour)
			if err := os.Chtimes(w.path("c"), past, past); err != nil {
				w.t.Fatal(err)
			}
			w.commit("second")
			w.write("a", "changed")
		}, "modified a", "runs as git stores it c"},
		"LFS, a new pointer": {func(w *work) {
			w.write(".gitattributes", "l filter=lfs diff=lfs merge=lfs -text\n")
			w.write("l", lfs)
			w.commit("second")
			w.write("l", strings.Replace(lfs, "size 1", "size 2", 1))
		}, "modified l", ""},
		"a filter, not touched": {func(w *work) {
			w.write("c", "secret")
			w.git("config", "filter.crypt.clean", "tr a-z A-Z")
			w.write(".gitattributes", "c filter=crypt\n")
			past := time.Now().Add(-time.Hour)
			if err := os.Chtimes(w.path("c"), past, past); err != nil {
				w.t.Fatal(err)
			}
			w.commit("second")
			w.write("a", "changed")
		}, "modified a", "runs as git stores it c"},
		"a work tree with CRLF from another machine's settings": {func(w *work) {
			w.write("crlf", "one\ntwo\n")
			w.commit("second")
			os.Remove(w.path("crlf"))
			w.git("-c", "core.autocrlf=true", "checkout", "-q", "crlf")
			w.write("a", "changed\r\n")
		}, "modified a", ""},
		"borrowed objects": {func(w *work) {
			dir := filepath.Join(w.t.TempDir(), "clone")
			w.write("k", "k")
			w.commit("second")
			w.git("clone", "-q", "--shared", w.dir, dir)
			w.dir = dir
			w.git("update-index", "--assume-unchanged", "k")
			w.write("a", "changed")
		}, "modified a", ""},
		"partial clone": {func(w *work) {
			w.git("config", "uploadpack.allowFilter", "true")
			w.write("k", "k")
			w.commit("second")
			dir := filepath.Join(w.t.TempDir(), "clone")
			w.git("clone", "-q", "--filter=blob:none", "file://"+w.dir, dir)
			w.dir = dir
			w.write("a", "changed")
		}, "modified a", ""},
		"skip-worktree": {func(w *work) {
			w.git("update-index", "--skip-worktree", "a")
			os.Remove(w.path("a"))
		}, "", ""},
		"skip-worktree, changed": {func(w *work) {
			w.git("update-index", "--skip-worktree", "a")
			w.write("a", "mine")
		}, "", "skip-worktree, and changed a"},
		"skip-worktree, a mode": {func(w *work) {
			w.git("update-index", "--skip-worktree", "a")
			os.Chmod(w.path("a"), 0o755)
		}, "", "skip-worktree, and changed a"},
		"assume-unchanged": {func(w *work) {
			w.git("update-index", "--assume-unchanged", "a")
			w.write("a", "mine")
		}, "", "assume-unchanged, and changed a"},
		"assume-unchanged, and it is so": {func(w *work) {
			w.git("update-index", "--assume-unchanged", "a")
			w.write("b", "b")
		}, "", "untracked b"},
		"assume-unchanged, of a submodule": {func(w *work) {
			w.submodule()
			w.git("update-index", "--assume-unchanged", "lib")
		}, "", ""},
		"assume-unchanged, of a submodule that moved": {func(w *work) {
			w.submodule()
			w.git("update-index", "--assume-unchanged", "lib")
			w.git("-C", "lib", "commit", "-q", "--allow-empty", "-m", "mine")
		}, "", "assume-unchanged, and changed lib"},
		"sparse checkout": {func(w *work) {
			w.write("d/x", "x")
			w.write("e/y", "y")
			w.commit("second")
			w.git("sparse-checkout", "set", "--no-sparse-index", "d")
			w.write("d/x", "changed")
		}, "modified d/x", ""},
		"sparse checkout, a file there all the same": {func(w *work) {
			w.write("d/x", "x")
			w.write("e/y", "y")
			w.commit("second")
			w.git("sparse-checkout", "set", "--no-sparse-index", "d")
			w.write("e/y", "changed")
		}, "modified e/y", ""},
		"git add -N": {func(w *work) {
			w.write("n", "new")
			w.git("add", "-N", "n")
		}, "added n", ""},
		"a name in other case": {func(w *work) {
			w.git("mv", "a", "A")
		}, "added A, deleted a", ""},
		"a file system without case": {func(w *work) {
			w.git("config", "core.ignorecase", "true")
			os.Rename(w.path("a"), w.path("A"))
			w.write("A", "changed")
		}, "modified a", ""},
		"a file system without case, an ignored directory": {func(w *work) {
			w.write("Build/x.py", "x")
			w.write("Build/y.py", "y")
			w.commit("second")
			w.git("config", "core.ignorecase", "true")
			os.Rename(w.path("Build"), w.path("build"))
			w.write(".gitignore", "build/\n")
			w.write("build/x.py", "changed")
			w.write("build/z.py", "ignored")
		}, "modified Build/x.py", "untracked .gitignore"},
		"a file system without case, a submodule": {func(w *work) {
			w.submodule()
			w.git("config", "core.ignorecase", "true")
			w.git("-C", "lib", "config", "core.worktree", w.path("Lib"))
			os.Rename(w.path("lib"), w.path("Lib"))
			w.write("a", "changed")
		}, "modified a", ""},
		"a repository of its own": {func(w *work) {
			w.write("n/x", "x")
			w.git("init", "-q", "n")
			w.write("a", "changed")
		}, "modified a", "a repository of its own n/"},
		"staged and taken back": {func(w *work) {
			w.write("a", "changed")
			w.git("add", "a")
			w.write("a", "a\n")
		}, "", ""},
		"no longer tracked": {func(w *work) {
			w.git("rm", "-q", "--cached", "a")
		}, "deleted a", "untracked a"},
		"a link to a directory": {func(w *work) {
			w.write("d/x", "x")
			w.commit("second")
			os.RemoveAll(w.path("d"))
			os.Mkdir(w.path("elsewhere"), 0o755)
			w.write("elsewhere/x", "not mine")
			os.Symlink("elsewhere", w.path("d"))
		}, "deleted d/x", "untracked d, untracked elsewhere/x"},
		"mode and type": {func(w *work) {
			w.write("l", "x")
			w.commit("second")
			os.Chmod(w.path("a"), 0o755)
			os.Remove(w.path("l"))
			os.Symlink("a", w.path("l"))
		}, "mode a, type l", ""},
		"submodule, not checked out": {func(w *work) {
			w.submodule()
			w.git("submodule", "deinit", "-q", "-f", "lib")
			w.write("a", "changed")
		}, "modified a", ""},
		"submodule, not checked out, with files": {func(w *work) {
			w.submodule()
			w.git("submodule", "deinit", "-q", "-f", "lib")
			w.write("lib/x", "mine")
			w.write("a", "changed")
		}, "modified a", "in a submodule that is not checked out lib/"},
		"submodule, moved": {func(w *work) {
			lib := w.submodule()
			lib.write("x", "y")
			lib.commit("second")
			w.git("-C", "lib", "pull", "-q")
			w.write("lib/new", "untracked")
		}, "modified lib", "untracked lib/new"},
		"linked work tree": {func(w *work) {
			dir := filepath.Join(w.t.TempDir(), "linked")
			w.git("worktree", "add", "-q", dir)
			w.dir = dir
			w.write("a", "changed")
			w.write("b", "ignored")
			w.gitWith(nil, "config", "x.y", "z")
			if err := os.WriteFile(filepath.Join(w.git("rev-parse", "--path-format=absolute", "--git-common-dir"), "info", "exclude"), []byte("b\n"), 0o644); err != nil {
				w.t.Fatal(err)
			}
		}, "modified a", ""},
		"shallow clone": {func(w *work) {
			w.write("b", "b")
			w.commit("second")
			dir := filepath.Join(w.t.TempDir(), "clone")
			w.git("clone", "-q", "--depth=1", "file://"+w.dir, dir)
			w.dir = dir
			w.write("a", "changed")
		}, "modified a", ""},
		"packed": {func(w *work) {
			w.write("d/x", "x")
			w.commit("second")
			w.git("gc", "-q")
			w.write("a", "changed")
		}, "modified a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWork(t)
			w.write("a", "a\n")
			w.commit("first")
			test.make(w)
			before := w.state()
			s := w.take(Options{})
			if got := words(s.Captured); got != test.want {
				t.Errorf("captured %q, want %q", got, test.want)
			}
			if got := words(s.LeftOut); got != test.left {
				t.Errorf("left out %q, want %q", got, test.left)
			}
			if s.Clean != (test.want == "") || s.Clean && s.Ref != "" {
				t.Errorf("%+v", s)
			}
			if !s.Clean && w.git("rev-parse", s.Ref) != s.Commit {
				t.Errorf("%+v", s)
			}
			if w.state() != before {
				t.Error("the index or the work tree changed")
			}
			// Git has no such program, file system or settings here.
			if !slices.Contains([]string{"LFS, as HEAD has it", "LFS, and nothing else", "a file system without case", "a file system without case, an ignored directory", "a file system without case, a submodule", "a work tree with CRLF from another machine's settings"}, name) {
				if tree := w.oracle("-u"); tree != s.Tree {
					t.Errorf("git has the tree %s:\n%s", tree, w.git("diff-tree", "-r", tree, s.Tree))
				}
			}
		})
	}
}

func words(changes []Change) string {
	var list []string
	for _, c := range changes {
		list = append(list, c.How+" "+c.Path)
	}
	return strings.Join(list, ", ")
}

// What changes while it is read is not captured half.
func TestChangedMeanwhile(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	w.write("a", "before")
	s, err := open(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.root.Close()
	w.write("a", "while it is read")
	if _, err := s.capture(t.Context(), Options{}); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "changed while") {
		t.Errorf("%v", err)
	}
	os.Remove(w.path("a"))
	os.Symlink("/etc/passwd", w.path("a"))
	if _, err := s.capture(t.Context(), Options{}); !errors.Is(err, ErrRefused) {
		t.Errorf("%v", err)
	}
}
