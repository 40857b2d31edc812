package snapshot

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// work is a repository with a work tree that git itself made.
type work struct {
	t   *testing.T
	dir string
}

// TestMain gives git and go-git an empty home: nobody's own settings.
func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "dit-home-")
	if err != nil {
		panic(err)
	}
	for name, value := range map[string]string{"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, ".config"), "GIT_CONFIG_NOSYSTEM": "1"} {
		os.Setenv(name, value)
	}
	os.Unsetenv("GIT_CONFIG_GLOBAL")
	os.Unsetenv("GIT_CONFIG_SYSTEM")
	if dir := os.Getenv("DIT_TAKE"); dir != "" {
		takeForEver(dir)
	}
	code := m.Run()
	os.RemoveAll(home)
	os.Exit(code)
}

func newWork(t *testing.T) *work {
	t.Helper()
	w := &work{t, t.TempDir()}
	w.git("init", "-q", "-b", "main")
	return w
}

// git runs git there and gives its output.
func (w *work) git(args ...string) string { return w.gitWith(nil, args...) }

func (w *work) gitWith(env []string, args ...string) string {
	w.t.Helper()
	c := command(w.dir, args...)
	c.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		w.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return strings.TrimSpace(string(out))
}

func command(dir string, args ...string) *exec.Cmd {
	c := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always", "-c", "advice.addEmbeddedRepo=false"}, args...)...)
	c.Dir = dir
	return c
}

func (w *work) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *work) write(name, text string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(w.path(name)), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.path(name), []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *work) commit(message string) string {
	w.git("add", "-A")
	w.git("commit", "-q", "--allow-empty", "-m", message)
	return w.git("rev-parse", "HEAD")
}

// oracle is the tree that git makes of the work tree, with an index of its own.
func (w *work) oracle(add string) string {
	w.t.Helper()
	index := filepath.Join(w.t.TempDir(), "index")
	own := w.git("rev-parse", "--path-format=absolute", "--git-path", "index")
	text, err := os.ReadFile(own)
	if err == nil {
		err = os.WriteFile(index, text, 0o644)
	}
	// By its time git knows which entries may be as old as the index itself, and reads those files.
	if info, e := os.Stat(own); err == nil && e == nil {
		err = os.Chtimes(index, info.ModTime(), info.ModTime())
	}
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	env := []string{"GIT_INDEX_FILE=" + index}
	w.gitWith(env, "add", "--sparse", add)
	return w.gitWith(env, "write-tree")
}

// state is everything below the directory but git's objects and the snapshots: names, modes, times, contents.
func (w *work) state() string {
	w.t.Helper()
	var b strings.Builder
	err := filepath.Walk(w.dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(w.dir, path)
		if info.IsDir() && (name == ".git/objects" || name == ".git/refs/dit-snapshots") {
			return filepath.SkipDir
		}
		if name == ".git/refs" {
			return nil
		}
		content := ""
		if info.Mode().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			content = string(text)
		} else if info.Mode()&os.ModeSymlink != 0 {
			content, _ = os.Readlink(path)
		}
		b.WriteString(strings.Join([]string{name, info.Mode().String(), info.ModTime().String(), content, "\n"}, "|"))
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return b.String()
}

func (w *work) take(o Options) *Snapshot {
	w.t.Helper()
	if o.Pipeline == "" {
		o.Pipeline = "p"
	}
	s, err := Take(w.t.Context(), w.dir, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}
