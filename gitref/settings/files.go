package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// userFiles are the settings of the machine and of its user.
func userFiles() (files []string, err error) {
	without, ok := Boolean(os.Getenv("GIT_CONFIG_NOSYSTEM"))
	if !ok {
		return nil, fmt.Errorf("GIT_CONFIG_NOSYSTEM is %q; want true or false", os.Getenv("GIT_CONFIG_NOSYSTEM"))
	}
	if !without {
		file, given := os.LookupEnv("GIT_CONFIG_SYSTEM")
		if !given {
			file = "/etc/gitconfig"
		}
		files = append(files, file)
	}
	if file, given := os.LookupEnv("GIT_CONFIG_GLOBAL"); given {
		return append(files, file), nil
	}
	files = append(files, UserFile("config"))
	if home, err := os.UserHomeDir(); err == nil { // without one git goes on too
		files = append(files, filepath.Join(home, ".gitconfig"))
	}
	return files, nil
}

// UserFile is a file of the user where git keeps those, empty when the user has no directory.
func UserFile(name string) string {
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

// WholePath is a path as it stands in a setting, where it may be relative to dir; an error for one whose meaning only git knows.
func WholePath(name, dir string) (string, error) {
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

// Text is that of a file that may be missing, and then empty; so is that without a name.
func Text(file string) (string, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return "", nil
	}
	return string(text), err
}
