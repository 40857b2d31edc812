package gitref

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

func TestHolds(t *testing.T) {
	plain, lenient := newRepo(t, true), newRepo(t, true)
	lenient.allow("allowAnySHA1InWant", "true")
	server := serve(t, "/", "")
	for name, b := range map[string]*builder{"by ref": plain, "by commit": lenient} {
		tree := b.tree(b.file("a", "a"))
		old := b.commit("", tree)
		b.commit("main", tree, old)
		gone := b.commit("gone", tree, old)
		for _, repo := range []string{b.dir, "file://" + b.dir, server.URL + b.dir} {
			holds := func(commit plumbing.Hash) bool {
				t.Helper()
				found, err := Holds(t.Context(), repo, commit.String(), Auth{})
				if err != nil {
					t.Errorf("%s, %s: %v", name, repo, err)
				}
				return found
			}
			if !holds(old) || !holds(gone) || holds(plumbing.NewHash(strings.Repeat("ab", 20))) || holds(tree) {
				t.Errorf("%s, %s: commits that are there, and what is none: %v %v, %v %v", name, repo, holds(old), holds(gone),
					holds(plumbing.NewHash(strings.Repeat("ab", 20))), holds(tree))
			}
		}
		if err := b.repo.Storer.RemoveReference("refs/heads/gone"); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("git", "-C", b.dir, "gc", "--quiet", "--prune=now").CombinedOutput(); err != nil {
			t.Fatal(err, string(out))
		}
		for _, repo := range []string{b.dir, server.URL + b.dir} {
			for commit, want := range map[plumbing.Hash]bool{old: true, gone: false} {
				if found, err := Holds(t.Context(), repo, commit.String(), Auth{}); err != nil || found != want {
					t.Errorf("%s, %s after the branch went: %v, %v", name, repo, found, err)
				}
			}
		}
	}
	for repo, want := range map[string]error{"/no/such/directory": ErrUnreachable, server.URL + "/no/such": ErrUnreachable, "": ErrBadRef} {
		if found, err := Holds(t.Context(), repo, strings.Repeat("ab", 20), Auth{}); found || !errors.Is(err, want) {
			t.Errorf("%q: %v, %v", repo, found, err)
		}
	}
	if _, err := Holds(t.Context(), plain.dir, "abc", Auth{}); !errors.Is(err, ErrBadRef) {
		t.Error(err)
	}
}
