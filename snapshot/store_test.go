package snapshot

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What is written has the modes that git gives it, so that others who share the repository can read it.
func TestModes(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	linked := &work{t, filepath.Join(t.TempDir(), "linked")}
	w.git("worktree", "add", "-q", linked.dir)
	for i, from := range []*work{w, linked} {
		for _, mask := range []int{0o022, 0o002, 0o077} {
			old := syscall.Umask(mask)
			from.write("a", fmt.Sprintf("changed %d %o\n", i, mask))
			s := from.take(Options{})
			from.git("update-ref", strings.Replace(s.Ref, "/p/", fmt.Sprintf("/git%d%d/", i, mask), 1), s.Commit)
			syscall.Umask(old)
			own, err := os.Stat(w.path(".git/" + s.Ref))
			if err != nil {
				t.Fatal(err)
			}
			gits, err := os.Stat(w.path(".git/" + strings.Replace(s.Ref, "/p/", fmt.Sprintf("/git%d%d/", i, mask), 1)))
			if err != nil {
				t.Fatal(err)
			}
			if own.Mode() != gits.Mode() {
				t.Errorf("umask %o: the ref is %v, and git's %v", mask, own.Mode(), gits.Mode())
			}
		}
	}
	err := filepath.WalkDir(w.path(".git/objects"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm() != 0o444 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
