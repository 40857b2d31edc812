package gitref

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

const snapshotRef = "refs/dit-snapshots/p/0123456789ab"

func TestPush(t *testing.T) {
	remote := newRepo(t, true)
	server := serve(t, filepath.Dir(remote.dir), "t0ken")
	server.ReadOnly = "reader"
	url := server.URL + "/" + filepath.Base(remote.dir)
	here := newRepo(t, false)
	shared := here.tree(here.file("x", "shared"))
	content := func(b *builder, text string) plumbing.Hash {
		return b.tree(b.file("a", text), object.TreeEntry{Name: "dir", Mode: filemode.Dir, Hash: shared},
			object.TreeEntry{Name: "sub", Mode: filemode.Submodule, Hash: plumbing.NewHash(strings.Repeat("1", 40))})
	}
	// The remote has a branch that this clone knows, without the history below it: it is shallow.
	remote.tree(remote.file("x", "shared"))
	tip := remote.commit("main", content(remote, "base"), remote.commit("", remote.tree()))
	commit, err := remote.repo.CommitObject(tip)
	if err != nil {
		t.Fatal(err)
	}
	content(here, "base")
	here.store(plumbing.CommitObject, commit.Encode)
	if err := here.repo.Storer.SetShallow([]plumbing.Hash{tip}); err != nil {
		t.Fatal(err)
	}
	snapshot := here.commit("", content(here, "changed"))
	here.ref(snapshotRef, snapshot)
	push := func(token string) error { return Push(t.Context(), here.dir, snapshotRef, url, Auth{Token: token}) }
	at := func() string {
		ref, err := remote.repo.Reference(snapshotRef, false)
		if err != nil {
			return ""
		}
		return ref.Hash().String()
	}

	for token, says := range map[string]string{"": "--git-token", "wrong": "--git-token", "reader": "permission"} {
		if err := push(token); !errors.Is(err, ErrPushRefused) || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), token+"x") {
			t.Errorf("token %q: %v", token, err)
		}
	}
	server.Hook(t, filepath.Base(remote.dir), "exit 1")
	if err := push("t0ken"); !errors.Is(err, ErrPushRefused) || !strings.Contains(err.Error(), "hook") || at() != "" {
		t.Errorf("a hook's no: %v", err)
	}
	server.Hook(t, filepath.Base(remote.dir), "true")
	for range 2 {
		if err := push("t0ken"); err != nil || at() != snapshot.String() {
			t.Fatalf("%v; the remote has %q", err, at())
		}
	}
	// All of it is there.
	dir := t.TempDir()
	if err := Checkout(t.Context(), url, snapshot.String(), dir, Auth{Token: "t0ken"}); err == nil || !strings.Contains(err.Error(), "submodule sub") {
		t.Errorf("%v", err) // the submodule has no address
	}
	if got := listing(t, dir); got["a"] != "changed" || got["dir/x"] != "shared" {
		t.Errorf("%q", got)
	}
	other := here.commit("", content(here, "other"))
	here.ref(snapshotRef, other)
	if err := push("t0ken"); !errors.Is(err, ErrPushRefused) || !strings.Contains(err.Error(), snapshot.String()) || at() != snapshot.String() {
		t.Errorf("another commit under the ref: %v", err)
	}
	here.ref(snapshotRef, here.commit("", content(here, "with"), snapshot))
	remove := func(token string) (bool, error) {
		return DeleteRemote(t.Context(), url, snapshotRef, Auth{Token: token})
	}
	if _, err := remove("reader"); !errors.Is(err, ErrPushRefused) || at() == "" {
		t.Errorf("removed by who may not push: %v", err)
	}
	for _, there := range []bool{true, false} {
		if found, err := remove("t0ken"); err != nil || found != there || at() != "" {
			t.Errorf("removed %v, %v; want %v", found, err, there)
		}
	}
	if err := push("t0ken"); !errors.Is(err, ErrBadRef) || at() != "" {
		t.Errorf("a commit with parents: %v", err)
	}
	empty := newRepo(t, true)
	here.ref(snapshotRef, snapshot)
	if err := Push(t.Context(), here.dir, snapshotRef, server.URL+"/../"+filepath.Base(filepath.Dir(empty.dir)), Auth{Token: "t0ken"}); err == nil {
		t.Error("pushed to nowhere")
	}
	if err := Push(t.Context(), here.dir, snapshotRef, empty.dir, Auth{}); !errors.Is(err, ErrBadRef) {
		t.Errorf("to a directory: %v", err)
	}
	everywhere := serve(t, filepath.Dir(filepath.Dir(empty.dir)), "")
	address, _ := filepath.Rel(everywhere.Root, empty.dir)
	if err := Push(t.Context(), here.dir, snapshotRef, everywhere.URL+"/"+address, Auth{}); err != nil {
		t.Errorf("to an empty repository: %v", err)
	}
}

// Only the transport's own status says that a permission is missing, on the first request or the second.
func TestPushStatus(t *testing.T) {
	remote, here := newRepo(t, true), newRepo(t, false)
	backend, err := url.Parse(serve(t, filepath.Dir(remote.dir), "").URL)
	if err != nil {
		t.Fatal(err)
	}
	here.ref(snapshotRef, here.commit("", here.tree(here.file("a", "x"))))
	for _, test := range []struct {
		method string
		status int
		want   error
	}{
		{http.MethodGet, http.StatusForbidden, ErrPushRefused},
		{http.MethodPost, http.StatusForbidden, ErrPushRefused},
		{http.MethodPost, http.StatusUnauthorized, ErrPushRefused},
		{http.MethodGet, http.StatusInternalServerError, ErrUnreachable},
		{http.MethodPost, http.StatusInternalServerError, ErrUnreachable},
	} {
		proxy := httputil.NewSingleHostReverseProxy(backend)
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == test.method {
				w.WriteHeader(test.status)
				return
			}
			r.URL.Path = strings.TrimPrefix(r.URL.Path, "/403")
			proxy.ServeHTTP(w, r)
		}))
		err := Push(t.Context(), here.dir, snapshotRef, front.URL+"/403/"+filepath.Base(remote.dir), Auth{})
		front.Close()
		if !errors.Is(err, test.want) {
			t.Errorf("%s answered with %d: %v", test.method, test.status, err)
		}
	}
}

func TestReviewed(t *testing.T) {
	remote := newRepo(t, true)
	first := remote.commit("", remote.tree(remote.file("a", "1")))
	second := remote.commit("trunk", remote.tree(remote.file("a", "2")), first)
	side := remote.commit("main", remote.tree(remote.file("a", "3")), first) // a name that says nothing
	if err := remote.repo.Storer.SetReference(plumbing.NewSymbolicReference(plumbing.HEAD, "refs/heads/trunk")); err != nil {
		t.Fatal(err)
	}
	server := serve(t, filepath.Dir(remote.dir), "t0ken")
	url := server.URL + "/" + filepath.Base(remote.dir)
	copyTo := func(b *builder, hashes ...plumbing.Hash) {
		for _, h := range hashes {
			c, err := remote.repo.CommitObject(h)
			if err != nil {
				t.Fatal(err)
			}
			b.store(plumbing.CommitObject, c.Encode)
		}
	}
	stale := newRepo(t, false) // has all, and saw only the first commit on the remote
	copyTo(stale, first, second, side)
	stale.ref("refs/remotes/origin/trunk", first)
	if err := stale.repo.Storer.SetReference(plumbing.NewSymbolicReference("refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")); err != nil {
		t.Fatal(err)
	}
	stale.origin(url)
	shallow := newRepo(t, false)
	copyTo(shallow, second)
	shallow.origin(url)
	alone := newRepo(t, false)
	copyTo(alone, first, second, side)
	alone.ref("refs/heads/main", side)
	cut := newRepo(t, false)
	copyTo(cut, second)
	cut.ref("refs/heads/main", second)
	relative := newRepo(t, false) // beside the remote, whose path is relative to it and not to where this process is
	copyTo(relative, first, second, side)
	way, err := filepath.Rel(relative.dir, remote.dir)
	if err != nil {
		t.Fatal(err)
	}
	relative.origin(way)
	if found, err := RemoteOf(relative.dir, ""); err != nil || found.URL != remote.dir {
		t.Errorf("%+v, %v; want %s", found, err, remote.dir)
	}
	for _, test := range []struct {
		in           *builder
		commit       plumbing.Hash
		found, whole bool
	}{
		{stale, first, true, true}, {stale, side, false, true}, {shallow, second, true, true}, {shallow, side, false, false},
	} {
		if found, whole, err := InHistory(test.in.repo.Storer, []plumbing.Hash{second}, test.commit); err != nil || found != test.found || whole != test.whole {
			t.Errorf("%+v: %v, %v, %v", test, found, whole, err)
		}
	}
	none := plumbing.NewHash(strings.Repeat("1", 40))
	for _, test := range []struct {
		name, repo string
		commit     plumbing.Hash
		token      string
		want, told bool
	}{
		{"remote, the tip", url, second, "t0ken", true, true},
		{"remote, before it", url, first, "t0ken", true, true},
		{"remote, another branch", url, side, "t0ken", false, true},
		{"remote, unknown", url, none, "t0ken", false, true},
		{"remote, no token", url, second, "", false, false},
		{"clone, the tip", stale.dir, second, "t0ken", true, true},
		{"clone, another branch", stale.dir, side, "t0ken", false, true},
		{"clone, no answer, seen", stale.dir, first, "", true, true},
		{"clone, no answer, not seen", stale.dir, second, "", false, true},
		{"shallow, the tip", shallow.dir, second, "t0ken", true, true},
		{"shallow, before it", shallow.dir, first, "t0ken", true, true},
		{"shallow, another branch", shallow.dir, side, "t0ken", false, true},
		{"shallow, no answer", shallow.dir, second, "", false, false},
		{"alone, its branch", alone.dir, first, "", true, true},
		{"alone, not its branch", alone.dir, second, "", false, true},
		{"relative, the tip", relative.dir, second, "", true, true},
		{"relative, another branch", relative.dir, side, "", false, true},
		{"cut, its branch", cut.dir, second, "", true, true},
		{"cut, not there", cut.dir, side, "", false, false},
	} {
		got, err := Reviewed(t.Context(), test.repo, test.commit.String(), Auth{Token: test.token})
		if got != test.want || (err == nil) != test.told {
			t.Errorf("%s: %v, %v", test.name, got, err)
		}
	}
	if _, err := Reviewed(t.Context(), url, "main", Auth{}); !errors.Is(err, ErrBadRef) {
		t.Errorf("a name: %v", err)
	}
	if _, err := Reviewed(t.Context(), newRepo(t, false).dir, first.String(), Auth{}); err == nil {
		t.Error("an empty repository told")
	}
}
