package snapshot

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
)

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
