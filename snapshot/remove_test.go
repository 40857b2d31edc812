package snapshot

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/gitref"
)

// A remote that dit does not push to has no snapshot of it, and is no reason to fail.
func TestRemoveFromUnaskable(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	clone := &work{t, filepath.Join(t.TempDir(), "clone")}
	w.git("clone", "-q", w.dir, clone.dir)
	for _, address := range []string{w.dir, "file://" + w.dir, "git://example.com/x", "https://me:pa55@example.com/x"} {
		clone.git("remote", "set-url", "origin", address)
		clone.write("a", "changed\n")
		s := clone.take(Options{})
		if removed, err := Remove(t.Context(), clone.dir, s.Ref, "origin", gitref.Auth{}); err == nil || removed.Local || clone.git("rev-parse", s.Ref) != s.Commit {
			t.Errorf("%s, asked for by name: %+v, %v", address, removed, err)
		}
		for _, says := range []string{"removed in the directory; its remote was not asked: ", "no such snapshot in the directory; its remote was not asked: "} {
			removed, err := Remove(t.Context(), clone.dir, s.Ref, "", gitref.Auth{})
			if err != nil || !strings.Contains(removed.String(), says) || strings.Contains(removed.String(), "pa55") {
				t.Errorf("%s: %s, %v", address, removed, err)
			}
		}
	}
}

// Whoever cannot ask the remote is told what is gone already.
func TestRemoveHalf(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	server, _ := w.served("t0ken")
	w.write("a", "changed\n")
	s := w.take(Options{Push: true, Auth: gitref.Auth{Token: "t0ken"}})
	if _, err := Remove(t.Context(), w.dir, s.Ref, "", gitref.Auth{}); err == nil || !strings.Contains(err.Error(), "removed in the directory, and perhaps still on") || !strings.Contains(err.Error(), server.URL) {
		t.Errorf("%v", err)
	}
	if _, err := Remove(t.Context(), w.dir, s.Ref, "", gitref.Auth{}); err == nil || strings.Contains(err.Error(), "removed in the directory") {
		t.Errorf("nothing was there any more: %v", err)
	}
}
