package snapshot

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/GlobalFishingWatch/dit/gitref"
	"github.com/GlobalFishingWatch/dit/gitref/settings"
)

var (
	booleans = []string{"autocrlf", "filemode", "ignorecase", "sparsecheckout", "symlinks"}
	// depended are the settings of core that decide what is captured.
	depended = append([]string{"attributesfile", "excludesfile"}, booleans...)
)

// loadConfig reads git's settings.
func (s *scene) loadConfig() error {
	own, common, err := gitref.Dirs(s.dir)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrRefused, s.dir, err)
	}
	if s.settings, err = settings.Read(own, common, "core"); err == nil {
		err = settings.Unread(dependedNames()...)
	}
	if err != nil {
		return fmt.Errorf("%w: git's settings: %w", ErrRefused, err)
	}
	if err := s.checkPlace(own, common); err != nil {
		return err
	}
	if err := s.checkBooleans(); err != nil {
		return err
	}
	return s.checkConditions()
}

func dependedNames() (names []string) {
	for _, name := range depended {
		names = append(names, "core."+name)
	}
	return names
}

// checkPlace refuses a repository whose own settings say that its work tree is another directory.
func (s *scene) checkPlace(own, common string) error {
	place, given := s.settings.WorkTree(own, common)
	if !given {
		return nil
	}
	dir := place
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(own, dir)
	}
	there, err := os.Stat(dir)
	if here, e := os.Stat(s.dir); err == nil && e == nil && os.SameFile(there, here) {
		return nil // as git writes it for a submodule
	}
	return fmt.Errorf("%w: %s: its work tree is another directory (core.worktree is %q); give that one, or git config --unset core.worktree", ErrRefused, s.dir, place)
}

// checkBooleans refuses what would have to be guessed, and ends git.
func (s *scene) checkBooleans() error {
	for _, name := range booleans {
		value := s.core(name).Value
		if _, ok := settings.Boolean(value); !ok && !(name == "autocrlf" && strings.EqualFold(value, "input")) {
			return fmt.Errorf("%w: git's settings: core.%s is %q; want true or false", ErrRefused, name, value)
		}
	}
	return nil
}

// checkConditions refuses settings that decide what is captured and that hang on the condition of an includeIf, which is not judged here. Most of
// those hold a name and an address, and do not matter.
func (s *scene) checkConditions() error {
	for _, name := range depended {
		for _, one := range slices.Backward(s.settings) {
			if one.Section != "core" || one.Name != "" || one.Key != name {
				continue
			}
			if one.Condition == "" {
				break // whatever an earlier one says
			}
			return fmt.Errorf("%w: %s: core.%s is set under the condition [includeIf %q], which dit does not judge; set it in the repository: git config core.%s %s",
				ErrRefused, s.dir, name, one.Condition, name, one.Value)
		}
	}
	return nil
}

// core is a setting of the section core as it stands; the zero one when nobody sets it.
func (s *scene) core(name string) settings.Setting {
	found, _ := s.settings.Last("core", name)
	return found
}

// on reads a boolean setting of core, that checkBooleans has passed.
func (s *scene) on(name string, unset bool) bool {
	found, given := s.settings.Last("core", name)
	if !given {
		return unset
	}
	on, _ := settings.Boolean(found.Value)
	return on
}

// autocrlf says whether core.autocrlf has line ends converted when git stores a file: input does too.
func (s *scene) autocrlf() bool {
	return strings.EqualFold(s.core("autocrlf").Value, "input") || s.on("autocrlf", false)
}

// configured is the text of the file that a setting of core names, or of git's default for it; a file that is not there is empty.
func (s *scene) configured(setting, standard string) (string, error) {
	file := settings.UserFile(standard)
	if found, given := s.settings.Last("core", setting); given {
		var err error
		switch {
		case found.Alone:
			err = errors.New("it has no value")
		case found.Value == "":
			return "", nil
		default:
			file, err = settings.WholePath(found.Value, s.dir)
		}
		if err != nil {
			return "", fmt.Errorf("%w: git's settings: core.%s is %q: %w", ErrRefused, setting, found.Value, err)
		}
	}
	text, err := settings.Text(file)
	if err != nil {
		return "", fmt.Errorf("%w: git's settings: %w", ErrRefused, err)
	}
	return text, nil
}
