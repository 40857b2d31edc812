package snapshot

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/gitref"
	"github.com/GlobalFishingWatch/dit/gitref/gittest"
)

// served is a bare copy of the repository behind a server, which is its origin.
func (w *work) served(token string) (*gittest.Server, *work) {
	w.t.Helper()
	remote := &work{w.t, filepath.Join(w.t.TempDir(), "remote.git")}
	w.git("clone", "-q", "--bare", w.dir, remote.dir)
	server := gittest.Serve(w.t, filepath.Dir(remote.dir), token)
	w.git("remote", "add", "origin", server.URL+"/remote.git")
	return server, remote
}

func TestPush(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.write("run", "#!/bin/sh\n")
	w.git("add", "-A")
	w.git("update-index", "--chmod=+x", "run")
	w.git("commit", "-q", "-m", "first")
	if err := os.Chmod(w.path("run"), 0o755); err != nil {
		t.Fatal(err)
	}
	server, remote := w.served("t0ken")
	server.ReadOnly = "reader"
	auth := gitref.Auth{Token: "t0ken"}
	o := Options{Pipeline: "p", Push: true, IncludeUntracked: true, Auth: auth}

	if s := w.take(o); !s.Clean || s.Unreviewed || !s.Pushed || !strings.Contains(s.Banner(), "the remote has it") {
		t.Errorf("%+v", s)
	}
	if s := w.take(Options{Auth: gitref.Auth{Token: "wrong"}}); !s.Unreviewed || s.Untold == "" {
		t.Errorf("it could not be told, and yet: %+v", s)
	}
	w.commit("mine")
	if s := w.take(Options{Auth: auth}); !s.Clean || !s.Unreviewed || s.Untold != "" || s.Pushed {
		t.Errorf("a commit of nobody else: %+v", s)
	}
	if _, err := Take(t.Context(), w.dir, o); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "git push its branch") {
		t.Errorf("a commit of nobody else is said to be pushed: %v", err)
	}
	if _, err := Take(t.Context(), w.dir, Options{Pipeline: "p", Push: true, Auth: gitref.Auth{Token: "wrong"}}); !errors.Is(err, gitref.ErrUnreachable) {
		t.Errorf("whether the remote has HEAD could not be told: %v", err)
	}
	w.write("a", "changed\n")
	w.write("dir/new", "new\n")
	for token, says := range map[string]string{"": "--git-token", "wrong": "--git-token", "reader": "permission"} {
		o.Auth = gitref.Auth{Token: token}
		if _, err := Take(t.Context(), w.dir, o); err == nil || !strings.Contains(err.Error(), says) || token == "reader" && !errors.Is(err, gitref.ErrPushRefused) {
			t.Errorf("token %q: %v", token, err)
		}
	}
	o.Auth = auth
	server.Hook(t, "remote.git", "echo no >&2; exit 1")
	if _, err := Take(t.Context(), w.dir, o); !errors.Is(err, gitref.ErrPushRefused) || remote.git("for-each-ref", "refs/dit-snapshots") != "" {
		t.Errorf("a hook's no: %v", err)
	}
	server.Hook(t, "remote.git", "true")
	var s *Snapshot
	for range 2 {
		s = w.take(o)
		if !s.Pushed || remote.git("rev-parse", s.Ref) != s.Commit {
			t.Fatalf("%+v", s)
		}
	}
	remote.git("fsck", "--strict")
	// Anyone gets exactly that code.
	dir := t.TempDir()
	if err := gitref.Checkout(t.Context(), server.URL+"/remote.git", s.Commit, dir, auth); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a": "changed\n", "dir/new": "new\n", "run": "#!/bin/sh\n"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != want {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	// So does the directory itself, which is how a caller without a push uses it.
	if found, err := gitref.Resolve(t.Context(), w.dir, s.Ref, gitref.Auth{}); err != nil || found.SHA != s.Commit {
		t.Errorf("%+v, %v", found, err)
	}
	if err := gitref.Checkout(t.Context(), w.dir, s.Commit, t.TempDir(), gitref.Auth{}); err != nil {
		t.Error(err)
	}
	// Another commit has the name.
	remote.git("update-ref", s.Ref, "main")
	if _, err := Take(t.Context(), w.dir, o); !errors.Is(err, gitref.ErrPushRefused) || !strings.Contains(err.Error(), "clean-snapshot") {
		t.Errorf("another commit on the remote: %v", err)
	}
	w.git("update-ref", s.Ref, "HEAD")
	if _, err := Take(t.Context(), w.dir, Options{Pipeline: "p", IncludeUntracked: true}); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "clean-snapshot") {
		t.Errorf("another commit in the directory: %v", err)
	}

	for _, ref := range []string{"main", "refs/heads/main", "refs/dit-snapshots/p", "refs/dit-snapshots/p/main", "refs/dit-snapshots/../../heads/main", s.Ref + "0"} {
		if _, err := Remove(t.Context(), w.dir, ref, "", auth); !errors.Is(err, ErrRefused) {
			t.Errorf("removed %s: %v", ref, err)
		}
	}
	url := server.URL + "/remote.git"
	for _, want := range []Removed{{Local: true, Remote: true, URL: url}, {URL: url}} {
		if removed, err := Remove(t.Context(), w.dir, s.Ref, "", auth); err != nil || removed != want {
			t.Errorf("%+v, %v", removed, err)
		}
	}
	s = w.take(o)
	for _, want := range []Removed{{Remote: true, URL: url}, {URL: url}} {
		if removed, err := Remove(t.Context(), url, s.Ref, "", auth); err != nil || removed != want {
			t.Errorf("%+v, %v", removed, err)
		}
	}
}

// A snapshot that was pushed elsewhere is not on the remote that is asked without a word.
func TestRemoveElsewhere(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	server, _ := w.served("")
	other := filepath.Join(filepath.Dir(server.Root), "x", "other.git")
	w.git("clone", "-q", "--bare", w.dir, other)
	url := gittest.Serve(t, filepath.Dir(other), "").URL + "/other.git"
	w.write("a", "changed\n")
	s := w.take(Options{Push: true, Remote: url})
	for _, test := range []struct {
		remote, says string
	}{
		{"", "removed in the directory; not on " + server.URL + "/remote.git"},
		{"", "no such snapshot; asked " + server.URL + "/remote.git"},
		{url, "removed on " + url},
	} {
		if removed, err := Remove(t.Context(), w.dir, s.Ref, test.remote, gitref.Auth{}); err != nil || !strings.Contains(removed.String(), test.says) {
			t.Errorf("%s, %v; want %q", removed, err, test.says)
		}
	}
	for _, repo := range []string{w.dir, url} {
		if _, err := Remove(t.Context(), repo, s.Ref, "nobody", gitref.Auth{}); err == nil {
			t.Errorf("%s has a remote named nobody", repo)
		}
	}
	w.take(Options{})
	w.git("remote", "remove", "origin")
	if removed, err := Remove(t.Context(), w.dir, s.Ref, "", gitref.Auth{}); err != nil || removed.String() != "removed in the directory, which has no remote" {
		t.Errorf("%s, %v", removed, err)
	}
}

// What the remote does not have yet is looked at when it goes there, committed or not.
func TestPushedSecrets(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.write("old", awsKey+"\n")
	w.commit("first")
	_, remote := w.served("")
	w.write("b", awsKey+"2\n")
	w.write("a", "changed\n")
	w.commit("second, not pushed")
	w.write("b", "key = "+awsKey+"\n")
	w.commit("third, not pushed")
	w.write("a", "changed again\n")
	w.take(Options{}) // nothing new for the directory
	_, err := Take(t.Context(), w.dir, Options{Pipeline: "p", Push: true})
	var found *SecretsError
	if !errors.As(err, &found) || len(found.Findings) != 1 || found.Findings[0].File != "b" || remote.git("for-each-ref", "refs/dit-snapshots") != "" {
		t.Errorf("%v", err)
	}
	// What is pushed goes elsewhere than what is fetched comes from: nothing is known to be there.
	w.git("config", "remote.origin.pushurl", w.git("config", "remote.origin.url"))
	_, err = Take(t.Context(), w.dir, Options{Pipeline: "p", Push: true})
	if !errors.As(err, &found) || len(found.Findings) != 2 {
		t.Errorf("%v", err)
	}
}

// What is pushed is for others, and HEAD may name a commit that they cannot get.
func TestPushedSubmodule(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	w.submodule()
	w.git("-C", "lib", "commit", "-q", "--allow-empty", "-m", "mine")
	w.commit("with a commit of the submodule that nobody has")
	w.served("")
	w.write("a", "changed\n")
	if s := w.take(Options{}); words(s.Captured) != "modified a" {
		t.Errorf("%+v", s)
	}
	o := Options{Pipeline: "p", Push: true}
	if _, err := Take(t.Context(), w.dir, o); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "lib: the submodule is at") {
		t.Errorf("%v", err)
	}
	w.git("-C", "lib", "push", "-q", "origin", "HEAD:refs/heads/mine")
	if s := w.take(o); !s.Pushed {
		t.Errorf("%+v", s)
	}
}

// A ref that cannot be read is not written over.
func TestDamagedRef(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	w.write("a", "changed\n")
	s := w.take(Options{})
	w.git("update-ref", "-d", s.Ref)
	w.write(".git/packed-refs", "neither a hash nor a name\n")
	if _, err := Take(t.Context(), w.dir, Options{Pipeline: "p"}); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(w.path(".git/" + s.Ref)); err == nil {
		t.Error("it was written all the same")
	}
}

func TestPushNowhere(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	w.write("a", "changed\n")
	for _, remote := range []string{"", "upstream", "/a/directory"} {
		if _, err := Take(t.Context(), w.dir, Options{Pipeline: "p", Push: true, Remote: remote}); err == nil {
			t.Errorf("pushed to %q", remote)
		}
	}
	w.git("remote", "add", "origin", "https://user:pa55@example.com/x")
	if _, err := Take(t.Context(), w.dir, Options{Pipeline: "p", Push: true}); err == nil || strings.Contains(err.Error(), "pa55") {
		t.Errorf("%v", err)
	}
}

// A snapshot goes where git itself would push it, and is removed there.
func TestPushedAsGitWould(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	server, public := w.served("")
	w.git("clone", "-q", "--bare", w.dir, filepath.Join(server.Root, "secret.git"))
	secret := &work{t, filepath.Join(server.Root, "secret.git")}
	for name, settings := range map[string]string{
		"an included pushurl":    "[remote \"origin\"]\n\tpushurl = " + server.URL + "/secret.git\n",
		"a pushInsteadOf":        "[url \"" + server.URL + "/secret\"]\n\tpushInsteadOf = x\n\tpushInsteadOf = " + server.URL + "/remote\n",
		"one of several":         "[url \"" + server.URL + "/secret\"]\n\tinsteadOf = gh:\n\tinsteadOf = " + server.URL + "/remote\n\tinsteadOf = x\n",
		"an unrelated one first": "[url \"https://example.com/\"]\n\tpushInsteadOf = gh:\n[url \"" + server.URL + "/secret\"]\n\tpushInsteadOf = " + server.URL + "/remote\n",
	} {
		w.write("a", name)
		w.write("../settings", settings)
		w.git("config", "include.path", w.path("../settings"))
		s := w.take(Options{Push: true})
		if public.git("for-each-ref", "refs/dit-snapshots") != "" || secret.git("rev-parse", s.Ref) != s.Commit {
			t.Errorf("%s: it went elsewhere", name)
		}
		if removed, err := Remove(t.Context(), w.dir, s.Ref, "", gitref.Auth{}); err != nil || !removed.Remote || !removed.Local {
			t.Errorf("%s: %+v, %v", name, removed, err)
		}
	}
}
