package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// removeRef removes a ref from a git directory as git does it, which go-git does not: packed-refs has the user's branches too, and git may be at
// work on it. The lock of the packed refs is held until the ref's own file is gone, so that nobody packs it meanwhile.
func removeRef(dir, ref string) error {
	file := filepath.Join(dir, filepath.FromSlash(ref))
	unlock, err := lock(file)
	if err != nil {
		return err
	}
	defer unlock()
	packed := filepath.Join(dir, "packed-refs")
	if target, err := filepath.EvalSymlinks(packed); err == nil {
		packed = target // git writes there too
	}
	if unlock, err = lock(packed); err != nil {
		return err
	}
	defer unlock()
	if err := unpack(packed, ref); err != nil {
		return err
	}
	if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// lockTime is how long another's lock is waited for: git holds one for moments, and waits a second itself.
const lockTime = time.Second

// lock makes git's lock of a file, and gives what removes it.
func lock(file string) (unlock func(), err error) {
	name := file + ".lock"
	for end := time.Now().Add(lockTime); ; time.Sleep(lockTime / 50) {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil { // that of a packed ref need not be there
			return nil, err
		}
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err == nil {
			return func() { _ = os.Remove(name) }, f.Close()
		}
		if !errors.Is(err, fs.ErrExist) && !errors.Is(err, fs.ErrNotExist) { // git removes empty directories
			return nil, err
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("%w to remove: %w: git is at work there; try again, and if no git runs, remove that file", ErrRefused, err)
		}
	}
}

// unpack takes the ref out of the file of packed refs, whose lock is held.
func unpack(packed, ref string) (err error) {
	text, err := os.ReadFile(packed)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var kept strings.Builder
	found := false
	for line := range strings.Lines(string(text)) {
		// A line that begins with ^ is of the one before.
		if _, name, _ := strings.Cut(strings.TrimSpace(line), " "); name == ref || found && strings.HasPrefix(line, "^") {
			found = true
			continue
		}
		kept.WriteString(line)
		found = false
	}
	if kept.Len() == len(text) {
		return nil
	}
	info, err := os.Stat(packed)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(packed+".new", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) // git's own name for it
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.WriteString(kept.String())
	if err == nil {
		err = f.Chmod(info.Mode().Perm())
	}
	if err == nil {
		err = f.Sync() // the user's branches are in it
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), packed)
	}
	return err
}
