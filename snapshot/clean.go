package snapshot

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

var (
	pointer       = regexp.MustCompile(`^version https://(git-lfs\.github\.com|hawser\.github\.com)/spec/v1\n`)
	expandedIdent = regexp.MustCompile(`\$Id:[^$\n]*\$`)
)

const mostPointer = 1024 // bytes of a pointer of Git LFS

// cleaned gives what git would store for a file of the work tree. The index's entry is nil for a file that git does not know. With unchanged the
// entry stands, whatever the bytes are.
func (s *scene) cleaned(path string, content []byte, entry *indexEntry, info fileState) (stored []byte, unchanged bool, err error) {
	if entry != nil && plumbing.ComputeHash(plumbing.BlobObject, content) == entry.hash {
		return content, true, nil
	}
	attributes := s.attributes.of(path)
	switch why := through(attributes); {
	case attributes["filter"] == "lfs":
		stored, err := s.largeFile(path, content, entry)
		return stored, false, err
	case why != "":
		return nil, s.untouched(entry, info), s.unless(entry, info, path, why)
	case attributes["ident"] == set && expandedIdent.Match(content):
		return nil, s.untouched(entry, info), s.unless(entry, info, path, "git replaces $Id$ in it (ident)")
	}
	var before []byte
	ends := conversionOf(attributes, s.autocrlf())
	if ends == ifText && entry != nil {
		before, _ = s.blob(entry.hash) // not there: nothing to be careful about
	}
	stored = ends.storedEnds(content, before)
	if ends == asIs && attributes["text"] != unset && s.elsewhereConverted(content, entry) {
		return s.unconverted(content), true, nil
	}
	return stored, false, nil
}

// through says by what git stores a file in a way that dit does not know; "" for nothing.
func through(attributes map[string]string) string {
	filter, encoding := attributes["filter"], attributes["working-tree-encoding"]
	switch {
	case filter != "" && filter != unset && filter != set && filter != "lfs":
		return fmt.Sprintf("git stores it through the filter %q, a program that dit does not run", filter)
	case encoding != "" && encoding != unset:
		return "git stores it in another encoding (working-tree-encoding)"
	}
	return ""
}

// elsewhereConverted knows a file that was checked out with CRLF by the settings of a home directory that is not here, as in a copy of the work tree: the
// index has its size on the disk, and without the CR it is what the index has.
func (s *scene) elsewhereConverted(content []byte, entry *indexEntry) bool {
	return entry != nil && entry.size == uint32(len(content)) && plumbing.ComputeHash(plumbing.BlobObject, s.unconverted(content)) == entry.hash
}

func (s *scene) unconverted(content []byte) []byte {
	return bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
}

// largeFile is a file of Git LFS, whose content goes to a server of its own: a pointer may travel, new content cannot.
func (s *scene) largeFile(path string, content []byte, entry *indexEntry) ([]byte, error) {
	if len(content) <= mostPointer && pointer.Match(content) || len(content) == 0 {
		return content, nil
	}
	sum := sha256.Sum256(content)
	made := madePointer(sum[:], int64(len(content)))
	if head, ok := s.head[path]; ok && head.hash == plumbing.ComputeHash(plumbing.BlobObject, made) {
		return made, nil
	}
	return nil, refused(path, "its content is in Git LFS and is not what HEAD has, and a snapshot carries pointers only; commit it, and git lfs push")
}

// madePointer is what Git LFS stores for content with that SHA-256.
func madePointer(sum []byte, size int64) []byte {
	return fmt.Appendf(nil, "version https://git-lfs.github.com/spec/v1\noid sha256:%x\nsize %d\n", sum, size)
}

// untouched is git's own rule: size and time are the index's. A time that is not before the index's own proves nothing.
func (s *scene) untouched(entry *indexEntry, info fileState) bool {
	return entry != nil && entry.size == uint32(info.size) && entry.modified.Equal(info.modified) && entry.modified.Before(s.indexTime)
}

// unless refuses a file that was touched.
func (s *scene) unless(entry *indexEntry, info fileState, path, why string) error {
	if s.untouched(entry, info) {
		return nil
	}
	return refused(path, why+"; commit it with git")
}

// printable makes a path safe for a terminal.
func printable(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Sprintf("%q", path)
	}
	return path
}
