package compare

import (
	"fmt"
	"strings"
)

// cell is a canonical text taken apart: text for scalars, parts for the others.
type cell struct {
	shape cellShape
	text  string
	parts []cell
}

type cellShape byte

const (
	cellNull   cellShape = '~'
	cellBare   cellShape = '.'
	cellQuoted cellShape = '"'
	cellStruct cellShape = '('
	cellArray  cellShape = '['
)

// parseCell reads one whole canonical text. That it can, without being told the
// type, is why no two values share one.
func parseCell(s string) (cell, error) {
	c, rest, err := readCell(s, 0)
	if err == nil && rest != "" {
		err = fmt.Errorf("canonical text %.80q goes on after its end with %.20q", s, rest)
	}
	return c, err
}

// maxDepth is far beyond the 15 levels BigQuery allows.
const maxDepth = 64

func readCell(s string, depth int) (cell, string, error) {
	if depth > maxDepth {
		return cell{}, "", fmt.Errorf("canonical text is nested deeper than %d levels", maxDepth)
	}
	switch {
	case s == "":
		return cell{}, "", fmt.Errorf("canonical text ends too early")
	case s[0] == '~':
		return cell{shape: cellNull}, s[1:], nil
	case s[0] == '"':
		return readQuoted(s)
	case s[0] == '(':
		return readParts(s, cellStruct, ')', depth)
	case s[0] == '[':
		if strings.HasPrefix(s, "[]") {
			return cell{shape: cellArray}, s[2:], nil
		}
		return readParts(s, cellArray, ']', depth)
	}
	end := strings.IndexAny(s, `,()[]"~`)
	if end < 0 {
		end = len(s)
	}
	if end == 0 {
		return cell{}, "", fmt.Errorf("canonical text has %.20q where a value should be", s)
	}
	return cell{shape: cellBare, text: s[:end]}, s[end:], nil
}

func readQuoted(s string) (cell, string, error) {
	var text strings.Builder
	for s = s[1:]; ; {
		before, after, found := strings.Cut(s, `"`)
		if !found {
			return cell{}, "", fmt.Errorf("canonical text has a string without an end")
		}
		text.WriteString(before)
		if !strings.HasPrefix(after, `"`) {
			return cell{shape: cellQuoted, text: text.String()}, after, nil
		}
		text.WriteByte('"')
		s = after[1:]
	}
}

func readParts(s string, shape cellShape, end byte, depth int) (cell, string, error) {
	c := cell{shape: shape}
	for {
		part, rest, err := readCell(s[1:], depth+1)
		if err != nil {
			return cell{}, "", err
		}
		c.parts = append(c.parts, part)
		if rest != "" && rest[0] == end {
			return c, rest[1:], nil
		}
		if rest == "" || rest[0] != ',' {
			return cell{}, "", fmt.Errorf("canonical text has %.20q where , or %c should be", rest, end)
		}
		s = rest
	}
}

// canonical writes the cell again; it is the inverse of parseCell.
func (c cell) canonical() string {
	switch c.shape {
	case cellNull:
		return "~"
	case cellQuoted:
		return `"` + strings.ReplaceAll(c.text, `"`, `""`) + `"`
	case cellStruct, cellArray:
		parts := make([]string, len(c.parts))
		for i, p := range c.parts {
			parts[i] = p.canonical()
		}
		open, end := "(", ")"
		if c.shape == cellArray {
			open, end = "[", "]"
		}
		return open + strings.Join(parts, ",") + end
	}
	return c.text
}
