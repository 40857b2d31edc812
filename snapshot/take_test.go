package snapshot

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
