//go:build e2e

package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// workTree is a clone of the sample's repository at main, in which the bug's change was made and not committed.
func workTree(t *testing.T) (dir string, git func(args ...string) string) {
	t.Helper()
	at := t.TempDir()
	dir = filepath.Join(at, "work")
	run := func(in, name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = in
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %q: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	run("..", "go", "run", "./cmd/dit", "sample-repository", "--out", filepath.Join(at, "origin"))
	run(at, "git", "clone", "-q", "origin", "work")
	git = func(args ...string) string { t.Helper(); return run(dir, "git", args...) }
	git("config", "user.name", "t")
	git("config", "user.email", "t@example.com")
	git("checkout", "-q", "origin/day-boundary-bug", "--", "gaps/track.py")
	git("reset", "-q")
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("to be left out\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, git
}

// state is all that a snapshot must leave as it is.
func state(t *testing.T, dir string, git func(args ...string) string) map[string]string {
	t.Helper()
	index, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"index": string(index), "diff": git("diff"), "status": git("status", "--porcelain"), "refs": git("for-each-ref")}
}

// Uncommitted work gives the answer that the same change gives once it is committed, is found again, and is left as it is.
func TestUncommittedWork(t *testing.T) {
	dir, git := workTree(t)
	before := state(t, dir, git)
	dataset := fmt.Sprintf("--dest-dataset=uncommitted_%d", time.Now().UnixNano()) // where no earlier test has made these tables
	ask := []string{"--binding=before=main", "--binding=after=.", "--repo=" + dir, "--modes=bf", dataset}
	crossVersion(t, ask...).want(t, 0, "6 rows are only on the left", "gaps/track.py", "notes.txt", "unreviewed_code", "0 of 2 runs from the cache")
	crossVersion(t, ask...).want(t, 0, "6 rows are only on the left", "2 of 2 runs from the cache")
	asIs := []string{"--pipeline=sample-gaps", "--ref=.", "--repo=" + dir, "--modes=bf", "--without-snapshot", dataset}
	modeEquivalence(t, asIs...).want(t, 2, "--cache=off")
	modeEquivalence(t, append(asIs, "--cache=off")...).want(t, 0, "files:", "as they are", "0 of 1 runs from the cache")

	r := dagger(t, "-m", "..", "call", "snapshot", "--source="+dir, "--pipeline=sample-gaps")
	r.want(t, 0, "gaps/track.py", "notes.txt")
	if !regexp.MustCompile(`refs/dit-snapshots/sample-gaps/[0-9a-f]{12}`).MatchString(r.stdout) {
		t.Errorf("the snapshot has no ref:\n%s", r.stdout)
	}
	if diff := cmp.Diff(before, state(t, dir, git)); diff != "" {
		t.Errorf("the work tree is not what it was (-before +after)\n%s", diff)
	}

	// What must not be published stops it, also when git does not know the file yet.
	key := "aws_access_key_id = AKIA" + "QWERTYUIOPASDFGH\naws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzKEYabc\n"
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte(key), 0o644); err != nil {
		t.Fatal(err)
	}
	dagger(t, "-m", "..", "call", "snapshot", "--source="+dir, "--pipeline=sample-gaps", "--include-untracked").want(t, 2, "notes.txt")
}
