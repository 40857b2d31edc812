package workflows

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kballard/go-shellquote"
)

// Mutation is one change of a source: other rows, the same columns. It is a pure function of the rows that it is given, so its text
// names what it makes; what looks like chance is decided by a hash of the row and a seed. See docs/versions.md for the library.
//
// In JSON it is its text, see String.
type Mutation struct {
	// Name is one of [MutationNames].
	Name string
	// Source is the source that is changed; empty when the text left it out and nobody has resolved it yet.
	Source string
	// Settings are the other words, key=value, with canonical values: equal mutations have equal texts.
	Settings map[string]string
}

// ParseMutation reads words as a shell would, without expanding anything: NAME key=value key="a value with blanks". A word where
// without a value takes the rest of the text for it, quotes and all. Of equal meaning are texts with other blanks, another order of
// the keys, or values that are written otherwise, such as 0.10 for 0.1. The error says which word is wrong, and what to write.
func ParseMutation(text string) (Mutation, error) {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return Mutation{}, errors.New("want one line of text without control characters")
	}
	words, err := split(text)
	if err != nil {
		return Mutation{}, fmt.Errorf("%w; %s", err, cutAtComma)
	}
	if len(words) == 0 {
		return Mutation{}, fmt.Errorf("it is empty; write NAME key=value, with a name of %s", strings.Join(MutationNames(), ", "))
	}
	kind, ok := kinds[words[0]]
	if !ok {
		return Mutation{}, fmt.Errorf("there is no mutation %q; there are %s; %s", words[0], strings.Join(MutationNames(), ", "), cutAtComma)
	}
	m := Mutation{Name: words[0], Settings: map[string]string{}}
	for _, word := range words[1:] {
		key, value, ok := strings.Cut(word, "=")
		if !ok {
			return Mutation{}, fmt.Errorf("%q has no '='; write key=value, with the value in quotes when it has blanks, such as: %s", word, kind.example)
		}
		if key != "source" && !slices.Contains(kind.keys, key) {
			return Mutation{}, fmt.Errorf("%s takes no %q; it takes source, %s, such as: %s", m.Name, key, strings.Join(kind.keys, ", "), kind.example)
		}
		if _, twice := m.Settings[key]; twice || key == "source" && m.Source != "" {
			return Mutation{}, fmt.Errorf("%s is given twice; a list is one value, or several mutations", key)
		}
		if value, err = settings[key](value); err != nil {
			return Mutation{}, fmt.Errorf("%s=%q: %w", key, value, err)
		}
		if key == "source" {
			m.Source = value
		} else {
			m.Settings[key] = value
		}
	}
	if problem := m.together(kind); problem != "" {
		return Mutation{}, fmt.Errorf("%s %s, such as: %s", m.Name, problem, kind.example)
	}
	return m, nil
}

// cutAtComma is for errors that a text has which was cut in two on its way here.
const cutAtComma = "a comma ends the item of a list, which is read as CSV: a text that has one stands in double quotes, its own doubled"

// split gives the words of a mutation's text.
func split(text string) ([]string, error) {
	if before, rest, ok := strings.Cut(text, " where "); ok {
		if words, err := shellquote.Split(before); err == nil { // else it stands inside quotes
			return append(words, "where="+rest), nil
		}
	}
	return shellquote.Split(text)
}

// MutationNames lists the library, in the order of the documentation.
func MutationNames() []string {
	return []string{restrictVessels, dropMessages, shiftTimestamps, setSegmentFlag, duplicateMessages, lateMessages}
}

// String is the mutation's canonical text: its name, its source, and its other words sorted.
func (m Mutation) String() string {
	words := []string{m.Name}
	if m.Source != "" {
		words = append(words, "source="+m.Source)
	}
	for _, key := range slices.Sorted(maps.Keys(m.Settings)) {
		words = append(words, key+"="+shellQuote(m.Settings[key]))
	}
	return strings.Join(words, " ")
}

// MarshalText writes what String does.
func (m Mutation) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (m *Mutation) UnmarshalText(text []byte) (err error) {
	*m, err = ParseMutation(string(text))
	return err
}
