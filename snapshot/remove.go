package snapshot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/GlobalFishingWatch/dit/gitref"
)

// Removed says where the ref of a snapshot was, and is no more.
type Removed struct {
	Local  bool `json:"local"`
	Remote bool `json:"remote"`
}

var snapshotRef = regexp.MustCompile(`^` + Prefix + `[a-z0-9][a-z0-9-]{0,31}/[0-9a-f]{12}$`)

// Remove deletes the ref of a snapshot in a repository: a URL, or a directory and its remote, if it has one. That it is nowhere is no error. The server
// may still give out the commit to who knows it: a secret that was in it must be replaced.
func Remove(ctx context.Context, repo, ref string, auth gitref.Auth) (Removed, error) {
	var removed Removed
	if !snapshotRef.MatchString(ref) {
		return removed, fmt.Errorf("%w to remove: ref %q: want %s<pipeline>/<12 hexadecimal digits>; nothing else is removed", ErrRefused, ref, Prefix)
	}
	if gitref.IsURL(repo) {
		var err error
		removed.Remote, err = gitref.DeleteRemote(ctx, repo, ref, auth)
		return removed, err
	}
	r, err := gitref.Open(repo)
	if err != nil {
		return removed, fmt.Errorf("%w to remove: %s: %w", ErrRefused, repo, err)
	}
	_, err = r.Reference(plumbing.ReferenceName(ref), false)
	if err != nil && !errors.Is(err, plumbing.ErrReferenceNotFound) {
		return removed, err
	}
	if err == nil {
		if err := r.Storer.RemoveReference(plumbing.ReferenceName(ref)); err != nil {
			return removed, err
		}
		removed.Local = true
	}
	remotes, err := r.Remotes()
	if err != nil || len(remotes) == 0 {
		return removed, err
	}
	remote, err := gitref.RemoteOf(repo, "")
	if err != nil {
		return removed, err
	}
	removed.Remote, err = gitref.DeleteRemote(ctx, remote.URL, ref, auth)
	return removed, err
}

// String says what was removed in words.
func (r Removed) String() string {
	var where []string
	if r.Local {
		where = append(where, "in the directory")
	}
	if r.Remote {
		where = append(where, "on the remote")
	}
	if where == nil {
		return "there was no such snapshot"
	}
	return "removed " + strings.Join(where, " and ")
}
