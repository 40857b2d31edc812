package settings

import (
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/gitref/gittest"
)

// asGit holds what is read against git's own list; where git fails, so must this.
func asGit(t *testing.T, repo string) (taken bool) {
	t.Helper()
	own := filepath.Join(repo, ".git")
	found, err := Read(own, own, "core", "remote", "url")
	var got []string
	for _, s := range found {
		name := s.Section + "."
		if s.Name != "" {
			name += s.Name + "."
		}
		if s.Alone {
			got = append(got, name+s.Key)
		} else {
			got = append(got, name+s.Key+"\n"+s.Value)
		}
	}
	out, failed := exec.Command("git", "-C", repo, "config", "--includes", "--null", "--list").Output()
	if err != nil || failed != nil {
		if failed != nil && err == nil {
			t.Errorf("%q; git: %v", got, failed)
		}
		return false
	}
	want := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	want = slices.DeleteFunc(want, func(s string) bool { return strings.HasPrefix(s, "user.") })
	if !slices.Equal(got, want) {
		t.Errorf("%q, git has\n%q", got, want)
	}
	return true
}

// Whatever the files and the environment say, git's list is the same.
func TestRandomSettings(t *testing.T) {
	pick := func(list ...string) string { return list[rand.IntN(len(list))] }
	some := func() (text string) {
		for range rand.IntN(5) {
			text += pick("[core]\n", "[CORE] ", "[remote \"a b\"]\n", "[remote.Origin]\n", "[url \"x:\\\"\\\\y\"] # c\n", "[user]\n", "[core.x]\n", "[extensions]\n\tworktreeConfig\n", "[extensions]\n\tworktreeConfig = off\n")
			for range rand.IntN(4) {
				text += pick("autocrlf", "URL", "x-1") + pick("", " = ", "=", " = true", " = a b ", " = \" a;b \" # c", " = 'x'", "=a\\\n  b", " = \"a#\\\r\nb\\n\" # c \\", " = \\\\", " = \\\"q\\\\\\t") + pick("\n", "\r\n", "\n\n# c\n")
			}
		}
		return text
	}
	taken := 0
	for range 80 {
		files := map[string]string{"repo/.git/config": some() + "[include]\n\tpath = ../more\n\tpath = missing\n" + some(), "repo/more": some(), ".gitconfig": some(),
			".config/git/config": some(), "repo/.git/config.worktree": some(), "far": some()}
		if !t.Run("", func(t *testing.T) {
			repo := gittest.Home(t, files)
			for i := range 3 {
				t.Setenv(fmt.Sprintf("GIT_CONFIG_KEY_%d", i), pick("core.x", "Remote.A.b.URL", "include.path", "URL.x:y.z.insteadOf"))
				t.Setenv(fmt.Sprintf("GIT_CONFIG_VALUE_%d", i), pick("~/far", "~/missing"))
			}
			t.Setenv("GIT_CONFIG_COUNT", pick("", "0", "1", " 2", "+3"))
			if asGit(t, repo) {
				taken++
			}
		}) {
			t.Fatalf("%q", files)
		}
	}
	if taken < 20 {
		t.Errorf("only %d were taken", taken)
	}
}

// What ends git is refused.
func TestRefused(t *testing.T) {
	for name, test := range map[string]struct {
		config      string
		environment map[string]string
		says        string
	}{
		"no count":             {"", map[string]string{"COUNT": "1k"}, `GIT_CONFIG_COUNT is "1k"`},
		"a count below zero":   {"", map[string]string{"COUNT": "-1"}, `"-1"`},
		"no key":               {"", map[string]string{"COUNT": "1"}, "GIT_CONFIG_KEY_0"},
		"no value":             {"", map[string]string{"COUNT": "1", "KEY_0": "core.x"}, "GIT_CONFIG_VALUE_0"},
		"a key without a dot":  {"", map[string]string{"COUNT": "1", "KEY_0": "corex", "VALUE_0": ""}, "is no setting"},
		"an odd key":           {"", map[string]string{"COUNT": "1", "KEY_0": "core.x_y", "VALUE_0": ""}, "is no setting"},
		"a relative include":   {"", map[string]string{"COUNT": "1", "KEY_0": "include.path", "VALUE_0": "x"}, "write the whole path"},
		"an include of nobody": {"[include]\n\tpath\n", nil, "the path is missing"},
		"of a directory":       {"[include]\n\tpath =\n", nil, "is a directory"},
		"no boolean":           {"[extensions]\n\tworktreeConfig = x\n", nil, "worktreeConfig"},
		"no boolean there":     {"", map[string]string{"NOSYSTEM": "x"}, "GIT_CONFIG_NOSYSTEM"},
		"no header":            {"[url.x:/]\n\tinsteadOf = y\n", nil, "config"},
	} {
		t.Run(name, func(t *testing.T) {
			repo := gittest.Home(t, map[string]string{"repo/.git/config": test.config})
			for name, value := range test.environment {
				t.Setenv("GIT_CONFIG_"+name, value)
			}
			own := filepath.Join(repo, ".git")
			if s, err := Read(own, own, "core", "url"); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, %v, want %q", s, err, test.says)
			}
			if out, err := exec.Command("git", "-C", repo, "status").CombinedOutput(); err == nil {
				t.Errorf("git takes it: %s", out)
			}
		})
	}
}

func TestBoolean(t *testing.T) {
	repo := gittest.Home(t, nil)
	for _, value := range []string{"", "True", "yEs", "ON", "no", "Off", "false", "t", "y", "1", "0", "-1", "+1", "010", "08", "0x", "0x1f", "0X0", "0b1", "0o7", "1_0", "1k", "0K", "1m", "1g", "2g", "1t", "1kk",
		" 1", "\t0", "1 ", " ", "2147483647", "-2147483647", "-2147483648", "2147483648", "99999999999999999999", "2097151k", "2097152k", "1.0"} {
		c := exec.Command("git", "-c", "x.y="+value, "config", "--type=bool", "x.y")
		c.Dir = repo
		out, failed := c.Output()
		on, ok := Boolean(value)
		if ok != (failed == nil) || ok && fmt.Sprintln(on) != string(out) {
			t.Errorf("%q: %v, %v; git: %s, %v", value, on, ok, out, failed)
		}
	}
}
