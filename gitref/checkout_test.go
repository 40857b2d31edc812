package gitref

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// listing tells what is in a directory: contents, executable bits, link targets.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, p)
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.Type() == fs.ModeSymlink {
			target, err := os.Readlink(p)
			found[name] = "-> " + target
			return err
		}
		text, err := os.ReadFile(p)
		found[name] = string(text)
		if info.Mode()&0o100 != 0 {
			found[name] += " (x)"
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestCheckout(t *testing.T) {
	b := newRepo(t, true)
	old := b.commit("main", b.tree(b.file("a", "old")))
	sub := b.tree(b.file("deep", "\r\nbytes\x00"), object.TreeEntry{Name: "up", Mode: filemode.Symlink, Hash: b.blob("../a")})
	now := b.commit("main", b.tree(b.file("a", "new"), object.TreeEntry{Name: "dir", Mode: filemode.Dir, Hash: sub},
		object.TreeEntry{Name: "out", Mode: filemode.Symlink, Hash: b.blob("/nowhere")},
		object.TreeEntry{Name: "run", Mode: filemode.Executable, Hash: b.blob("x")}), old)
	hidden := b.commit("", b.tree(b.file("a", "hidden"))) // of no ref
	b.annotate("v1", plumbing.CommitObject, old)
	server := serve(t, filepath.Dir(b.dir), "t0ken")
	url := server.URL + "/" + filepath.Base(b.dir)
	want := map[plumbing.Hash]map[string]string{
		old: {"a": "old"},
		now: {"a": "new", "dir/deep": "\r\nbytes\x00", "dir/up": "-> ../a", "out": "-> /nowhere", "run": "x (x)"},
	}
	// A server that gives any commit, and one that gives only what a ref names.
	for _, allowed := range []string{"false", "true"} {
		b.allow("allowReachableSHA1InWant", allowed)
		for _, repo := range []string{b.dir, url} {
			for commit, files := range want {
				dir := filepath.Join(t.TempDir(), "new", "dir")
				if err := Checkout(t.Context(), repo, commit.String(), dir, Auth{Token: "t0ken"}); err != nil {
					t.Errorf("%s allowed=%s: %v", repo, allowed, err)
				} else if got := listing(t, dir); !reflect.DeepEqual(got, files) {
					t.Errorf("%s allowed=%s: %q, want %q", repo, allowed, got, files)
				}
			}
		}
		err := Checkout(t.Context(), url, hidden.String(), t.TempDir(), Auth{Token: "t0ken"})
		if !errors.Is(err, ErrUnknownRef) {
			t.Errorf("a commit of no ref, allowed=%s: %v", allowed, err)
		}
	}
	// Its history, not only tips: main~1 without its tag.
	if err := b.repo.DeleteTag("v1"); err != nil {
		t.Fatal(err)
	}
	b.allow("allowReachableSHA1InWant", "false")
	dir := t.TempDir()
	if err := Checkout(t.Context(), url, old.String(), dir, Auth{Token: "t0ken"}); err != nil || !reflect.DeepEqual(listing(t, dir), want[old]) {
		t.Errorf("a commit in the history: %v", err)
	}

	none := plumbing.NewHash("1234567812345678123456781234567812345678").String()
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		repo, sha, dir, token string
		err                   error
	}{
		{b.dir, none, t.TempDir(), "", ErrUnknownRef},
		{url, none, t.TempDir(), "t0ken", ErrUnknownRef},
		{url, now.String(), t.TempDir(), "", ErrUnreachable},
		{b.dir, now.String()[:10], t.TempDir(), "", ErrBadRef},
		{b.dir, "-" + now.String()[1:], t.TempDir(), "", ErrBadRef},
	} {
		if err := Checkout(t.Context(), test.repo, test.sha, test.dir, Auth{Token: test.token}); !errors.Is(err, test.err) {
			t.Errorf("%s %s: %v, want %v", test.repo, test.sha, err, test.err)
		}
	}
	if err := Checkout(t.Context(), b.dir, now.String(), full, Auth{}); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("into a full directory: %v", err)
	}
}

// Names and links of a hostile tree write nothing outside the directory.
func TestCheckoutHostile(t *testing.T) {
	b := newRepo(t, true)
	outside := t.TempDir()
	inner := b.tree(b.file("x", "stolen"))
	for name, tree := range map[string]plumbing.Hash{
		"parent":  b.tree(object.TreeEntry{Name: "..", Mode: filemode.Dir, Hash: inner}),
		"dot git": b.tree(object.TreeEntry{Name: ".Git", Mode: filemode.Dir, Hash: inner}),
		"slash":   b.tree(b.file("../x", "stolen")),
		"through a link": b.tree(object.TreeEntry{Name: "a", Mode: filemode.Symlink, Hash: b.blob(outside)},
			object.TreeEntry{Name: "a", Mode: filemode.Dir, Hash: inner}),
		"over a link": b.tree(object.TreeEntry{Name: "a", Mode: filemode.Symlink, Hash: b.blob(filepath.Join(outside, "x"))}, b.file("a", "stolen")),
	} {
		parent := t.TempDir()
		commit := b.commit("main", tree)
		if err := Checkout(t.Context(), b.dir, commit.String(), filepath.Join(parent, "d"), Auth{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
		for _, dir := range []string{parent, outside} {
			if _, err := os.Lstat(filepath.Join(dir, "x")); err == nil {
				t.Errorf("%s: wrote outside", name)
			}
		}
	}
}

func TestCheckoutCorrupt(t *testing.T) {
	b := newRepo(t, true)
	blob := b.blob("right")
	commit := b.commit("main", b.tree(object.TreeEntry{Name: "a", Mode: filemode.Regular, Hash: blob}))
	object := func(h plumbing.Hash) string { return filepath.Join(b.dir, "objects", h.String()[:2], h.String()[2:]) }
	wrong := b.blob("wrong")
	text, err := os.ReadFile(object(wrong))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(object(blob), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(object(blob), text, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Checkout(t.Context(), b.dir, commit.String(), t.TempDir(), Auth{}); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a blob with other contents: %v", err)
	}
}

func TestCheckoutSubmodule(t *testing.T) {
	inner := newRepo(t, true)
	at := inner.commit("main", inner.tree(inner.file("lib.py", "pass")))
	outer := newRepo(t, true)
	server := serve(t, "/", "t0ken")
	outside := serve(t, "/", "t0ken")
	link := object.TreeEntry{Name: "lib", Mode: filemode.Submodule, Hash: at}
	with := func(address string) string {
		modules := outer.file(".gitmodules", "[submodule \"lib\"]\n\tpath = lib\n\turl = "+address+"\n")
		return outer.commit("main", outer.tree(modules, link)).String()
	}
	relative, err := filepath.Rel(outer.dir, inner.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		repo, address string
		err           error
	}{
		{outer.dir, relative, nil},
		{outer.dir, inner.dir, nil},
		{server.URL + outer.dir, relative, nil},
		{server.URL + outer.dir, server.URL + inner.dir, nil},
		{server.URL + outer.dir, outside.URL + inner.dir, ErrUnreachable}, // the token stays
		{server.URL + outer.dir, inner.dir, ErrBadRef},
		{server.URL + outer.dir, "file://" + inner.dir, ErrBadRef},
	} {
		dir := t.TempDir()
		err := Checkout(t.Context(), test.repo, with(test.address), dir, Auth{Token: "t0ken"})
		if test.err != nil {
			if !errors.Is(err, test.err) || !strings.Contains(err.Error(), "submodule lib") {
				t.Errorf("%s in %s: %v, want %v", test.address, test.repo, err, test.err)
			}
		} else if err != nil || listing(t, dir)["lib/lib.py"] != "pass" {
			t.Errorf("%s in %s: %v", test.address, test.repo, err)
		}
	}
	nameless := outer.commit("main", outer.tree(link)).String()
	if err := Checkout(t.Context(), outer.dir, nameless, t.TempDir(), Auth{}); !errors.Is(err, ErrBadRef) {
		t.Errorf("without .gitmodules: %v", err)
	}
	// A clone's relative addresses are meant from where it was cloned.
	outer.origin(server.URL + outer.dir)
	dir := t.TempDir()
	if err := Checkout(t.Context(), outer.dir, with(relative), dir, Auth{Token: "t0ken"}); err != nil || listing(t, dir)["lib/lib.py"] != "pass" {
		t.Errorf("in a clone: %v", err)
	}
}
