package snapshot

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// indexEntry is what git's index knows of one file. go-git's own reader leaves out that a file is assumed to be unchanged.
type indexEntry struct {
	path     string
	mode     filemode.FileMode
	hash     plumbing.Hash
	modified time.Time // of the file when it was last compared
	size     uint32
	assumed  bool // git update-index --assume-unchanged
	skipped  bool // left out by a sparse checkout
	unmerged bool
}

var errIndex = errors.New("the index is damaged")

const (
	statSize    = 40
	entrySize   = statSize + sha1.Size + 2
	flagAssumed = 0x8000
	flagMore    = 0x4000
	flagStage   = 0x3000
	moreSkipped = 0x4000
)

// parseIndex reads an index of version 2, 3 or 4.
func parseIndex(data []byte) ([]indexEntry, error) {
	if len(data) < 12+sha1.Size || string(data[:4]) != "DIRC" {
		return nil, errIndex
	}
	body, sum := data[:len(data)-sha1.Size], data[len(data)-sha1.Size:]
	if !bytes.Equal(sum, make([]byte, sha1.Size)) { // zeros: index.skipHash
		if got := sha1.Sum(body); !bytes.Equal(got[:], sum) {
			return nil, fmt.Errorf("%w: its checksum is wrong; it may be being written", errIndex)
		}
	}
	version, count := binary.BigEndian.Uint32(body[4:]), binary.BigEndian.Uint32(body[8:])
	if version < 2 || version > 4 {
		return nil, fmt.Errorf("the index has version %d, dit reads 2 to 4", version)
	}
	var entries []indexEntry
	rest, previous := body[12:], ""
	for range count {
		e, length, err := parseEntry(rest, version, previous)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
		rest, previous = rest[length:], e.path
	}
	return entries, checkExtensions(rest)
}

func parseEntry(data []byte, version uint32, previous string) (e indexEntry, length int, err error) {
	if len(data) < entrySize {
		return e, 0, errIndex
	}
	word := func(at int) uint32 { return binary.BigEndian.Uint32(data[at:]) }
	e.modified = time.Unix(int64(word(8)), int64(word(12)))
	e.mode, e.size = filemode.FileMode(word(24)), word(36)
	copy(e.hash[:], data[statSize:])
	flags := binary.BigEndian.Uint16(data[statSize+sha1.Size:])
	e.unmerged, e.assumed = flags&flagStage != 0, flags&flagAssumed != 0
	at := entrySize
	if flags&flagMore != 0 {
		if len(data) < at+2 {
			return e, 0, errIndex
		}
		e.skipped = binary.BigEndian.Uint16(data[at:])&moreSkipped != 0
		at += 2
	}
	kept := ""
	if version == 4 {
		cut, n := prefixLength(data[at:])
		if n == 0 || cut > len(previous) {
			return e, 0, errIndex
		}
		kept = previous[:len(previous)-cut]
		at += n
	}
	end := bytes.IndexByte(data[at:], 0)
	if end < 0 {
		return e, 0, errIndex
	}
	e.path = kept + string(data[at:at+end])
	length = at + end + 1
	if version < 4 {
		length = (at + end + 8) / 8 * 8 // padded with one to eight NULs
	}
	if length > len(data) {
		return e, 0, errIndex
	}
	return e, length, nil
}

// prefixLength reads how many bytes of the name before are cut off; n is 0 when it cannot be read.
func prefixLength(data []byte) (value, n int) {
	for n < len(data) && n < 5 {
		c := data[n]
		n++
		value = value<<7 | int(c&0x7f)
		if c&0x80 == 0 {
			return value, n
		}
		value++
	}
	return 0, 0
}

// checkExtensions refuses what changes the meaning of the entries: those have names in lower case.
func checkExtensions(data []byte) error {
	for len(data) >= 8 {
		name, size := string(data[:4]), int(binary.BigEndian.Uint32(data[4:]))
		switch {
		case name == "link":
			return errors.New("the index is split, which dit does not read: git update-index --no-split-index")
		case name == "sdir":
			return errors.New("the index is sparse, which dit does not read: git sparse-checkout reapply --no-sparse-index")
		case name[0] < 'A' || name[0] > 'Z':
			return fmt.Errorf("the index has the extension %q, which dit does not know", name)
		case size > len(data)-8:
			return errIndex
		}
		data = data[8+size:]
	}
	if len(data) != 0 {
		return errIndex
	}
	return nil
}
