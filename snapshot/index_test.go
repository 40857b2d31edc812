package snapshot

import (
	"crypto/sha1"
	"os"
	"testing"
)

// An index that is cut off or damaged anywhere is an error, or means what it says; it never panics.
func TestDamagedIndex(t *testing.T) {
	for _, version := range []string{"2", "3", "4"} {
		w := newWork(t)
		w.git("config", "index.version", version)
		for _, name := range []string{"a", "a-b", "a.b", "dir/long name", "dir/long name, too", "é"} {
			w.write(name, name)
		}
		w.git("add", "-A")
		w.git("update-index", "--skip-worktree", "a.b")
		text, err := os.ReadFile(w.path(".git/index"))
		if err != nil {
			t.Fatal(err)
		}
		entries, err := parseIndex(text)
		if err != nil || len(entries) != 6 || !entries[2].skipped || entries[4].path != "dir/long name, too" {
			t.Fatalf("version %s: %+v, %v", version, entries, err)
		}
		if text[len(text)-1]++; true {
			if _, err := parseIndex(text); err == nil {
				t.Error("a wrong checksum was taken")
			}
		}
		body := text[:len(text)-sha1.Size]
		unsigned := func(body []byte) []byte { return append(append([]byte{}, body...), make([]byte, sha1.Size)...) } // as with index.skipHash
		if got, err := parseIndex(unsigned(body)); err != nil || len(got) != 6 {
			t.Errorf("without a checksum: %v", err)
		}
		for i := range body {
			_, _ = parseIndex(unsigned(body[:i]))
			for _, b := range []byte{0, 1, 0x7f, 0xff} {
				damaged := unsigned(body)
				damaged[i] = b
				_, _ = parseIndex(damaged)
			}
		}
	}
}
