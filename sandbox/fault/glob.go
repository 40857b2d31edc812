package fault

import (
	"regexp"
	"strings"
)

// match tells whether a glob matches the whole text. An empty glob matches all.
func match(glob, text string) bool {
	if glob == "" || glob == "*" || glob == text {
		return true
	}
	if !strings.Contains(glob, "*") {
		return false
	}
	pattern := strings.ReplaceAll(regexp.QuoteMeta(glob), `\*`, ".*")
	return regexp.MustCompile("(?s)^" + pattern + "$").MatchString(text)
}
