package snapshot

import (
	"strings"
)

// ignores are the rules of .gitignore files, a later one before an earlier one.
type ignores []pattern

// parseIgnores reads one file of rules, of a directory relative to the top.
func parseIgnores(text, base string, fold bool) ignores {
	var rules ignores
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = trimSpaces(strings.TrimSuffix(line, "\r"))
		if line == "" || line[0] == '#' {
			continue
		}
		negated := line[0] == '!'
		if negated {
			line = line[1:]
		}
		p := newPattern(base, line, fold)
		p.negated = negated
		if p.glob != "" {
			rules = append(rules, p)
		}
	}
	return rules
}

// trimSpaces cuts trailing spaces, unless a backslash keeps them.
func trimSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		if line[i] == '\\' {
			i++
			end = min(i+1, len(line))
		} else if line[i] != ' ' {
			end = i + 1
		}
	}
	return line[:end]
}

// match says whether the path itself is ignored; that a directory above it is must be asked for that one.
func (rules ignores) match(path string, isDir bool) bool {
	for i := len(rules) - 1; i >= 0; i-- {
		if rules[i].match(path, isDir) {
			return !rules[i].negated
		}
	}
	return false
}
