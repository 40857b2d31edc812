package compare

import (
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

// FuzzQuote checks that whatever the name, the identifier ends where it should:
// at the last character, at a backtick that no backslash escapes.
func FuzzQuote(f *testing.F) {
	for _, name := range []string{"select", "a.b", "a__b", "`", "\\", "\\`", "a`; DROP", "naïve", "a\nb"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		quoted := quote(name)
		inside := quoted[1 : len(quoted)-1]
		if quoted[0] != '`' || quoted[len(quoted)-1] != '`' || strings.ContainsAny(inside, "\n\r") {
			t.Fatalf("%q becomes %s", name, quoted)
		}
		var back strings.Builder
		for i := 0; i < len(inside); i++ {
			switch inside[i] {
			case '`':
				t.Fatalf("%q becomes %s, which ends early", name, quoted)
			case '\\':
				if i++; i == len(inside) {
					t.Fatalf("%q becomes %s, which does not end", name, quoted)
				}
				back.WriteByte(map[byte]byte{'n': '\n', 'r': '\r', '\\': '\\', '`': '`'}[inside[i]])
			default:
				back.WriteByte(inside[i])
			}
		}
		if back.String() != name {
			t.Errorf("%q comes back as %q", name, back.String())
		}
	})
}

func TestRangeVariable(t *testing.T) {
	schema := bigquery.Schema{field("X", "STRING"), record("s", field("x_e0", "STRING"))}
	if got := rangeVariable(schema); got != "x__" {
		t.Errorf("alias %s, want one that no name begins with", got)
	}
}
