package snapshot

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var (
	parts   = []string{"a", "b", "A", "x.py", "lib", "data.csv", ".hidden", "b-c", "é", "sp ace", "build", "tmp.log", "a.b"}
	globs   = []string{"*.py", "li**/x.py", "/a**/b", "/a", "build/", "*.log", "!x.py", "lib/**", "**/b", "a/*", "!a/b", "[ab]", "?.b", "[!a-c]*", "sp\\ ace", "# not", "\\#x", "a/**/b", "**/lib/*.py", "é", "trailing  ", ".hidden", "/lib/x.py", "*", "!*/", "data.*\r"}
	texts   = []string{"", "one\n", "two\n", "crlf\r\nends\r\n", "mixed\r\nends\n", "nul\x00\r\n", "lone\rcr\r\n", "$Id$\n", strings.Repeat("long line\n", 3000)}
	options = []string{"* text=auto\n", "*.py text\n", "*.csv -text\n", "*.log eol=crlf\n", "lib/* text=auto eol=lf\n", "[attr]mine text\n*.b mine\n", "*.py binary\n", "\"sp ace\" text\n", "a/** text\n"}
)

type random struct {
	*rand.Rand
	w *work
}

func (r random) one(list []string) string { return list[r.IntN(len(list))] }

func (r random) name() string {
	n := r.one(parts)
	for r.IntN(2) == 0 && strings.Count(n, "/") < 3 {
		n = path.Join(n, r.one(parts))
	}
	return n
}

// change does something to the work tree; what is impossible is not done.
func (r random) change() {
	name := r.w.path(r.name())
	switch r.IntN(12) {
	case 0, 1, 2, 3:
		if os.MkdirAll(filepath.Dir(name), 0o755) == nil {
			_ = os.WriteFile(name, []byte(r.one(texts)), 0o644)
		}
	case 4:
		_ = os.RemoveAll(name)
	case 5:
		if info, err := os.Lstat(name); err == nil && info.Mode().IsRegular() {
			_ = os.Chmod(name, info.Mode()^0o111)
		}
	case 6:
		if os.MkdirAll(filepath.Dir(name), 0o755) == nil {
			_ = os.Symlink(r.one([]string{"a", "../b", "/nowhere", "lib"}), name)
		}
	case 7:
		if other := r.w.path(r.name()); os.MkdirAll(filepath.Dir(other), 0o755) == nil {
			_ = os.Rename(name, other)
		}
	case 8:
		var rules []string
		for range 1 + r.IntN(4) {
			rules = append(rules, r.one(globs))
		}
		file := r.w.path(r.one([]string{".gitignore", ".gitignore", "a/.gitignore", "lib/.gitignore", ".git/info/exclude"}))
		if os.MkdirAll(filepath.Dir(file), 0o755) == nil {
			_ = os.WriteFile(file, []byte(strings.Join(rules, "\n")), 0o644)
		}
	case 9:
		if r.IntN(3) == 0 {
			_ = os.WriteFile(r.w.path(r.one([]string{".gitattributes", "lib/.gitattributes"})), []byte(r.one(options)+r.one(options)), 0o644)
		}
	case 10:
		if _, err := os.Lstat(name); err == nil {
			rel, _ := filepath.Rel(r.w.dir, name)
			r.quiet("add", "--", rel)
			if r.IntN(3) == 0 {
				r.quiet("rm", "-q", "--cached", "-r", "--", rel)
			}
		}
	case 11:
		if info, err := os.Lstat(name); err == nil && info.Mode().IsRegular() {
			rel, _ := filepath.Rel(r.w.dir, name)
			r.quiet("update-index", r.one([]string{"--assume-unchanged", "--skip-worktree", "--chmod=+x", "--add"}), "--", rel)
		}
	}
}

// quiet runs git, which may refuse.
func (r random) quiet(args ...string) { _ = command(r.w.dir, args...).Run() }

// asStored says whether all that differs are files whose bytes are those in the index, though their line ends should be others by now: git
// converts such a file when it has to read it, and does not when its time says that it need not.
func (w *work) asStored(want, got string) bool {
	for _, line := range strings.Split(w.git("-c", "core.quotePath=false", "diff-tree", "-r", want, got), "\n") {
		fields, name, _ := strings.Cut(line, "\t")
		now := strings.Fields(fields)[3]
		if !strings.HasSuffix(fields, "M") || now != w.git("rev-parse", ":"+name) || now != w.git("hash-object", "--no-filters", name) {
			return false
		}
	}
	return true
}

// The tree is git's own, nothing but objects and the ref is written, and the same tree is the same commit over any HEAD.
func TestTakeIsGit(t *testing.T) {
	seeds := 25
	if n, err := strconv.Atoi(os.Getenv("DIT_SEEDS")); err == nil {
		seeds = n // for a long search
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWork(t)
			r := random{rand.New(rand.NewPCG(uint64(seed), 7)), w}
			w.git("config", "core.autocrlf", r.one([]string{"true", "input", "false", "false"}))
			w.git("config", "core.safecrlf", "false")
			w.git("config", "index.version", r.one([]string{"2", "3", "4"}))
			if r.IntN(4) == 0 {
				w.git("config", "core.fileMode", "false")
			}
			for range 25 {
				r.change()
			}
			if r.IntN(10) > 0 {
				w.commit("first")
			}
			for range r.IntN(20) {
				r.change()
			}
			for _, add := range []string{"-u", "-A"} {
				want, before := w.oracle(add), w.state()
				s := w.take(Options{IncludeUntracked: add == "-A"})
				if s.Tree != want && !w.asStored(want, s.Tree) {
					t.Fatalf("git add %s: tree %s, want %s:\n%s\nstatus:\n%s", add, s.Tree, want, w.git("diff-tree", "-r", want, s.Tree), w.git("status", "--short", "--ignored"))
				}
				if w.state() != before {
					t.Fatal("the index or the work tree changed")
				}
				if s.Clean {
					if s.Commit != w.git("rev-parse", "HEAD") || s.Ref != "" {
						t.Errorf("clean: %+v", s)
					}
					continue
				}
				if got := w.git("rev-parse", s.Ref); got != s.Commit || w.git("rev-parse", s.Commit+"^{tree}") != s.Tree {
					t.Errorf("ref %s is %s: %+v", s.Ref, got, s)
				}
				w.git("fsck", "--strict", "--no-dangling")
				// Over another HEAD with the same index.
				if len(s.Parent) > 0 {
					other := w.git("commit-tree", "-m", "other", "-p", "HEAD", "HEAD^{tree}")
					w.git("update-ref", "HEAD", other)
					if again := w.take(Options{IncludeUntracked: add == "-A"}); again.Commit != s.Commit || again.Parent != other {
						t.Errorf("over another HEAD: %+v, want %s", again, s.Commit)
					}
				}
			}
		})
	}
}
