package snapshot

import (
	"slices"
	"strconv"
	"strings"
)

// attributeRule is one line of a .gitattributes: what it says of the files it matches.
type attributeRule struct {
	pattern
	set []attribute
}

// attribute is a name with set, unset, "" (unspecified), or its own value.
type attribute struct{ name, value string }

// No value of its own is one of these: none can have a blank.
const (
	set   = " set"
	unset = " unset"
)

// attributes are all the rules, a later one before an earlier one, and the macros that they may use.
type attributes struct {
	rules  []attributeRule
	macros map[string][]attribute
}

func newAttributes() *attributes {
	return &attributes{macros: map[string][]attribute{"binary": {{"diff", unset}, {"merge", unset}, {"text", unset}}}}
}

// parse adds the rules of one file, of a directory relative to the top.
func (a *attributes) parse(text, base string, fold bool) {
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = strings.Trim(line, " \t\r")
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest := attributePattern(line)
		var given []attribute
		for word := range strings.FieldsSeq(rest) {
			given = append(given, parseAttribute(word))
		}
		if macro, ok := strings.CutPrefix(name, "[attr]"); ok {
			if base == "" { // git allows none in directories below
				a.macros[macro] = given
			}
		} else if name[0] != '!' { // git allows no negation here
			a.rules = append(a.rules, attributeRule{newPattern(base, name, fold), given})
		}
	}
}

// attributePattern splits a line after its pattern, which may be in double quotes.
func attributePattern(line string) (name, rest string) {
	if line[0] == '"' {
		if quoted, err := strconv.QuotedPrefix(line); err == nil {
			if name, err := strconv.Unquote(quoted); err == nil && name != "" {
				return name, line[len(quoted):]
			}
		}
	}
	end := strings.IndexAny(line, " \t")
	if end < 0 {
		return line, ""
	}
	return line[:end], line[end:]
}

func parseAttribute(word string) attribute {
	if name, ok := strings.CutPrefix(word, "-"); ok {
		return attribute{name, unset}
	}
	if name, ok := strings.CutPrefix(word, "!"); ok {
		return attribute{name, ""}
	}
	if name, value, ok := strings.Cut(word, "="); ok {
		return attribute{name, value}
	}
	return attribute{word, set}
}

// of gives the attributes of a file; unspecified ones are missing, or "".
func (a *attributes) of(path string) map[string]string {
	decided := map[string]string{}
	for _, rule := range slices.Backward(a.rules) {
		if rule.match(path, false) {
			a.decide(decided, rule.set)
		}
	}
	return decided
}

// decide goes from the last word to the first, as git does: what is decided stands, and a macro that does not count decides nothing.
func (a *attributes) decide(decided map[string]string, given []attribute) {
	for _, g := range slices.Backward(given) {
		if _, done := decided[g.name]; done {
			continue
		}
		if decided[g.name] = g.value; g.value == set {
			a.decide(decided, a.macros[g.name])
		}
	}
}
