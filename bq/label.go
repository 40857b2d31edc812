package bq

import "strings"

// LabelLimit is the greatest number of characters in a label's key or value.
const LabelLimit = 63

// SanitizeLabel makes any text the value of a label: lower case, every character outside [a-z0-9_-] becomes a hyphen, cut
// at [LabelLimit]. Different texts may give the same label; a label finds things, it does not identify them.
func SanitizeLabel(s string) string {
	label := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' || r == '-' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
	return label[:min(len(label), LabelLimit)] // ASCII by now
}
