// Package settings reads git's settings from where git reads them: the files of the machine, the user, the repository and the work tree, what those
// include, and the environment. It knows nothing of what they are for. Where git stops with an error, so does this.
//
// Two things are not done as git does them, and the caller is told: what an includeIf includes is read whether its condition holds or not, and
// [Setting.Condition] says so; what git -c hands down to programs that git starts is not read, and [Unread] says so.
package settings

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// Setting is one of git's settings: [section "name"] key = value.
type Setting struct {
	// Section and Key are in small letters; Name is as it stands, and empty when there is none.
	Section, Name, Key string
	// Value is "true" where the key stands alone.
	Value string
	// Alone: the key stands without a value. Git takes that for a boolean, and for nothing else.
	Alone bool
	// File is where it stands; empty in the environment.
	File string
	// Condition is that of an includeIf, whose truth is not known; empty for none.
	Condition string
}

// Settings are in git's order: where one value counts, it is the last.
type Settings []Setting

// Read reads the settings of some sections, in small letters, of the repository whose git directory is own and whose shared one, the same but in a
// linked work tree, is common. Other sections are not even parsed: they may hold what this parser does not know.
func Read(own, common string, sections ...string) (Settings, error) {
	names := strings.Join(append(sections, "extensions", "include", "includeif"), "|")
	r := &reader{relevant: regexp.MustCompile(`(?i)^[ \t]*\[[ \t]*(` + names + `)[ \t]*(["\].\r\n]|$)`)}
	files, err := userFiles()
	if err != nil {
		return nil, err
	}
	for _, file := range append(files, filepath.Join(common, "config")) {
		if err := r.read(file, "", 0); err != nil {
			return nil, err
		}
	}
	on, err := r.found.worktreeConfig(common)
	if err != nil {
		return nil, err
	}
	if on {
		if err := r.read(filepath.Join(own, "config.worktree"), "", 0); err != nil {
			return nil, err
		}
	}
	return r.found, r.environment()
}

// Last is the setting of a section without a name that counts; false when nobody sets it.
func (s Settings) Last(section, key string) (Setting, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].Section == section && s[i].Name == "" && s[i].Key == key {
			return s[i], true
		}
	}
	return Setting{}, false
}

// WorkTree is the core.worktree that git heeds for the repository of [Read], which is to be asked for the section core: it stands in a file of the
// repository itself. What is shared does not say where linked work trees are, unless they have settings of their own.
func (s Settings) WorkTree(own, common string) (place string, given bool) {
	if on, _ := s.worktreeConfig(common); own != common && !on {
		return "", false
	}
	found, given := s.in(filepath.Join(common, "config"), filepath.Join(own, "config.worktree")).Last("core", "worktree")
	return found.Value, given
}

// worktreeConfig says whether work trees have settings of their own. Git does not look for that in what is included.
func (s Settings) worktreeConfig(common string) (bool, error) {
	found, _ := s.in(filepath.Join(common, "config")).Last("extensions", "worktreeconfig")
	on, ok := Boolean(found.Value)
	if !ok {
		return false, fmt.Errorf("%s: extensions.worktreeConfig is %q; want true or false", found.File, found.Value)
	}
	return on, nil
}

// in are those that stand in the files themselves.
func (s Settings) in(files ...string) (found Settings) {
	for _, one := range s {
		for _, file := range files {
			if one.File == file {
				found = append(found, one)
			}
		}
	}
	return found
}
