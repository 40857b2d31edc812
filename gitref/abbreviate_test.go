package gitref

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// A commit that another repository lends is found by its first digits too, whether loose or packed.
func TestAbbreviatedLent(t *testing.T) {
	lender := newRepo(t, false)
	tree := lender.tree(lender.file("a", "1"))
	first := lender.commit("main", tree)
	clone := filepath.Join(t.TempDir(), "clone")
	git := func(args ...string) {
		t.Helper()
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
	}
	git("clone", "-q", "-s", lender.dir, clone)
	linked := filepath.Join(t.TempDir(), "linked")
	git("-C", clone, "worktree", "add", "-q", "--detach", linked)
	for range 2 {
		for _, dir := range []string{clone, linked} {
			for _, digits := range []int{7, 12, 39, 40} {
				if found, err := Resolve(t.Context(), dir, first.String()[:digits], Auth{}); err != nil || found.SHA != first.String() {
					t.Errorf("%d digits: %+v, %v", digits, found, err)
				}
			}
		}
		git("-C", lender.dir, "repack", "-a", "-d", "-q")
	}
}
