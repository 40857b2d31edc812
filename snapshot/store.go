package snapshot

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
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

// writeRef makes the ref in one step, which go-git does not.
func (s *scene) writeRef(name plumbing.ReferenceName, commit plumbing.Hash) (err error) {
	f, err := s.git.TempFile("objects", "tmp_obj_dit") // of a name that git removes one day
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	defer func() {
		if err != nil {
			_ = s.git.Remove(f.Name())
		}
	}()
	_, err = f.Write([]byte(commit.String() + "\n"))
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = s.git.Rename(f.Name(), string(name))
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}
