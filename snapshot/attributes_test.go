package snapshot

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Git itself says what the attributes of a file are, and what it makes of its line ends.
func TestAttributesAreGits(t *testing.T) {
	words := []string{"text", "-text", "!text", "text=auto", "text=input", "text=true", "text=set", "text=unset", "text=foo", "crlf", "-crlf", "crlf=foo", "crlf=input", "eol=lf", "eol=crlf",
		"binary", "-binary", "!binary", "mine", "!mine", "-mine", "mine=x", "yours", "!yours", "filter=x", "!filter"}
	patterns := []string{"*", "*.py", "a.py", "d/*", "**/b.py", "[attr]mine", "[attr]yours", "/d/b.py"}
	cases := [][2]string{
		{"* binary\n*.py !binary\n", ""},
		{"[attr]mine filter=x -text\n*.py mine\na.py !mine\n", ""},
		{"[attr]mine -text\n*.py text\n", "[attr]mine text\n*.py mine\n"},
		{"* text=set\n", ""}, {"* text=foo crlf\n", ""}, {"* text crlf=foo\n", ""},
		{"[attr]mine yours -text\n[attr]yours mine text\n* mine\n", ""},
	}
	r := rand.New(rand.NewPCG(1, 7))
	for range 60 {
		var files [2]string
		for i := range files {
			for range 1 + r.IntN(4) {
				files[i] += patterns[r.IntN(len(patterns))] + " " + words[r.IntN(len(words))] + " " + words[r.IntN(len(words))] + "\n"
			}
		}
		cases = append(cases, files)
	}
	w := newWork(t)
	w.git("config", "core.safecrlf", "false")
	names, asked := []string{"a.py", "b.txt", "d/b.py", "d/c"}, []string{"text", "crlf", "eol", "binary", "mine", "yours", "filter", "diff"}
	for _, name := range names {
		w.write(name, "one\r\ntwo\r\n")
	}
	for _, files := range cases {
		w.write(".gitattributes", files[0])
		w.write("d/.gitattributes", files[1])
		a := newAttributes()
		a.parse(files[0], "", false)
		a.parse(files[1], "d", false)
		said := map[string]string{}
		for line := range strings.Lines(w.git(append(append([]string{"check-attr"}, asked...), append([]string{"--"}, names...)...)...)) {
			part := strings.SplitN(strings.TrimSpace(line), ": ", 3)
			said[part[0]+" "+part[1]] = part[2]
		}
		for _, name := range names {
			of := a.of(name)
			for _, attribute := range asked {
				got := of[attribute]
				if got == "" {
					got = "unspecified"
				}
				if got = strings.TrimSpace(got); got != said[name+" "+attribute] {
					t.Errorf("%q and %q: %s of %s is %s, git says %s", files[0], files[1], attribute, name, got, said[name+" "+attribute])
				}
			}
		}
		if !strings.Contains(files[0]+files[1], "filter") {
			if tree, s := w.oracle("-A"), w.take(Options{IncludeUntracked: true}); tree != s.Tree {
				t.Errorf("%q and %q: git has the tree %s:\n%s", files[0], files[1], tree, w.git("diff-tree", "-r", tree, s.Tree))
			}
		}
	}
}
