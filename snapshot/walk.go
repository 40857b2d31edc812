package snapshot

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// walker goes over a work tree once.
type walker struct {
	*scene
	tracked map[string]filemode.FileMode // by key
	above   map[string]bool              // directories that have tracked files somewhere below, by key
	stored  map[string]plumbing.Hash     // .gitignore files that a sparse checkout left out
	fold    bool
}

// walk finds the files of the work tree, and which of them git does not know and does not ignore.
func (s *scene) walk() error {
	w := &walker{s, map[string]filemode.FileMode{}, map[string]bool{}, map[string]plumbing.Hash{}, s.on("ignorecase", false)}
	for _, e := range s.index {
		w.tracked[w.key(e.path)] = e.mode
		if e.skipped && path.Base(e.path) == ".gitignore" && kind(e.mode) == filemode.Regular {
			w.stored[e.path] = e.hash
		}
		for dir := path.Dir(w.key(e.path)); dir != "." && !w.above[dir]; dir = path.Dir(dir) {
			w.above[dir] = true
		}
	}
	excluded, err := s.configured("excludesfile", "ignore")
	if err != nil {
		return err
	}
	rules := parseIgnores(excluded, "", w.fold)
	if text, err := s.gitFile("info/exclude"); err == nil {
		rules = append(rules, parseIgnores(string(text), "", w.fold)...)
	}
	if err := w.directory(".", "", rules, false); err != nil {
		return err
	}
	if w.fold {
		w.foldNames()
	}
	return nil
}

func (w *walker) directory(at, prefix string, rules ignores, ignored bool) error {
	dir, err := w.root.Open(at)
	if err != nil {
		return refused(at, err.Error())
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	text, ok := w.ruleFile(prefix + ".gitignore")
	if hash, stored := w.stored[prefix+".gitignore"]; !ok && stored {
		// As git: one that a sparse checkout left out counts as the index has it.
		b, err := w.blob(hash)
		if err != nil {
			return refused(prefix+".gitignore", err.Error())
		}
		text, ok = string(b), true
	}
	if ok {
		rules = append(slices.Clip(rules), parseIgnores(text, strings.TrimSuffix(prefix, "/"), w.fold)...)
	}
	for _, entry := range entries {
		if strings.EqualFold(entry.Name(), ".git") {
			continue
		}
		if err := w.entry(prefix+entry.Name(), entry, rules, ignored); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) entry(name string, entry fs.DirEntry, rules ignores, ignored bool) error {
	mode, tracked := w.tracked[w.key(name)]
	info, err := w.root.Lstat(name)
	if err != nil {
		return refused(name, "it went away while the directory was read; try again")
	}
	ignored = ignored || rules.match(name, info.IsDir())
	switch {
	case info.IsDir():
		_, err := w.root.Lstat(name + "/.git")
		switch repository := err == nil; {
		case tracked && (mode == filemode.Submodule || repository):
			w.files[name] = info
			return nil
		case w.above[w.key(name)]:
		case ignored:
			return nil
		case repository:
			w.leftOut = append(w.leftOut, Change{name + "/", "a repository of its own"})
			return nil
		}
		return w.directory(name, name+"/", rules, ignored)
	case info.Mode().IsRegular(), info.Mode().Type() == fs.ModeSymlink:
		w.files[name] = info
		if !tracked && !ignored {
			w.untracked = append(w.untracked, name)
		}
	case tracked:
		return refused(name, "it was a file and is neither a file nor a link now; git add refuses it too: take it away, or put the file back")
	case !ignored:
		w.leftOut = append(w.leftOut, Change{name, "neither a file nor a link"})
	}
	return nil
}

// key is a name as it is compared with others.
func (w *walker) key(name string) string {
	if w.fold {
		return strings.ToLower(name)
	}
	return name
}

// foldNames finds tracked files that the work tree has under a name in other case, as a file system without case has them for git.
func (w *walker) foldNames() {
	exact := map[string]bool{}
	for _, e := range w.index {
		exact[e.path] = true
	}
	others := map[string]string{}
	for name := range w.files {
		if !exact[name] {
			others[w.key(name)] = name
		}
	}
	for _, e := range w.index {
		other, ok := others[w.key(e.path)]
		if _, there := w.files[e.path]; !there && ok {
			w.files[e.path] = w.files[other]
			w.renamed[e.path] = other
		}
	}
}

// ruleFile reads a .gitignore or .gitattributes; as in git, one that is a link is none.
func (s *scene) ruleFile(name string) (string, bool) {
	info, err := s.root.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return "", false
	}
	text, err := s.root.ReadFile(name)
	return string(text), err == nil
}
