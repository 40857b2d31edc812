package snapshot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/GlobalFishingWatch/dit/gitref"
)

// write stores the objects and, when all of them are there, the ref. Whoever is killed in between leaves objects that git's garbage collection
// takes, and no ref.
func (s *scene) write(ctx context.Context, o *objects, name plumbing.ReferenceName) error {
	for _, object := range o.list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.repo.Storer.HasEncodedObject(object.Hash()) == nil {
			continue
		}
		if _, err := s.repo.Storer.SetEncodedObject(object); err != nil {
			return fmt.Errorf("writing to %s: %w", s.dir, err)
		}
	}
	ref, err := s.repo.Reference(name, false)
	switch {
	case err == nil && ref.Hash() == o.commit:
		return nil
	case err == nil && ref.Hash() != plumbing.ZeroHash:
		return fmt.Errorf("%w: %s in %s is another commit, %s, whose first digits are the same; remove it: dit clean-snapshot", ErrRefused, name, s.dir, ref.Hash())
	case err != nil && !errors.Is(err, plumbing.ErrReferenceNotFound):
		return fmt.Errorf("%w: %s in %s cannot be read: %w", ErrRefused, name, s.dir, err)
	}
	return s.writeRef(name, o.commit)
}

// writeRef makes the ref in one step and with the mode that git gives it, which go-git does not.
func (s *scene) writeRef(name plumbing.ReferenceName, commit plumbing.Hash) (err error) {
	_, common, err := gitref.Dirs(s.dir)
	if err != nil {
		return err
	}
	made := filepath.Join(common, "objects", "tmp_obj_dit"+rand.Text()) // of a name that git removes one day
	defer func() {
		if err != nil {
			_ = os.Remove(made)
			err = fmt.Errorf("writing %s: %w", name, err)
		}
	}()
	f, err := os.OpenFile(made, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(commit.String() + "\n")
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	file := filepath.Join(common, filepath.FromSlash(string(name)))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.Rename(made, file)
}
