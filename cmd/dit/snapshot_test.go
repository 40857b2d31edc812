package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/gitref/gittest"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// dit runs this program as the tool.
func dit(t *testing.T, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	c := exec.Command(os.Args[0], args...)
	c.Env = append(append(os.Environ(), "DIT_TEST_ENDPOINT=http://127.0.0.1:1/"), env...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	var failed *exec.ExitError
	if err := c.Run(); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), out.String(), errs.String()
}

func TestSnapshot(t *testing.T) {
	top := t.TempDir()
	repo, served := filepath.Join(top, "repo"), filepath.Join(top, "served.git")
	git := func(args ...string) {
		t.Helper()
		c := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
		c.Dir = top
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args, err, out)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(repo, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q", "-b", "main", repo)
	write("a.py", "1\n")
	git("-C", repo, "add", "-A")
	git("-C", repo, "commit", "-q", "-m", "first")
	git("clone", "-q", "--bare", repo, served)
	server := gittest.Serve(t, top, "t0ken")
	server.ReadOnly = "reader"
	url := server.URL + "/served.git"
	git("-C", repo, "remote", "add", "origin", url)
	write("a.py", "2\n")
	write("new.py", "3\n")
	token := []string{"DIT_GIT_TOKEN=t0ken"}

	type answer struct {
		Commit, Ref, Parent, Banner string
		Pushed                      bool
		Unreviewed                  bool `json:"unreviewed_code"`
	}
	take := func(flags ...string) (a answer) {
		t.Helper()
		code, out, complaint := dit(t, token, append([]string{"snapshot", "--repo", repo, "--pipeline", "p", "--format", "json"}, flags...)...)
		if err := json.Unmarshal([]byte(out), &a); err != nil || code != 0 {
			t.Fatalf("%d, %v, %s %s", code, err, out, complaint)
		}
		return a
	}
	s := take()
	if s.Pushed || !s.Unreviewed || len(s.Parent) != 40 || !strings.Contains(s.Banner, "untracked  new.py") || s.Ref != "refs/dit-snapshots/p/"+s.Commit[:12] {
		t.Errorf("%+v", s)
	}
	// What the facade does next, in the directory and in a copy of it.
	mirror := filepath.Join(top, "mirror")
	if err := os.CopyFS(mirror, os.DirFS(repo)); err != nil {
		t.Fatal(err)
	}
	for _, where := range []string{repo, mirror} {
		for _, ref := range []string{s.Ref, s.Commit} {
			if code, out, complaint := dit(t, nil, "git", "resolve", "--repo", where, "--ref", ref); code != 0 || !strings.Contains(out, s.Commit) {
				t.Errorf("resolve %s: %d %s %s", ref, code, out, complaint)
			}
		}
		out := filepath.Join(t.TempDir(), "tree")
		if code, _, complaint := dit(t, nil, "git", "checkout", "--repo", where, "--commit", s.Commit, "--out", out); code != 0 {
			t.Errorf("checkout: %d %s", code, complaint)
		} else if text, err := os.ReadFile(filepath.Join(out, "a.py")); err != nil || string(text) != "2\n" {
			t.Errorf("checkout: %q, %v", text, err)
		}
	}
	if code, out, _ := dit(t, token, "git", "reviewed", "--repo", repo, "--commit", s.Parent); code != 0 || !strings.Contains(out, `"reviewed":true`) {
		t.Errorf("HEAD: %d %s", code, out)
	}
	if code, out, _ := dit(t, token, "git", "reviewed", "--repo", url, "--commit", s.Commit); code != 0 || !strings.Contains(out, `"reviewed":false`) {
		t.Errorf("the snapshot: %d %s", code, out)
	}
	pushed := take("--include-untracked", "--push")
	if !pushed.Pushed || pushed.Commit == s.Commit {
		t.Errorf("%+v", pushed)
	}
	for _, test := range []struct {
		token string
		code  int
		says  string
		args  []string
	}{
		{"", 0, "untracked  new.py", []string{"snapshot", "--repo", repo, "--pipeline", "p", "--list"}},
		{"", 0, "UNCOMMITTED CODE: snapshot " + s.Commit, []string{"snapshot", "--repo", repo, "--pipeline", "p"}},
		{"reader", workflows.ExitInfrastructure, "permission", []string{"snapshot", "--repo", repo, "--pipeline", "p", "--push"}},
		{"t0ken", workflows.ExitArguments, "no remote", []string{"snapshot", "--repo", repo, "--pipeline", "p", "--push", "--remote", "upstream"}},
		{"t0ken", workflows.ExitArguments, "a remote is for --push", []string{"snapshot", "--repo", repo, "--pipeline", "p", "--remote", url}},
		{"", workflows.ExitArguments, "want text or json", []string{"snapshot", "--repo", repo, "--pipeline", "p", "--format", "xml"}},
		{"", workflows.ExitArguments, "not the top directory", []string{"snapshot", "--repo", top, "--pipeline", "p"}},
		{"", workflows.ExitArguments, `"pipeline" not set`, []string{"snapshot", "--repo", repo}},
		{"t0ken", workflows.ExitArguments, "nothing else is removed", []string{"clean-snapshot", "--repo", url, "--ref", "refs/heads/main"}},
		{"reader", workflows.ExitInfrastructure, "permission", []string{"clean-snapshot", "--repo", url, "--ref", pushed.Ref}},
		{"t0ken", 0, ": removed on " + url, []string{"clean-snapshot", "--repo", repo, "--ref", pushed.Ref, "--copy"}},
		{"t0ken", 0, "no such snapshot; asked " + url, []string{"clean-snapshot", "--repo", repo, "--ref", pushed.Ref, "--copy", "--remote", "origin"}},
		{"t0ken", 0, "UNCOMMITTED CODE", []string{"snapshot", "--repo", repo, "--pipeline", "p", "--include-untracked", "--push"}},
		{"t0ken", 0, "removed in the directory and on " + url, []string{"clean-snapshot", "--repo", repo, "--ref", pushed.Ref}},
		{"t0ken", workflows.ExitArguments, "no remote", []string{"clean-snapshot", "--repo", repo, "--ref", pushed.Ref, "--remote", "upstream"}},
		{"t0ken", 0, "removed in the directory; not on " + url, []string{"clean-snapshot", "--repo", repo, "--ref", s.Ref, "--remote", url}},
		{"t0ken", 0, "no such snapshot", []string{"clean-snapshot", "--repo", url, "--ref", pushed.Ref}},
		{"", workflows.ExitInfrastructure, "--git-token", []string{"git", "reviewed", "--repo", url, "--commit", s.Parent}},
	} {
		code, out, complaint := dit(t, []string{"DIT_GIT_TOKEN=" + test.token}, test.args...)
		if code != test.code || !strings.Contains(out+complaint, test.says) {
			t.Errorf("dit %s: %d, want %d with %q\n%s%s", strings.Join(test.args, " "), code, test.code, test.says, out, complaint)
		}
	}
	write("a.py", "\x1f\x8b\x08")
	if code, out, complaint := dit(t, token, "snapshot", "--repo", repo, "--pipeline", "p"); code != 0 || !strings.Contains(complaint, `not searched for secrets, since it is compressed: "a.py"`) || strings.Contains(complaint, "capturing") {
		t.Errorf("compressed: %d %s %s", code, out, complaint)
	}
	git("-C", repo, "remote", "set-url", "origin", served)
	if code, _, complaint := dit(t, token, "clean-snapshot", "--repo", repo, "--ref", s.Ref, "--copy"); code != workflows.ExitArguments || !strings.Contains(complaint, "what the original has is removed there") {
		t.Errorf("a copy with a remote that cannot be asked: %d %s", code, complaint)
	}
	write("a.py", "key = '"+"AKIA"+"IMNOJVGFDXXXE4OA'\n")
	if code, out, complaint := dit(t, token, "snapshot", "--repo", repo, "--pipeline", "p"); code != workflows.ExitArguments || !strings.Contains(complaint, "a.py:1: aws-access-token") || strings.Contains(out+complaint, "IMNOJ") {
		t.Errorf("a secret: %d %s %s", code, out, complaint)
	}
}
