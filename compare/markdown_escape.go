package compare

import (
	"regexp"
	"strings"
)

// Text from tables goes into Markdown as code: there GitHub looks for no HTML, no
// link, no @name, no #1, no :emoji:, no commit and no formula. Two characters work
// even there and stand between pieces of code as entities: | ends a cell of a
// table, and < opens a tag for a reader that knows no code.

// code shows s, of at most so many characters, on one line and as it is.
func code(s string, most int) string {
	s = oneLine(s, most)
	if s == "" {
		s = `""`
	}
	var out strings.Builder
	for s != "" {
		switch n := strings.IndexAny(s, "|<"); {
		case n < 0:
			out.WriteString(span(s))
			s = ""
		case n > 0:
			out.WriteString(span(s[:n]))
			s = s[n:]
		case s[0] == '|':
			out.WriteString("&#124;")
			s = s[1:]
		default:
			out.WriteString("&lt;")
			s = s[1:]
		}
	}
	return out.String()
}

// span puts s between more backticks than it holds in a row.
func span(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	// One blank on either side is taken off again; it keeps backticks apart.
	padded := strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") && strings.Trim(s, " ") != ""
	if padded || strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

var (
	// harmless are words that mean nothing but themselves. A number with a full
	// stop could begin a list.
	harmless = regexp.MustCompile(`^(\(?[A-Za-z']+[,:;.)]*|\([0-9]{1,6}\)[,:;.]*|[0-9]{1,6}[,:;]*|[A-Z]+(_[A-Z]+)+)$`)
	// commit is what GitHub takes for one.
	commit  = regexp.MustCompile(`[0-9a-fA-F]{7}`)
	dressed = regexp.MustCompile(`^(\(?)(.*?)([,:;.)]*)$`)
)

// longestReason is how many characters of a reason or note are shown.
const longestReason = 1000

// prose writes a sentence that may hold names from anywhere: plain words stay,
// all others become code.
func prose(s string) string {
	words := strings.Fields(clipped(strings.ToValidUTF8(s, "\uFFFD"), longestReason))
	for i, word := range words {
		if harmless.MatchString(word) && !commit.MatchString(word) {
			continue
		}
		if part := dressed.FindStringSubmatch(word); part != nil && part[2] != "" {
			words[i] = part[1] + code(part[2], longestReason) + part[3]
		} else {
			words[i] = code(word, longestReason)
		}
	}
	return strings.Join(words, " ")
}
