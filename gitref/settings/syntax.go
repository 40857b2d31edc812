package settings

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/go-git/gcfg"
)

var (
	header  = regexp.MustCompile(`[ \t]*\[[^"\]\n]*("([^"\\\n]|\\.)*")?[ \t]*\]`)
	headers = regexp.MustCompile(`(?m)^(` + header.String() + `)+`)
	// dotted is a header in git's old way, whose name is in small letters.
	dotted = regexp.MustCompile(`^[ \t]*\[([A-Za-z0-9-]+)\.([A-Za-z0-9.-]+)\]$`)
	// escaped is a backslash with what it changes, which may be the end of a line; piece is text in quotes, a comment, or one outside of both.
	escaped = regexp.MustCompile(`\\(\r?\n|.)`)
	piece   = regexp.MustCompile(`"([^"\\\n]|\\(\r?\n|.))*"|[#;][^\n]*|\\(\r?\n|.)`)
)

// parse reads one section.
func parse(section string) (found Settings, err error) {
	err = gcfg.ReadWithCallback(strings.NewReader(section), func(section, name, key, value string, alone bool) error {
		if key == "" {
			return nil // the header
		}
		if alone {
			value = "true"
		}
		found = append(found, Setting{Section: strings.ToLower(section), Name: name, Key: strings.ToLower(key), Value: value, Alone: alone})
		return nil
	})
	return found, err
}

// joined is the text with lines joined that a backslash continues. gcfg would leave the line's end in the value.
func joined(text string) string {
	return piece.ReplaceAllStringFunc(text, func(one string) string {
		if one[0] == '#' || one[0] == ';' {
			return one
		}
		return escaped.ReplaceAllStringFunc(one, func(pair string) string {
			if strings.HasSuffix(pair, "\n") {
				return ""
			}
			return pair
		})
	})
}

// apart is the text with each header alone on its line, in git's present way. gcfg takes no other.
func apart(text string) string {
	return headers.ReplaceAllStringFunc(text, func(line string) string {
		return header.ReplaceAllStringFunc(line, func(one string) string {
			if m := dotted.FindStringSubmatch(one); m != nil {
				one = fmt.Sprintf("[%s %q]", m[1], strings.ToLower(m[2]))
			}
			return one + "\n"
		})
	})
}
