package gittest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Home is an empty home directory, with a repository named repo in it and nobody's own settings for the rest of the test; to files that are
// named from there the texts are added.
func Home(t *testing.T, files map[string]string) (repo string) {
	t.Helper()
	home := t.TempDir()
	for name, value := range map[string]string{"HOME": home, "XDG_CONFIG_HOME": "", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "", "GIT_CONFIG_COUNT": ""} {
		t.Setenv(name, value)
	}
	os.Unsetenv("GIT_CONFIG_GLOBAL")
	repo = filepath.Join(home, "repo")
	if out, err := exec.Command("git", "init", "-q", repo).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, text := range files {
		name = filepath.Join(home, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return repo
}
