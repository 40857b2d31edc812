package snapshot

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// Limits of what one snapshot takes in: what is larger is data, and does not belong into a repository.
const (
	mostFile = 50 << 20  // bytes of one new file
	mostNew  = 500 << 20 // bytes of all new files
)

// fileState is by what git, and this package, sees that a file was touched.
type fileState struct {
	size     int64
	modified time.Time
}

func stateOf(info fs.FileInfo) fileState { return fileState{info.Size(), info.ModTime()} }

// onDisk is the name under which the work tree has the file.
func (s *scene) onDisk(path string) string {
	if name, ok := s.renamed[path]; ok {
		return name
	}
	return path
}

// read gives the content of a file or link that has not changed since the directory was looked at.
func (s *scene) read(path string, info fs.FileInfo) ([]byte, error) {
	if info.Mode().Type() == fs.ModeSymlink {
		target, err := s.root.Readlink(s.onDisk(path))
		return []byte(target), err
	}
	if info.Size() > mostFile {
		return nil, refused(path, fmt.Sprintf("it has %d MB, and new content may have %d; take it out, or let git ignore it", info.Size()>>20, mostFile>>20))
	}
	f, err := s.sameFile(path, info)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, mostFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", printable(path), err)
	}
	after, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if stateOf(after) != stateOf(info) || int64(len(content)) != info.Size() {
		return nil, changed(path)
	}
	return content, nil
}

func changed(path string) error {
	return refused(path, "it changed while it was read; try again when nothing writes to it")
}

// sameFile opens what was looked at, and nothing that took its place since.
func (s *scene) sameFile(path string, info fs.FileInfo) (*os.File, error) {
	f, err := s.root.Open(s.onDisk(path))
	if err != nil {
		return nil, refused(path, err.Error())
	}
	now, err := f.Stat()
	if err != nil || !os.SameFile(now, info) || stateOf(now) != stateOf(info) {
		f.Close()
		return nil, changed(path)
	}
	return f, nil
}

// unchangedLarge says whether a file of any size is no new content: its bytes are those of the index (identical), or their pointer of Git LFS is, which is
// HEAD's; or, where what git stores is not these bytes, git's own rule says that nobody touched it.
func (s *scene) unchangedLarge(path string, e *indexEntry, info fs.FileInfo) (same, identical bool, err error) {
	f, err := s.sameFile(path, info)
	if err != nil {
		return false, false, err
	}
	defer f.Close()
	h, sum := plumbing.NewHasher(plumbing.BlobObject, info.Size()), sha256.New()
	if _, err := io.Copy(io.MultiWriter(h, sum), f); err != nil {
		return false, false, fmt.Errorf("%s: %w", printable(path), err)
	}
	attributes := s.attributes.of(path)
	switch {
	case h.Sum() == e.hash:
		return true, true, nil
	case attributes["filter"] == "lfs":
		return s.head[path].hash == e.hash && plumbing.ComputeHash(plumbing.BlobObject, madePointer(sum.Sum(nil), info.Size())) == e.hash, false, nil
	}
	converted := through(attributes) != "" || attributes["ident"] == set || conversionOf(attributes, s.autocrlf()) != asIs
	return converted && s.untouched(e, stateOf(info)), false, nil
}
