package snapshot

import (
	"math/rand/v2"
	"path"
	"strings"
	"testing"
)

// Git itself says what is ignored, of patterns made of few letters so that many of them match.
func TestIgnoredIsGit(t *testing.T) {
	w := newWork(t)
	names := []string{"secrets/k.pem", "secrets/a/k.pem", "secrets/a/b/k.pem", "x/secrets/a/k.pem", "b", "out", "ab", "a/b", "a/a", "b/a", "aa/b", "a/b/a", "a/b/b", "b/a/b", "a/a/b/b", "ab/a/b", "a.b", "a-b/a"}
	patterns := []string{"secrets**/*.pem", "/secrets**/*.pem", "out**/x", "sec*/**/k.pem", "secrets/**", "secrets**", "secrets/**/b/*.pem", "/**/b", "a\\/b", "**\\/b", "a**\\/b", "a/[ab]", "a**/**b"}
	r := rand.New(rand.NewPCG(1, 7))
	for range 150 {
		var b strings.Builder
		for range 1 + r.IntN(6) {
			b.WriteString([]string{"a", "b", "/", "/", "*", "**", "?", "[ab]", "\\a"}[r.IntN(9)])
		}
		patterns = append(patterns, b.String())
	}
	for _, pattern := range patterns {
		for _, at := range []string{"", "a"} {
			w.write(".gitignore", "")
			w.write("a/.gitignore", "")
			w.write(path.Join(at, ".gitignore"), pattern+"\n")
			c := command(w.dir, "check-ignore", "--no-index", "--stdin")
			c.Stdin = strings.NewReader(strings.Join(names, "\n") + "\n")
			out, _ := c.Output() // nothing ignored is an error
			ignored := map[string]bool{}
			for name := range strings.Lines(string(out)) {
				ignored[strings.TrimSpace(name)] = true
			}
			rules := parseIgnores(pattern, at, false)
			for _, name := range names {
				got := rules.match(name, false)
				for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
					got = got || rules.match(dir, true)
				}
				if got != ignored[name] {
					t.Errorf("%q in %q: %q is ignored: %v, git says %v", pattern, at, name, got, ignored[name])
				}
			}
		}
	}
}
