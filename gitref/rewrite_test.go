package gitref

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/gitref/gittest"
)

// asGit holds RemoteOf, and what Reviewed asks, against git's own word.
func asGit(t *testing.T, repo string) {
	t.Helper()
	first := func(args ...string) string {
		out, err := exec.Command("git", append([]string{"-C", repo, "remote", "get-url"}, args...)...).Output()
		if err != nil {
			t.Fatalf("git remote get-url %s: %v", args, err)
		}
		line, _, _ := strings.Cut(string(out), "\n")
		return line
	}
	fetch, push := first("origin"), first("--push", "origin")
	l, err := parseLocation(repo)
	if err != nil {
		t.Fatal(err)
	}
	found, err := RemoteOf(repo, "")
	if err != nil || found.URL != l.remoteURL(push) || fetch != push && !found.Elsewhere {
		t.Errorf("%+v, %v; git pushes to %s", found, err, push)
	}
	s, err := readRemotes(repo)
	if err != nil {
		t.Fatal(err)
	}
	if urls, _, err := s.addresses("origin"); err != nil || urls[0] != fetch {
		t.Errorf("%q, %v; git fetches from %s", urls, err, fetch)
	}
}

const origin = "[remote \"origin\"]\n\turl = https://example.com/a/b\n"

func TestRemoteSettings(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"own":                       {"repo/.git/config": origin},
		"an included pushurl":       {"repo/.git/config": origin + "[include]\n\tpath = more\n", "repo/.git/more": "[remote \"origin\"]\n\tpushurl = https://secret.example/x\n"},
		"an included remote":        {"repo/.git/config": "[include]\n\tpath = ~/more\n", "more": origin},
		"the user's insteadOf":      {"repo/.git/config": origin, ".gitconfig": "[url \"ssh://git@example.org/\"]\n\tinsteadOf = https://example.com/\n"},
		"the user's pushInsteadOf":  {"repo/.git/config": origin, ".config/git/config": "[url \"ssh://git@example.org/\"]\n\tPUSHINSTEADOF = https://example.com/\n"},
		"several in one section":    {"repo/.git/config": origin + "[url \"https://example.org/\"]\n\tinsteadOf = gh:\n\tinsteadOf = https://example.com/\n\tinsteadOf = other:\n"},
		"an unrelated pushInstead":  {"repo/.git/config": origin + "[url \"https://example.org/\"]\n\tpushInsteadOf = gh:\n"},
		"the longest":               {"repo/.git/config": origin + "[url \"https://one/\"]\n\tinsteadOf = https://example.com/\n[url \"https://two/\"]\n\tinsteadOf = https://example.com/a/\n"},
		"equally long":              {"repo/.git/config": origin + "[url \"https://one/\"]\n\tinsteadOf = https://example.com/\n[url \"https://two/\"]\n\tinsteadOf = https://example.com/\n"},
		"pushurl and both":          {"repo/.git/config": origin + "\tpushurl = gh:x\n[url \"https://one/\"]\n\tinsteadOf = gh:\n[url \"https://two/\"]\n\tpushInsteadOf = gh:\n"},
		"pushInsteadOf, insteadOf":  {"repo/.git/config": origin + "[url \"gh:\"]\n\tpushInsteadOf = https://example.com/\n[url \"https://one/\"]\n\tinsteadOf = gh:\n"},
		"two addresses":             {"repo/.git/config": origin + "\turl = https://example.net/c\n[url \"https://one/\"]\n\tpushInsteadOf = https://example.net/\n"},
		"the user's comes first":    {"repo/.git/config": origin, ".gitconfig": "[remote \"origin\"] url = https://first.example/x\n"},
		"a worktree's, not on":      {"repo/.git/config": origin, "repo/.git/config.worktree": "[remote \"origin\"]\n\tpushurl = https://secret.example/x\n"},
		"a worktree's":              {"repo/.git/config": origin + "[extensions]\n\tworktreeConfig = true\n", "repo/.git/config.worktree": "[remote \"origin\"]\n\tpushurl = https://secret.example/x\n"},
		"a fetch of the user":       {"repo/.git/config": origin, ".gitconfig": "[remote \"upstream\"]\n\tfetch = +refs/pull/*/head:refs/remotes/origin/pr/*\n[alias.x]\n\ty = z\n"},
		"an included extension":     {"repo/.git/config": origin + "[include]\n\tpath = more\n", "repo/.git/more": "[extensions]\n\tworktreeConfig = true\n", "repo/.git/config.worktree": "[remote \"origin\"]\n\tpushurl = https://secret.example/x\n"},
		"an extension taken back":   {"repo/.git/config": origin + "[extensions]\n\tworktreeConfig\n\tworktreeConfig = off\n", "repo/.git/config.worktree": "[remote \"origin\"]\n\tpushurl = https://secret.example/x\n"},
		"an extension counted":      {"repo/.git/config": origin + "[extensions]\n\tworktreeConfig = 2\n", "repo/.git/config.worktree": "[remote \"origin\"]\n\tpushurl = https://secret.example/x\n"},
		"two headers in a line":     {"repo/.git/config": origin, ".gitconfig": "[user] [url \"https://one/\"] insteadOf = https://example.com/\n"},
		"a line that goes on":       {"repo/.git/config": "[remote \"origin\"]\n\turl = https://example.com/\\\na/b\n"},
		"git's old header":          {"repo/.git/config": "[include]\n\tpath = ~/more\n", "more": "[remote.ORIGIN]\n\turl = https://example.com/a/b\n"},
		"a condition that does not": {"repo/.git/config": origin, ".gitconfig": "[includeIf \"gitdir:~/other/\"]\n\tpath = more\n", "more": "[url \"https://one/\"]\n\tinsteadOf = gh:\n[user]\n\tname = me\n"},
	} {
		t.Run(name, func(t *testing.T) { asGit(t, gittest.Home(t, files)) })
	}
	t.Run("the environment", func(t *testing.T) {
		repo := gittest.Home(t, map[string]string{"repo/.git/config": origin})
		for name, value := range map[string]string{"COUNT": "1", "KEY_0": "URL.https://one.example/.pushInsteadOf", "VALUE_0": "https://example.com/"} {
			t.Setenv("GIT_CONFIG_"+name, value)
		}
		asGit(t, repo)
	})
}

// Whatever the settings say, git's word counts.
func TestRandomRemoteSettings(t *testing.T) {
	pick := func(list ...string) string { return list[rand.IntN(len(list))] }
	some := func() (text string) {
		for range rand.IntN(5) {
			address := pick("https://example.com/a/b", "gh:a/b", "ssh://git@example.org/x", "https://two.example/")
			switch rand.IntN(4) {
			case 0:
				text += fmt.Sprintf("[remote \"origin\"]\n\t%s = %s\n", pick("url", "pushurl", "URL"), address)
			default:
				text += fmt.Sprintf("[url \"%s\"]\n", pick("https://one.example/", "gh:", "https://two.example/"))
				for range rand.IntN(3) {
					text += fmt.Sprintf("\t%s = %s\n", pick("insteadOf", "pushInsteadOf", "insteadof"), address[:1+rand.IntN(len(address))])
				}
			}
		}
		return text
	}
	for range 60 {
		files := map[string]string{"repo/.git/config": origin + some() + "[include]\n\tpath = ../more\n" + some(), "repo/more": some(), ".gitconfig": some()}
		if !t.Run("", func(t *testing.T) { asGit(t, gittest.Home(t, files)) }) {
			t.Fatalf("%q", files)
		}
	}
}

func TestRemoteSettingsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		says  string
	}{
		"a rewriting under a condition": {map[string]string{"repo/.git/config": origin, ".gitconfig": "[includeIf \"gitdir:~/\"]\n\tpath = more\n",
			"more": "[url \"https://one/\"]\n\tinsteadOf = https://\n"}, "--remote=<address>"},
		"a remote under a condition": {map[string]string{"repo/.git/config": origin + "[includeIf \"onbranch:x\"]\n\tpath = more\n",
			"repo/.git/more": "[remote \"origin\"]\n\tpushurl = https://one/\n"}, "onbranch:x"},
		"an address without a value": {map[string]string{"repo/.git/config": origin + "\tpushurl\n"}, "has no value"},
		"a rewriting without one":    {map[string]string{"repo/.git/config": origin, ".gitconfig": "[url \"https://one/\"]\n\tinsteadOf\n"}, "has no value"},
		"an old header":              {map[string]string{"repo/.git/config": origin, ".gitconfig": "[url.https://one/]\n\tinsteadOf = https://example.com/\n"}, ".gitconfig"},
		"a circle":                   {map[string]string{"repo/.git/config": origin, ".gitconfig": "[include]\n\tpath = .gitconfig\n"}, "more than 10 deep"},
	} {
		t.Run(name, func(t *testing.T) {
			repo := gittest.Home(t, test.files)
			for _, name := range []string{"", "origin"} {
				if found, err := RemoteOf(repo, name); !errors.Is(err, ErrBadRef) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%+v, %v", found, err)
				}
			}
			if reviewed, err := Reviewed(t.Context(), repo, strings.Repeat("1", 40), Auth{}); reviewed || !errors.Is(err, ErrBadRef) {
				t.Errorf("reviewed: %v, %v", reviewed, err)
			}
			if found, err := RemoteOf(repo, "https://example.com/x"); err != nil || found.URL != "https://example.com/x" {
				t.Errorf("%+v, %v", found, err)
			}
		})
	}
}

// What git -c hands down is not read, and so refused where it decides.
func TestRemoteSettingsOfGitC(t *testing.T) {
	repo := gittest.Home(t, map[string]string{"repo/.git/config": origin})
	for text, refused := range map[string]bool{
		"'user.name'='x' 'core.autocrlf'='true'":          false,
		"'remote.origin.pushUrl'='https://one.example/'":  true,
		"'remote.origin.url=https://one.example/'":        true,
		"'url.https://one/.pushInsteadOf'='https://two/'": true,
		"'url.https://one/.insteadOf'='https://two/'":     true,
		"'includeIf.gitdir:/.path'='/x'":                  true,
	} {
		t.Setenv("GIT_CONFIG_PARAMETERS", text)
		if _, err := RemoteOf(repo, ""); errors.Is(err, ErrBadRef) != refused || !refused && err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
