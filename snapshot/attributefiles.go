package snapshot

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// loadAttributes reads the .gitattributes that matter: the top's and those of directories with files to capture.
func (s *scene) loadAttributes() error {
	s.attributes = newAttributes()
	fold := s.on("ignorecase", false)
	everywhere, err := s.configured("attributesfile", "attributes")
	if err != nil {
		return err
	}
	s.attributes.parse(everywhere, "", fold)
	stored := map[string]*indexEntry{}
	dirs := map[string]bool{".": true}
	note := func(name string) {
		for dir := path.Dir(name); !dirs[dir]; dir = path.Dir(dir) {
			dirs[dir] = true
		}
	}
	for i, e := range s.index {
		if note(e.path); path.Base(e.path) == ".gitattributes" {
			stored[e.path] = &s.index[i]
		}
	}
	for _, name := range s.untracked {
		note(name)
	}
	ordered := []string{}
	for dir := range dirs {
		ordered = append(ordered, dir)
	}
	// A directory before those in it.
	slices.SortFunc(ordered, func(a, b string) int { return cmp.Or(cmp.Compare(depth(a), depth(b)), cmp.Compare(a, b)) })
	for _, dir := range ordered {
		name := path.Join(dir, ".gitattributes")
		text, ok := s.ruleFile(name)
		if e := stored[name]; !ok && e != nil && e.mode.IsFile() && e.mode != filemode.Symlink {
			// As git: one that is not in the work tree counts as the index has it.
			b, err := s.blob(e.hash)
			if err != nil {
				return refused(name, err.Error())
			}
			text = string(b)
		}
		base := dir
		if dir == "." {
			base = ""
		}
		s.attributes.parse(text, base, fold)
	}
	if text, err := s.gitFile("info/attributes"); err == nil {
		s.attributes.parse(string(text), "", fold)
	}
	return nil
}

func depth(dir string) int {
	if dir == "." {
		return 0
	}
	return strings.Count(dir, "/") + 1
}
