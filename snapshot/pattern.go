package snapshot

import (
	"path"
	"strings"
)

// pattern is one line of a .gitignore or .gitattributes.
type pattern struct {
	base    string // directory of the file it stands in, "" for the top
	glob    string
	negated bool // !pattern
	dirOnly bool // pattern/
	byName  bool // without a slash: matches the last part of the path
	fold    bool // core.ignorecase
}

func newPattern(base, text string, fold bool) pattern {
	p := pattern{base: base, fold: fold}
	if rest, ok := strings.CutSuffix(text, "/"); ok {
		p.dirOnly, text = true, rest
	}
	p.byName = !strings.Contains(text, "/")
	p.glob = strings.TrimPrefix(text, "/")
	return p
}

// match says whether the path, relative to the top, is meant.
func (p pattern) match(name string, isDir bool) bool {
	if p.dirOnly && !isDir {
		return false
	}
	glob, base := p.glob, p.base
	if p.fold {
		name, glob, base = strings.ToLower(name), strings.ToLower(glob), strings.ToLower(base)
	}
	if base != "" {
		var below bool
		if name, below = strings.CutPrefix(name, base+"/"); !below {
			return false
		}
	}
	if p.byName {
		name = path.Base(name)
	} else if n := strings.IndexAny(glob, `*?[\`); n > 0 {
		// As git: what is before the first wildcard is compared as it is, and what is left matches on its own. So in "a**/b" the ** stands alone.
		if !strings.HasPrefix(name, glob[:n]) {
			return false
		}
		glob, name = glob[n:], name[n:]
	}
	return wildmatch(glob, name, true)
}

// wildmatch is git's own matching, of bytes: * and ? stop at a slash, ** between slashes does not. start says that the pattern is at the
// beginning of a part of the path.
func wildmatch(glob, text string, start bool) bool {
	for glob != "" {
		switch c := glob[0]; c {
		case '*':
			rest := strings.TrimLeft(glob, "*")
			if len(glob)-len(rest) > 1 && start && (rest == "" || rest[0] == '/' || strings.HasPrefix(rest, `\/`)) {
				return anyDirs(rest, text)
			}
			for i := 0; ; i++ {
				if wildmatch(rest, text[i:], false) {
					return true
				}
				if i == len(text) || text[i] == '/' {
					return false
				}
			}
		case '[':
			n, ok := class(glob, text)
			if !ok {
				return false
			}
			glob, text = glob[n:], text[1:]
			start = false
			continue
		case '?':
			if text == "" || text[0] == '/' {
				return false
			}
		default:
			if c == '\\' {
				if glob = glob[1:]; glob == "" {
					return false
				}
			}
			if text == "" || text[0] != glob[0] {
				return false
			}
		}
		start = glob[0] == '/'
		glob, text = glob[1:], text[1:]
	}
	return text == ""
}

// anyDirs matches what follows a ** that stands alone between slashes.
func anyDirs(rest, text string) bool {
	if rest == "" || rest[0] == '/' && wildmatch(rest[1:], text, true) {
		return true
	}
	rest = strings.TrimPrefix(rest, `\`) // as git: behind an escaped slash there is at least one directory
	for i := range len(text) {
		if text[i] == '/' && wildmatch(rest[1:], text[i+1:], true) {
			return true
		}
	}
	return false
}
