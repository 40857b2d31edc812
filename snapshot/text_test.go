package snapshot

import (
	"strings"
	"testing"
)

func TestBanner(t *testing.T) {
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	clean := w.take(Options{})
	if !clean.Clean || clean.Unreviewed || !strings.Contains(clean.Banner(), "Nothing is uncommitted") {
		t.Errorf("%+v\n%s", clean, clean.Banner())
	}
	w.write("a", "changed")
	w.write("new\x1b", "x")
	listed := w.take(Options{List: true})
	if listed.Clean || !strings.Contains(listed.Banner(), "not made, and not searched for secrets") || strings.Contains(listed.Banner(), "not pushed") || w.git("for-each-ref", "refs/dit-snapshots") != "" {
		t.Errorf("%+v", listed)
	}
	announced := 0
	s := w.take(Options{Announce: func(s *Snapshot) {
		announced = len(s.Captured)
		if w.git("for-each-ref", "refs/dit-snapshots") != "" {
			t.Error("announced after it was written")
		}
	}})
	for _, text := range []string{s.Commit, s.Parent, s.Ref, "modified   a", "left out (1)", `"new\x1b"`, "unreviewed_code: true", "not pushed", "dagger call snapshot --push"} {
		if !strings.Contains(s.Banner(), text) {
			t.Errorf("no %q in\n%s", text, s.Banner())
		}
	}
	if announced != 1 || !s.Unreviewed || s.Pushed {
		t.Errorf("%d, %+v", announced, s)
	}
}
