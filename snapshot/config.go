package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// loadConfig reads git's settings from all the places where git reads them, in its order.
func (s *scene) loadConfig() error {
	for _, file := range settingsFiles() {
		if err := s.loadSettings(file, "", 0); err != nil {
			return err
		}
	}
	// The repository's own, which linked work trees share, and then the work tree's.
	dir := s.git.Root()
	shared := dir
	if text, err := s.gitFile("commondir"); err == nil {
		if shared = strings.TrimSpace(string(text)); !filepath.IsAbs(shared) {
			shared = filepath.Join(dir, shared)
		}
	}
	own := len(s.configs)
	if err := s.loadSettings(filepath.Join(shared, "config"), "", 0); err != nil {
		return err
	}
	value, _ := lastOf(s.configs[own:], "extensions", "worktreeconfig")
	on, _ := boolean(value)
	if shared != dir {
		own = len(s.configs) // what linked work trees share does not say where they are
	}
	if on {
		if err := s.loadSettings(filepath.Join(dir, "config.worktree"), "", 0); err != nil {
			return err
		}
	}
	if err := s.checkPlace(s.configs[own:]); err != nil {
		return err
	}
	if err := s.checkBooleans(); err != nil {
		return err
	}
	if err := checkEnvironment(); err != nil {
		return err
	}
	return s.checkConditions()
}

// checkPlace refuses a repository whose own settings say that its work tree is another directory.
func (s *scene) checkPlace(own []configPart) error {
	place, given := lastOf(own, "core", "worktree")
	if !given {
		return nil
	}
	dir := place
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(s.git.Root(), dir)
	}
	there, err := os.Stat(dir)
	if here, e := os.Stat(s.dir); err == nil && e == nil && os.SameFile(there, here) {
		return nil // as git writes it for a submodule
	}
	return fmt.Errorf("%w: %s: its work tree is another directory (core.worktree is %q); give that one, or git config --unset core.worktree", ErrRefused, s.dir, place)
}

// settingsFiles are those of the machine and of its user.
func settingsFiles() []string {
	var files []string
	if without, _ := boolean(os.Getenv("GIT_CONFIG_NOSYSTEM")); !without {
		file, given := os.LookupEnv("GIT_CONFIG_SYSTEM")
		if !given {
			file = "/etc/gitconfig"
		}
		files = append(files, file)
	}
	if file, given := os.LookupEnv("GIT_CONFIG_GLOBAL"); given {
		return append(files, file)
	}
	files = append(files, userFile("config"))
	if home, err := os.UserHomeDir(); err == nil { // without one git goes on too
		files = append(files, filepath.Join(home, ".gitconfig"))
	}
	return files
}

// userFile is a file of a user where git keeps those, "" when the user has no directory.
func userFile(name string) string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "git", name)
}

// core is a setting of the section core as it stands; false when nobody sets it.
func (s *scene) core(name string) (string, bool) { return lastOf(s.configs, "core", name) }

func lastOf(parts []configPart, section, name string) (string, bool) {
	for i := len(parts) - 1; i >= 0; i-- {
		if raw := parts[i].raw.Section(section); raw.HasOption(name) {
			return raw.Option(name), true
		}
	}
	return "", false
}

// boolean reads a value as git does; ok is false for what git does not take either.
func boolean(value string) (on, ok bool) {
	switch strings.ToLower(value) {
	case "true", "yes", "on":
		return true, true
	case "false", "no", "off", "":
		return false, true
	}
	n, err := strconv.ParseInt(value, 0, 64)
	return n != 0, err == nil
}

// on reads a boolean setting of core, that checkBooleans has passed.
func (s *scene) on(name string, unset bool) bool {
	value, given := s.core(name)
	if !given {
		return unset
	}
	on, _ := boolean(value)
	return on
}

// autocrlf says whether core.autocrlf has line ends converted when git stores a file: input does too.
func (s *scene) autocrlf() bool {
	value, _ := s.core("autocrlf")
	return strings.EqualFold(value, "input") || s.on("autocrlf", false)
}

// checkBooleans refuses what would have to be guessed, and ends git.
func (s *scene) checkBooleans() error {
	for _, name := range []string{"autocrlf", "filemode", "ignorecase", "sparsecheckout", "symlinks"} {
		value, _ := s.core(name)
		if _, ok := boolean(value); !ok && !(name == "autocrlf" && strings.EqualFold(value, "input")) {
			return fmt.Errorf("%w: git's settings: core.%s is %q; want true or false", ErrRefused, name, value)
		}
	}
	return nil
}

// configured is the text of the file that a setting of core names, or of git's default for it; a file that is not there is empty.
func (s *scene) configured(setting, standard string) (string, error) {
	file := userFile(standard)
	if name, given := s.core(setting); given && name == "" {
		return "", nil
	} else if given {
		var err error
		if file, err = wholePath(name, s.dir); err != nil {
			return "", fmt.Errorf("%w: git's settings: core.%s is %q: %w", ErrRefused, setting, name, err)
		}
	}
	return readFile(file)
}

// wholePath is a path as it stands in git's settings, where it may be relative to dir.
func wholePath(name, dir string) (string, error) {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		home, err := os.UserHomeDir()
		return filepath.Join(home, rest), err
	}
	for _, other := range []string{"~", "%(prefix)", ":("} { // somebody's home, where git is, and marks such as :(optional)
		if strings.HasPrefix(name, other) {
			return "", errors.New("dit does not find it; write the whole path")
		}
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	return name, nil
}

// readFile is the text of a file that may be missing.
func readFile(name string) (string, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("%w: git's settings: %w", ErrRefused, err)
	}
	return string(text), nil
}
