package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	for _, file := range []string{filepath.Join(shared, "config"), filepath.Join(dir, "config.worktree")} {
		if err := s.loadSettings(file, "", 0); err != nil {
			return err
		}
	}
	return s.checkConditions()
}

// settingsFiles are those of the machine and of its user.
func settingsFiles() []string {
	var files []string
	if os.Getenv("GIT_CONFIG_NOSYSTEM") == "" {
		file, given := os.LookupEnv("GIT_CONFIG_SYSTEM")
		if !given {
			file = "/etc/gitconfig"
		}
		files = append(files, file)
	}
	if file, given := os.LookupEnv("GIT_CONFIG_GLOBAL"); given {
		return append(files, file)
	}
	home, _ := os.UserHomeDir() // without one git goes on too
	files = append(files, filepath.Join(userDir(home), "config"))
	if home != "" {
		files = append(files, filepath.Join(home, ".gitconfig"))
	}
	return files
}

// userDir is where git keeps a user's files.
func userDir(home string) string {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if dir == "" {
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "git")
}

// core is a setting of the section core as it stands; false when nobody sets it.
func (s *scene) core(name string) (string, bool) {
	for i := len(s.configs) - 1; i >= 0; i-- {
		if raw := s.configs[i].raw.Section("core"); raw.HasOption(name) {
			return raw.Option(name), true
		}
	}
	return "", false
}

// setting is a setting of core in small letters, "" when nobody sets it.
func (s *scene) setting(name string) string {
	value, _ := s.core(name)
	return strings.ToLower(value)
}

// on reads a boolean setting of core.
func (s *scene) on(name string, unset bool) bool {
	switch s.setting(name) {
	case "true", "yes", "on", "1":
		return true
	case "false", "no", "off", "0":
		return false
	}
	return unset
}

// configured is the text of the file that a setting of core names, or of git's default for it; a file that is not there is empty.
func (s *scene) configured(setting, standard string) (string, error) {
	home, _ := os.UserHomeDir()
	file := filepath.Join(userDir(home), standard)
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
