package snapshot

import (
	"bytes"
	"slices"
)

// conversion is how git treats a file's line ends when it stores it.
type conversion int

const (
	asIs      conversion = iota // every byte
	ifText                      // CRLF becomes LF in what looks like text and is not stored with CRLF already
	alwaysEnd                   // CRLF becomes LF
)

// conversionOf follows git's rules for text, crlf, eol and core.autocrlf.
func conversionOf(attributes map[string]string, autocrlf bool) conversion {
	text := attributes["text"]
	if !slices.Contains([]string{set, unset, "auto", "input"}, text) { // all others are none
		text = attributes["crlf"] // its old name
	}
	switch eol := attributes["eol"]; {
	case text == unset:
		return asIs
	case text == "auto":
		return ifText
	case text == set, text == "input", eol == "lf", eol == "crlf":
		return alwaysEnd
	case autocrlf:
		return ifText
	}
	return asIs
}

// storedEnds converts; stored is what the index has of the file, nil for nothing.
func (c conversion) storedEnds(content, stored []byte) []byte {
	if c == asIs || !bytes.Contains(content, []byte("\r\n")) {
		return content
	}
	if c == ifText && (looksBinary(content) || bytes.Contains(stored, []byte("\r\n")) && !looksBinary(stored)) {
		return content
	}
	return bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
}

// looksBinary is git's guess.
func looksBinary(content []byte) bool {
	printable, other := 0, 0
	for i, c := range content {
		switch {
		case c == 0, c == '\r' && (i+1 == len(content) || content[i+1] != '\n'):
			return true
		case c == '\r', c == '\n':
		case c == 0x7f, c < ' ' && c != '\b' && c != '\t' && c != 0x1b && c != '\f':
			other++
		default:
			printable++
		}
	}
	if len(content) > 0 && content[len(content)-1] == 0x1a { // the end of a file in DOS
		other--
	}
	return printable>>7 < other
}
