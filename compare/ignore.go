package compare

import (
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
)

// isPattern tells a pattern from a name: no BigQuery column has these characters.
func isPattern(entry string) bool { return strings.ContainsAny(entry, "*?") }

// ignore resolves the entries of [Options.Ignore]. The columns come in the order
// of the entries; the notes say which pattern found which of them.
func (n naming) ignore(entries []string) (found, notes []string, err error) {
	var plain []string
	for _, entry := range entries {
		if !isPattern(entry) {
			plain = append(plain, entry)
		}
	}
	// A name that stands twice is a slip. One that a pattern finds again is not.
	if _, err := n.list("ignored column", plain); err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		matched := []string{entry}
		if isPattern(entry) {
			if matched = n.matching(entry); len(matched) == 0 {
				return nil, nil, argument("no column matches the ignored pattern %q; the columns are: %s", entry, columnNames(n.left, n.right))
			}
			notes = append(notes, fmt.Sprintf("ignored by pattern %s: %s", entry, strings.Join(matched, ", ")))
		}
		for _, name := range matched {
			f, err := n.find("ignored column", name)
			if err != nil {
				return nil, nil, err
			}
			if !has(found, f.Name) {
				found = append(found, f.Name)
			}
		}
	}
	return found, notes, nil
}

// matching names the columns of both sides that the pattern matches, each once. A
// renamed one goes by its name on the left only.
func (n naming) matching(pattern string) (found []string) {
	right := slices.DeleteFunc(slices.Clone(n.right), func(f *bigquery.FieldSchema) bool { return n.renamed.from(f.Name) != "" })
	for _, f := range slices.Concat(n.left, right) {
		if glob([]rune(strings.ToLower(pattern)), []rune(strings.ToLower(f.Name))) && !has(found, f.Name) {
			found = append(found, f.Name)
		}
	}
	return found
}

// glob tells whether the pattern matches the whole name: * stands for any
// characters or none, ? for one. After a mismatch only the last * need take one
// more, so the work is bounded by the product of the lengths.
func glob(pattern, name []rune) bool {
	p, star, mark := 0, -1, 0
	for i := 0; i < len(name); {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[i]):
			p, i = p+1, i+1
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(string(pattern[p:]), "*") == ""
}
