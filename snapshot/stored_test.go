package snapshot

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// deprecate gives HEAD's a the mode that old programs wrote.
func (w *work) deprecate() {
	w.t.Helper()
	blob := plumbing.NewHash(w.git("rev-parse", "HEAD:a"))
	content := "100664 a\x00" + string(blob[:])
	file := filepath.Join(w.t.TempDir(), "tree")
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
	tree := w.git("hash-object", "-w", "-t", "tree", "--literally", file)
	w.git("update-ref", "HEAD", w.git("commit-tree", "-m", "old", tree))
	if tree == w.oracle("-u") {
		w.t.Fatal("git writes that mode")
	}
}

func TestOldModes(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	w.deprecate()
	if s := w.take(Options{}); !s.Clean || s.Commit != w.git("rev-parse", "HEAD") || s.Tree != w.git("rev-parse", "HEAD^{tree}") {
		t.Errorf("%+v", s)
	}
	w.write("b", "b")
	w.git("add", "b")
	if s := w.take(Options{}); words(s.Captured) != "added b" || s.Tree != w.oracle("-u") {
		t.Errorf("%+v", s)
	}
	lib := newWork(t)
	lib.write("a", "a\n")
	lib.commit("first")
	lib.deprecate()
	w.git("submodule", "add", "-q", lib.dir, "lib")
	if s := w.take(Options{}); words(s.Captured) != "added .gitmodules, added b, added lib" {
		t.Errorf("%+v", s)
	}
}

// large makes a file of zeros that is above the limit and was last changed a while ago, and gives its pointer of Git LFS.
func (w *work) large(name string) (pointer string) {
	w.t.Helper()
	const size = mostFile + 1
	w.write(name, "")
	past := time.Now().Add(-time.Hour)
	if err := cmp.Or(os.Truncate(w.path(name), size), os.Chtimes(w.path(name), past, past)); err != nil {
		w.t.Fatal(err)
	}
	return fmt.Sprintf("version https://git-lfs.github.com/spec/v1\noid sha256:%x\nsize %d\n", sha256.Sum256(make([]byte, size)), size)
}

// The limit is on new content, whatever git stores for a file.
func TestLargeUntouched(t *testing.T) {
	for name, test := range map[string]struct {
		make func(w *work)
		says string // "" when it is taken
		left string
	}{
		"as it is": {func(w *work) {
			w.large("b")
			w.commit("second")
		}, "", ""},
		"Git LFS, as HEAD has it": {func(w *work) {
			w.write(".gitattributes", "b filter=lfs diff=lfs merge=lfs -text\n")
			w.git("add", ".gitattributes")
			w.stage("b", w.large("b"))
			w.git("commit", "-q", "-m", "second")
		}, "", "Git LFS: runs as its pointer b"},
		"Git LFS, staged": {func(w *work) {
			w.write(".gitattributes", "b filter=lfs diff=lfs merge=lfs -text\n")
			w.git("add", ".gitattributes")
			w.stage("b", w.large("b"))
		}, "b: it has 50 MB", ""},
		"Git LFS, changed": {func(w *work) {
			w.write(".gitattributes", "b filter=lfs diff=lfs merge=lfs -text\n")
			w.git("add", ".gitattributes")
			w.stage("b", lfs)
			w.git("commit", "-q", "-m", "second")
			w.large("b")
		}, "b: it has 50 MB", ""},
		"changed, with its old time": {func(w *work) {
			w.large("b")
			w.commit("second")
			info, err := os.Stat(w.path("b"))
			f, e := os.OpenFile(w.path("b"), os.O_WRONLY, 0)
			if err = cmp.Or(err, e); err == nil {
				_, err = f.WriteString("x")
				err = cmp.Or(err, f.Close(), os.Chtimes(w.path("b"), info.ModTime(), info.ModTime()))
			}
			if err != nil {
				w.t.Fatal(err)
			}
		}, "b: it has 50 MB", ""},
		"line ends": {func(w *work) {
			w.write(".gitattributes", "b text\n")
			text := strings.Repeat("line\r\n", mostFile/6+1)
			past := time.Now().Add(-time.Hour)
			w.write("b", text)
			os.Chtimes(w.path("b"), past, past)
			w.git("-c", "core.safecrlf=false", "add", "-A")
			w.git("commit", "-q", "-m", "second")
		}, "", ""},
		"a filter": {func(w *work) {
			w.git("config", "filter.crypt.clean", "head -c 10")
			w.write(".gitattributes", "b filter=crypt\n")
			w.large("b")
			w.commit("second")
		}, "", "runs as git stores it b"},
		"a filter, changed": {func(w *work) {
			w.git("config", "filter.crypt.clean", "head -c 10")
			w.write(".gitattributes", "b filter=crypt\n")
			w.large("b")
			w.commit("second")
			os.Chtimes(w.path("b"), time.Now(), time.Now())
		}, "b: it has 50 MB", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWork(t)
			w.write("a", "a\n")
			w.commit("first")
			test.make(w)
			w.write("a", "changed")
			s, err := Take(t.Context(), w.dir, Options{Pipeline: "p"})
			if test.says != "" && (!errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("%v, want %q", err, test.says)
			}
			if test.says == "" && (err != nil || words(s.Captured) != "modified a" || words(s.LeftOut) != test.left) {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
}

// What a .gitignore says that a sparse checkout left out.
func TestSparseIgnores(t *testing.T) {
	w := newWork(t)
	w.write("d/x", "x")
	w.write("e/.gitignore", "secret\n")
	w.write("e/y", "y")
	w.commit("first")
	w.git("sparse-checkout", "set", "--no-sparse-index", "d")
	w.write("e/secret", "ignored")
	w.write("e/new", "new")
	if _, err := os.Stat(w.path("e/.gitignore")); !os.IsNotExist(err) {
		t.Fatalf("nothing is left out: %v", err)
	}
	s := w.take(Options{IncludeUntracked: true})
	if got := words(s.Captured); got != "untracked e/new" {
		t.Errorf("captured %q", got)
	}
	if tree := w.oracle("-A"); tree != s.Tree {
		t.Errorf("git has the tree %s:\n%s", tree, w.git("diff-tree", "-r", tree, s.Tree))
	}
}
