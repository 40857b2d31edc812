package snapshot

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/GlobalFishingWatch/dit/gitref"
)

// Removed says where the ref of a snapshot was, and is no more.
type Removed struct {
	Local  bool `json:"local"`
	Remote bool `json:"remote"`
	// URL of the remote that was asked; empty for a directory without one.
	URL string `json:"url,omitempty"`
	// Unasked is why the remote of a directory was not asked: dit cannot, as where it is a directory itself. Else empty.
	Unasked string `json:"unasked,omitempty"`
}

var snapshotRef = regexp.MustCompile(`^` + Prefix + `[a-z0-9][a-z0-9-]{0,31}/[0-9a-f]{12}$`)

// Remove deletes the ref of a snapshot in a repository: a URL, or a directory and a remote of it, by name or address; an empty name means origin, or
// the only one, if there is any; one that is neither https nor ssh is not asked. That it is nowhere is no error. The server may still hand the
// commit to anyone who knows its hash: a secret that was in it must be replaced.
func Remove(ctx context.Context, repo, ref, remote string, auth gitref.Auth) (Removed, error) {
	var removed Removed
	if !snapshotRef.MatchString(ref) {
		return removed, fmt.Errorf("%w to remove: ref %q: want %s<pipeline>/<12 hexadecimal digits>; nothing else is removed", ErrRefused, ref, Prefix)
	}
	if gitref.IsURL(repo) {
		if remote != "" {
			return removed, fmt.Errorf("%w to remove: %s has no remote %q; a remote is one of a directory", ErrRefused, repo, remote)
		}
		removed.URL = repo
	} else if err := removed.here(repo, ref, remote); err != nil {
		return removed, err
	}
	if removed.URL == "" {
		return removed, nil
	}
	var err error
	if removed.Remote, err = gitref.DeleteRemote(ctx, removed.URL, ref, auth); err != nil && removed.Local {
		err = fmt.Errorf("%s is removed in the directory, and perhaps still on its remote; try again: %w", ref, err)
	}
	return removed, err
}

// here removes the ref of a directory, and finds out which remote has it too.
func (r *Removed) here(dir, ref, remote string) error {
	repo, err := gitref.Open(dir)
	if err != nil {
		return fmt.Errorf("%w to remove: %s: %w", ErrRefused, dir, err)
	}
	found, err := gitref.RemoteOf(dir, remote)
	if err != nil && !errors.Is(err, gitref.ErrNoRemote) {
		return err
	}
	if r.URL = found.URL; r.URL != "" {
		if err := gitref.CheckRemote(r.URL); err != nil && remote != "" {
			return err
		} else if err != nil {
			r.URL, r.Unasked = "", err.Error()
		}
	}
	_, err = repo.Reference(plumbing.ReferenceName(ref), false)
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, common, err := gitref.Dirs(dir)
	if err != nil {
		return err
	}
	if err := removeRef(common, ref); err != nil {
		return fmt.Errorf("removing %s from %s: %w", ref, dir, err)
	}
	r.Local = true
	return nil
}

// String says in words what was removed, and where it was not.
func (r Removed) String() string {
	alone := ", which has no remote"
	if r.Unasked != "" {
		alone = "; its remote was not asked: " + r.Unasked
	}
	switch {
	case r.Local && r.Remote:
		return "removed in the directory and on " + r.URL
	case r.Remote:
		return "removed on " + r.URL
	case r.Local && r.URL != "":
		return "removed in the directory; not on " + r.URL + ", where there was none"
	case r.Local:
		return "removed in the directory" + alone
	case r.URL != "":
		return "there was no such snapshot; asked " + r.URL
	}
	return "there was no such snapshot in the directory" + alone
}
