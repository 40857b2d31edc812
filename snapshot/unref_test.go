package snapshot

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/gitref"
)

// A snapshot's ref goes, wherever git keeps it, and the file of packed refs stays as others made it.
func TestRemovePacked(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	w.git("tag", "-m", "t", "annotated") // has a second line in packed-refs
	packed := w.path(".git/packed-refs")
	linked := &work{t, filepath.Join(t.TempDir(), "linked")}
	w.git("worktree", "add", "-q", linked.dir)
	before := ""
	for i, from := range []*work{w, linked, w, linked} {
		w.write("a", strings.Repeat("changed\n", i+1))
		s := w.take(Options{})
		w.git("tag", "-f", "-m", "t", "zz"+s.Commit[:4])
		w.git("pack-refs", "--all")
		if i > 1 { // both packed and not
			w.git("update-ref", s.Ref, "HEAD")
		}
		if err := os.Chmod(packed, 0o664); err != nil {
			t.Fatal(err)
		}
		before = w.git("for-each-ref", "--format=%(refname) %(objectname) %(*objectname)", "refs/heads", "refs/tags")
		if removed, err := Remove(t.Context(), from.dir, s.Ref, "", gitref.Auth{}); err != nil || !removed.Local {
			t.Errorf("%+v, %v", removed, err)
		}
		if after := w.git("for-each-ref", "--format=%(refname) %(objectname) %(*objectname)"); after != before {
			t.Errorf("the refs were\n%s\nand are\n%s", before, after)
		}
		if info, err := os.Stat(packed); err != nil || info.Mode().Perm() != 0o664 {
			t.Errorf("packed-refs: %v, %v", info.Mode(), err)
		}
	}
	left, _ := filepath.Glob(w.path(".git/packed-refs?*"))
	if locks, _ := filepath.Glob(w.path(".git/refs/dit-snapshots/p/*")); len(left)+len(locks) > 0 {
		t.Errorf("left behind: %q %q", left, locks)
	}
	w.git("fsck", "--strict")
}

// While git holds the lock of the packed refs or of the ref, nothing is removed, and the lock stays git's.
func TestRemoveWhileLocked(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	w.write("a", "changed\n")
	s := w.take(Options{})
	w.git("pack-refs", "--all")
	for _, name := range []string{".git/packed-refs.lock", ".git/" + s.Ref + ".lock"} {
		w.write(name, "git's")
		if removed, err := Remove(t.Context(), w.dir, s.Ref, "", gitref.Auth{}); !errors.Is(err, ErrRefused) || removed.Local || !strings.Contains(err.Error(), filepath.Base(name)) {
			t.Errorf("%s: %+v, %v", name, removed, err)
		}
		if w.git("rev-parse", s.Ref) != s.Commit {
			t.Errorf("%s: the ref is gone", name)
		}
		if text, err := os.ReadFile(w.path(name)); err != nil || string(text) != "git's" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		os.Remove(w.path(name))
	}
}

// No branch is lost, and no snapshot comes back, when git packs refs at the same time.
func TestRemoveWhilePacking(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	head := w.commit("first")
	for range 25 {
		w.write("a", "changed "+w.git("rev-list", "--all", "--count")+w.git("for-each-ref"))
		s := w.take(Options{})
		w.git("pack-refs", "--all")
		branch := "b" + s.Commit[:8]
		w.git("branch", branch, head)
		packing := command(w.dir, "pack-refs", "--all", "--prune")
		if err := packing.Start(); err != nil {
			t.Fatal(err)
		}
		_, err := Remove(t.Context(), w.dir, s.Ref, "", gitref.Auth{})
		packed := packing.Wait()
		if err != nil || packed != nil {
			t.Fatalf("%v; git pack-refs: %v", err, packed)
		}
		if w.git("rev-parse", "--verify", "refs/heads/"+branch) != head || w.git("for-each-ref", "refs/dit-snapshots") != "" {
			t.Fatalf("after removing %s:\n%s", s.Ref, w.git("for-each-ref"))
		}
	}
}
