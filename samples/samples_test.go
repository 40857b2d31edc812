package samples

import (
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

var update = flag.Bool("update", false, "rewrite testdata/refs.json")

func TestTheCommitsAreKnown(t *testing.T) {
	refs, err := BuildRepo(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/refs.json"
	if *update {
		text, err := json.MarshalIndent(refs, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]string
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(refs, want) {
		t.Errorf("refs are %v, want %v: the sample has changed; run the test with -update if that was meant", refs, want)
	}
}

func TestTheMachineHasNoSay(t *testing.T) {
	plain, err := BuildRepo(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	old := syscall.Umask(0o077)
	defer syscall.Umask(old)
	t.Setenv("TZ", "Pacific/Kiritimati")
	t.Setenv("LC_ALL", "tr_TR.UTF-8")
	t.Setenv("GIT_AUTHOR_NAME", "someone else")
	t.Setenv("GIT_AUTHOR_DATE", "1999-01-01T00:00:00Z")
	t.Setenv("HOME", t.TempDir())
	again, err := BuildRepo(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(plain, again) {
		t.Errorf("%v and %v", plain, again)
	}
}

func TestTheRepositoryCanBeClonedAndHoldsTheSample(t *testing.T) {
	dir := t.TempDir()
	refs, err := BuildRepo(dir)
	if err != nil {
		t.Fatal(err)
	}
	repo, err := git.PlainClone(t.TempDir(), false, &git.CloneOptions{URL: dir})
	if err != nil {
		t.Fatal(err)
	}
	head, err := repo.Head()
	if err != nil {
		t.Fatal(err)
	}
	if head.Name() != "refs/heads/main" || head.Hash().String() != refs["refs/heads/main"] {
		t.Errorf("HEAD is %s", head)
	}
	commit, err := repo.CommitObject(head.Hash())
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]string{}
	files, err := commit.Files()
	if err != nil {
		t.Fatal(err)
	}
	if err := files.ForEach(func(f *object.File) error {
		if f.Mode != filemode.Regular {
			t.Errorf("%s has mode %s", f.Name, f.Mode)
		}
		text, err := f.Contents()
		held[f.Name] = text
		return err
	}); err != nil {
		t.Fatal(err)
	}
	main, err := inFolder()
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(held, main) {
		t.Errorf("main holds %d files, samples/gaps %d, or their content differs", len(held), len(main))
	}
}

// inFolder reads the folder itself, so that a file which the embed patterns miss is noticed.
func inFolder() (map[string]string, error) {
	held, root := map[string]string{}, os.DirFS("gaps")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name == "__pycache__" || strings.HasSuffix(name, "/__pycache__") || strings.HasSuffix(name, ".egg-info") || name == ".pytest_cache" || name == "build" || name == ".venv" {
				return fs.SkipDir
			}
			return nil
		}
		text, err := fs.ReadFile(root, name)
		held[name] = string(text)
		return err
	})
	return held, err
}

func TestEachBugIsOneSmallCommitOnMainsHistory(t *testing.T) {
	dir := t.TempDir()
	refs, err := BuildRepo(dir)
	if err != nil {
		t.Fatal(err)
	}
	repo, err := git.PlainOpen(dir)
	if err != nil {
		t.Fatal(err)
	}
	get := func(ref string) *object.Commit {
		c, err := repo.CommitObject(plumbing.NewHash(refs[ref]))
		if err != nil {
			t.Fatalf("%s: %v", ref, err)
		}
		return c
	}
	fork := get("refs/heads/main").ParentHashes[0]
	for _, bug := range branches {
		c := get("refs/heads/" + bug)
		if c.ParentHashes[0] != fork {
			t.Errorf("%s does not leave main before its last commit", bug)
		}
		parent, err := c.Parent(0)
		if err != nil {
			t.Fatal(err)
		}
		patch, err := parent.Patch(c)
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for _, s := range patch.Stats() {
			lines += s.Addition + s.Deletion
		}
		if lines == 0 || lines > 60 {
			t.Errorf("%s changes %d lines", bug, lines)
		}
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	main, patches := files()
	t.Run("a folder in use", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.WriteFile(dir+"/x", nil, 0o644); err != nil {
			t.Fatal(err)
		}
		wantError(t, dir, main, patches, "not empty")
	})
	t.Run("a patch that no longer fits", func(t *testing.T) {
		broken := fstest.MapFS{}
		for _, name := range []string{"v0.1.0.patch", "v0.2.0.patch"} {
			text, err := fs.ReadFile(patches, name)
			if err != nil {
				t.Fatal(err)
			}
			broken[name] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(text), "receiver_types", "receivers"))}
		}
		wantError(t, t.TempDir(), main, broken, "make the patch anew")
	})
	t.Run("a sample without its files", func(t *testing.T) {
		wantError(t, t.TempDir(), fstest.MapFS{}, patches, "has no tests/test_splits.py")
	})
}

func wantError(t *testing.T, dir string, main, patches fs.FS, text string) {
	t.Helper()
	if _, err := build(dir, main, patches); err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("error is %v, want one about %q", err, text)
	}
}
