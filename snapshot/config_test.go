package snapshot

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/gitref/settings"
)

// Git's own tree says which settings count.
func TestSettings(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string // in the home directory
		own   string            // appended to the repository's .git/config
	}{
		"none":        {nil, ""},
		"both places": {map[string]string{".config/git/config": "[core]\n\tautocrlf = input\n", ".gitconfig": "[core]\n\texcludesFile = ~/ignored\n", "ignored": "b\n"}, ""},
		"the later place counts": {map[string]string{".config/git/config": "[core]\n\texcludesFile = ~/ignored\n", ".gitconfig": "[core]\n\texcludesFile = ~/other\n",
			"ignored": "b\n", "other": "c\n"}, ""},
		"included": {map[string]string{".gitconfig": "[include]\n\tpath = more/settings\n\tpath = missing\n", "more/settings": "[INCLUDE] path = \"next\"\n",
			"more/next": "[core]\n\texcludesFile = ~/ignored\n\tautocrlf = true\n", "ignored": "b\n"}, ""},
		"set after the include":  {map[string]string{".gitconfig": "[include]\n\tpath = settings\n[core]\n\tautocrlf = false\n", "settings": "[core]\n\tautocrlf = true\n"}, ""},
		"set before the include": {map[string]string{".gitconfig": "[core]\n\tautocrlf = false\n[include]\n\tpath = settings\n", "settings": "[core]\n\tautocrlf = true\n"}, ""},
		"included by the repository": {map[string]string{".gitconfig": "[core]\n\tautocrlf = false\n", "settings": "[core]\n\tautocrlf = true\n"},
			"[include]\n\tpath = ~/settings\n"},
		"included from the work tree": {nil, "[include]\n\tpath = ../settings\n"},
		"a condition that does not matter": {map[string]string{".gitconfig": "[includeIf \"gitdir:~/\"]\n\tpath = settings\n", "settings": "[user]\n\tname = me\n[core]\n\teditor = ed\n"},
			""},
		"a condition that the repository overrules": {map[string]string{".gitconfig": "[includeIf \"gitdir:/\"]\n\tpath = settings\n", "settings": "[core]\n\tautocrlf = true\n"},
			"[core]\n\tautocrlf = false\n"},
		"relative to the work tree":       {map[string]string{".gitconfig": "[core]\n\texcludesFile = lists/ignored\n\tattributesFile = lists/attributes\n"}, ""},
		"none is ignored":                 {map[string]string{".gitconfig": "[core]\n\texcludesFile =\n", ".config/git/ignore": "b\n"}, ""},
		"what this parser would not take": {map[string]string{".gitconfig": "[alias.x]\n\ty = z\n[core]\n\tautocrlf = true\n"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := settingsScene(t, test.files, test.own)
			s := w.take(Options{IncludeUntracked: true})
			if tree := w.oracle("-A"); tree != s.Tree {
				t.Errorf("git has the tree %s:\n%s", tree, w.git("diff-tree", "-r", tree, s.Tree))
			}
		})
	}
}

// Settings of the environment are refused where they matter, or read from the files that it names.
func TestSettingsOfTheEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		environment map[string]string
		says        string
	}{
		"what is ignored": {map[string]string{"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "core.excludesFile", "GIT_CONFIG_VALUE_0": "lists/ignored", "GIT_CONFIG_KEY_1": "Core.autoCRLF", "GIT_CONFIG_VALUE_1": "1k"}, ""},
		"an include":      {map[string]string{"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "include.path", "GIT_CONFIG_VALUE_0": "~/settings"}, ""},
		"not counted":     {map[string]string{"GIT_CONFIG_COUNT": "", "GIT_CONFIG_KEY_0": "core.autocrlf", "GIT_CONFIG_VALUE_0": "true"}, ""},
		"a condition":     {map[string]string{"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "includeIf.gitdir:/.path", "GIT_CONFIG_VALUE_0": "~/settings"}, "gitdir:/"},
		"a work tree":     {map[string]string{"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.worktree", "GIT_CONFIG_VALUE_0": "/nowhere/at/all"}, ""},
		"no such value":   {map[string]string{"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.autocrlf"}, "GIT_CONFIG_VALUE_0"},
		"git -c includes": {map[string]string{"GIT_CONFIG_PARAMETERS": "'include.path'='/x'"}, "sets include.path"},
		"git -c":          {map[string]string{"GIT_CONFIG_PARAMETERS": "'user.name'='x' 'core.autoCRLF'='true'"}, "sets core.autocrlf"},
		"an address":      {map[string]string{"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "url.x.insteadOf", "GIT_CONFIG_VALUE_0": "y"}, ""},
		"two files":       {map[string]string{"GIT_CONFIG_GLOBAL": "lists/global", "GIT_CONFIG_SYSTEM": "lists/system", "GIT_CONFIG_NOSYSTEM": "0"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := settingsScene(t, map[string]string{"settings": "[core]\n\tautocrlf = true\n"}, "")
			w.write("lists/global", "[core]\n\tautocrlf = true\n")
			w.write("lists/system", "[core]\n\texcludesFile = lists/ignored\n\tautocrlf = false\n")
			t.Chdir(w.dir)
			for name, value := range test.environment {
				t.Setenv(name, value)
			}
			s, err := Take(t.Context(), w.dir, Options{Pipeline: "p", IncludeUntracked: true})
			if test.says != "" {
				if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%v, want %q", err, test.says)
				}
			} else if tree := w.oracle("-A"); err != nil || tree != s.Tree {
				t.Errorf("%v, git has the tree %s:\n%s", err, tree, w.git("diff-tree", "-r", tree, s.Tree))
			}
		})
	}
}

// What git does not read is not read: a work tree's own settings without the extension, a home directory that nobody has.
func TestSettingsNotRead(t *testing.T) {
	for name, extension := range map[string]string{"without the extension": "", "with it": "[extensions]\n\tworktreeConfig = true\n"} {
		t.Run(name, func(t *testing.T) {
			w := settingsScene(t, nil, extension)
			w.write(".git/config.worktree", "[core]\n\tautocrlf = true\n")
			if tree, s := w.oracle("-A"), w.take(Options{IncludeUntracked: true}); tree != s.Tree {
				t.Errorf("git has the tree %s:\n%s", tree, w.git("diff-tree", "-r", tree, s.Tree))
			}
		})
	}
	w := settingsScene(t, nil, "")
	w.write(".config/git/config", "[core]\n\tautocrlf = true\n")
	w.write(".config/git/ignore", "b\n")
	w.write(".config/git/attributes", "c text\n")
	t.Chdir(w.dir)
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME"} {
		t.Setenv(name, "") // which puts it back at the end
		os.Unsetenv(name)
	}
	if tree, s := w.oracle("-A"), w.take(Options{IncludeUntracked: true}); tree != s.Tree {
		t.Errorf("git has the tree %s:\n%s", tree, w.git("diff-tree", "-r", tree, s.Tree))
	}
}

// core.worktree may say what is so.
func TestWorkTreeElsewhere(t *testing.T) {
	w := settingsScene(t, nil, "")
	before := mustRead(t, w.path(".git/config"))
	w.write("elsewhere", "[core]\n\tworktree = /nowhere/at/all\n")
	w.write("settings", "[core]\n\tworktree = ..\n")
	for place, says := range map[string]string{"..": "", "..\n[include]\n\tpath = ../elsewhere": "", "/nowhere/at/all\n[include]\n\tpath = ../settings": "give that one", w.dir: "", "../lists": "give that one", "/nowhere/at/all": "give that one"} {
		w.write(".git/config", before+"[core]\n\tworktree = "+place+"\n")
		_, err := Take(t.Context(), w.dir, Options{Pipeline: "p", List: true})
		if says == "" && err != nil || says != "" && (!errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v, want %q", place, err, says)
		}
	}
	// A linked work tree is where it is, whatever the one that it was made from says.
	w.write(".git/config", before+"[core]\n\tworktree = ..\n")
	linked := &work{t, filepath.Join(t.TempDir(), "linked")}
	w.git("worktree", "add", "-q", linked.dir)
	linked.write("a", "linked")
	if tree, s := linked.oracle("-u"), linked.take(Options{}); tree != s.Tree {
		t.Errorf("git has the tree %s, want %s", tree, s.Tree)
	}
	// Unless work trees have settings of their own: then git goes to the other one from here.
	w.write(".git/config", before+"[core]\n\tworktree = "+w.dir+"\n[extensions]\n\tworktreeConfig = true\n")
	if top := linked.git("rev-parse", "--show-toplevel"); top != w.dir {
		t.Fatalf("git's top directory is %s", top)
	}
	if _, err := Take(t.Context(), linked.dir, Options{Pipeline: "p"}); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "give that one") {
		t.Errorf("%v", err)
	}
}

// All that git takes for a boolean.
func TestBooleans(t *testing.T) {
	for _, value := range []string{"", " =", " = true", " = YES", " = on", " = 1", " = 2", " = -1", " = 0x1", " = 1k", " = 0M", " = \" 1\"", " = false", " = no", " = OFF", " = 0", " = 00", " = # nothing", " = input"} {
		for _, name := range []string{"autocrlf", "filemode"} {
			if name == "filemode" && value == " = input" {
				continue
			}
			t.Run(name+value, func(t *testing.T) {
				w := settingsScene(t, nil, "[core]\n\t"+name+value+"\n")
				if err := os.Chmod(w.path("a"), 0o755); err != nil {
					t.Fatal(err)
				}
				if tree, s := w.oracle("-u"), w.take(Options{}); tree != s.Tree {
					t.Errorf("git has the tree %s:\n%s", tree, w.git("diff-tree", "-r", tree, s.Tree))
				}
			})
		}
	}
}

func TestSettingsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		says  string
	}{
		"a condition":                {map[string]string{".gitconfig": "[includeIf \"gitdir:~/work/\"]\n\tpath = settings\n", "settings": "[core]\n\texcludesFile = x\n"}, "git config core.excludesfile x"},
		"below a condition":          {map[string]string{".gitconfig": "[includeIf \"onbranch:x\"]\n\tpath = a\n", "a": "[include]\n\tpath = b\n", "b": "[core]\n\tautocrlf = true\n"}, "core.autocrlf is set under"},
		"a circle":                   {map[string]string{".gitconfig": "[include]\n\tpath = .gitconfig\n"}, "more than 10 deep"},
		"somebody else's":            {map[string]string{".gitconfig": "[include]\n\tpath = ~root/x\n"}, "write the whole path"},
		"somebody else's ignores":    {map[string]string{".gitconfig": "[core]\n\texcludesFile = ~root/x\n"}, `core.excludesfile is "~root/x"`},
		"somebody else's attributes": {map[string]string{".gitconfig": "[core]\n\tattributesFile = ~root/x\n"}, `core.attributesfile is "~root/x"`},
		"no boolean":                 {map[string]string{".gitconfig": "[core]\n\tautocrlf = perhaps\n"}, `core.autocrlf is "perhaps"`},
		"no boolean of C":            {map[string]string{".gitconfig": "[core]\n\tautocrlf = 0b1\n"}, `core.autocrlf is "0b1"`},
		"an ignored without a value": {map[string]string{".gitconfig": "[core]\n\texcludesFile\n"}, "it has no value"},
		"an include without a path":  {map[string]string{".gitconfig": "[include]\n\tpath\n"}, "the path is missing"},
		"no settings":                {map[string]string{".gitconfig": "[core\n\tx"}, ".gitconfig"},
		"a directory":                {map[string]string{".gitconfig/x": ""}, ".gitconfig"},
		"the ignored is a directory": {map[string]string{".gitconfig": "[core]\n\texcludesFile = ~/d\n", "d/x": ""}, "is a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			w := settingsScene(t, nil, "")
			(&work{t, t.TempDir()}).home(test.files)
			if _, err := Take(t.Context(), w.dir, Options{Pipeline: "p"}); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v, want %q", err, test.says)
			}
		})
	}
}

// settingsScene has files whose capture hangs on settings.
func settingsScene(t *testing.T, files map[string]string, own string) *work {
	t.Helper()
	w := newWork(t)
	w.write("a", "a\n")
	w.commit("first")
	w.write("a", "one\r\ntwo\r\n")
	w.write("b", "b\r\n")
	w.write("c", "c\r\n")
	w.write("lists/ignored", "b\n")
	w.write("lists/attributes", "c text\n")
	w.write("settings", "[core]\n\tautocrlf = true\n")
	(&work{t, t.TempDir()}).home(files)
	w.write(".git/config", mustRead(t, w.path(".git/config"))+own)
	return w
}

// home makes the directory the home of git and of this process.
func (w *work) home(files map[string]string) {
	w.t.Helper()
	for name, text := range files {
		w.write(name, text)
	}
	w.t.Setenv("HOME", w.dir)
	w.t.Setenv("XDG_CONFIG_HOME", filepath.Join(w.dir, ".config"))
}

func mustRead(t *testing.T, name string) string {
	t.Helper()
	text, err := settings.Text(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
