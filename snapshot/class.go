package snapshot

import "strings"

// class matches the first byte of the text with the [class] that the glob begins with, and gives the class's length.
func class(glob, text string) (length int, ok bool) {
	if text == "" || text[0] == '/' {
		return 0, false
	}
	b, i, not, in := text[0], 1, false, false
	if i < len(glob) && (glob[i] == '!' || glob[i] == '^') {
		not = true
		i++
	}
	for first := true; ; first = false {
		if i >= len(glob) {
			return 0, false // not closed
		}
		if glob[i] == ']' && !first {
			return i + 1, in != not
		}
		if name, n := posix(glob[i:]); n > 0 {
			test, known := posixClasses[name]
			if !known {
				return 0, false
			}
			in = in || test(b)
			i += n
			continue
		}
		low, n := bracketByte(glob[i:])
		if n == 0 {
			return 0, false
		}
		i += n
		high := low
		if i+1 < len(glob) && glob[i] == '-' && glob[i+1] != ']' {
			if high, n = bracketByte(glob[i+1:]); n == 0 {
				return 0, false
			}
			i += 1 + n
		}
		in = in || low <= b && b <= high
	}
}

// bracketByte reads one byte of a class, which may be escaped.
func bracketByte(s string) (b byte, length int) {
	if s[0] != '\\' {
		return s[0], 1
	}
	if len(s) < 2 {
		return 0, 0
	}
	return s[1], 2
}

// posix reads [:name:]; length 0 when the text does not begin with one.
func posix(s string) (name string, length int) {
	if !strings.HasPrefix(s, "[:") {
		return "", 0
	}
	close := strings.IndexByte(s, ']')
	if close < 3 || s[close-1] != ':' {
		return "", 0
	}
	return s[2 : close-1], close + 1
}

var posixClasses = map[string]func(byte) bool{
	"alpha":  alpha,
	"digit":  digit,
	"alnum":  func(b byte) bool { return alpha(b) || digit(b) },
	"upper":  func(b byte) bool { return 'A' <= b && b <= 'Z' },
	"lower":  func(b byte) bool { return 'a' <= b && b <= 'z' },
	"space":  func(b byte) bool { return b == ' ' || '\t' <= b && b <= '\r' },
	"blank":  func(b byte) bool { return b == ' ' || b == '\t' },
	"cntrl":  func(b byte) bool { return b < ' ' || b == 0x7f },
	"print":  func(b byte) bool { return ' ' <= b && b < 0x7f },
	"graph":  func(b byte) bool { return ' ' < b && b < 0x7f },
	"punct":  func(b byte) bool { return ' ' < b && b < 0x7f && !alpha(b) && !digit(b) },
	"xdigit": func(b byte) bool { return digit(b) || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F' },
}

func alpha(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }
func digit(b byte) bool { return '0' <= b && b <= '9' }
