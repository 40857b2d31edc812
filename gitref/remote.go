package gitref

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Remote is where a repository's snapshots are pushed.
type Remote struct {
	// URL is its address; the first one that it is pushed to.
	URL string
	// Elsewhere: what is pushed goes to another address than what is fetched comes from.
	Elsewhere bool
}

// RemoteOf finds the remote of the repository in dir by its name; an empty name means origin, or the only remote. A name with a slash or colon
// in it is an address itself, which nothing rewrites. The address is git's own: settings of the machine and the user count, with what they include and
// rewrite.
func RemoteOf(dir, name string) (Remote, error) {
	if strings.ContainsAny(name, "/:") {
		return Remote{URL: name, Elsewhere: true}, nil
	}
	l, err := parseLocation(dir)
	if err != nil {
		return Remote{}, err
	}
	if _, err := l.open(); err != nil {
		return Remote{}, l.unreachable(context.Background(), Auth{}, err)
	}
	s, err := readRemotes(l.dir)
	if err != nil {
		return Remote{}, fmt.Errorf("%s: %w", l, err)
	}
	if name == "" {
		if name, err = s.origin(); err != nil {
			return Remote{}, fmt.Errorf("%s: %w", l, err)
		}
		if name == "" {
			return Remote{}, fmt.Errorf("%s: %w to push to; git remote add it, or give another", l, ErrNoRemote)
		}
	} else if _, err := s.names(); err != nil {
		return Remote{}, fmt.Errorf("%s: %w", l, err)
	}
	fetch, push, err := s.addresses(name)
	if err != nil {
		return Remote{}, fmt.Errorf("%s: %w", l, err)
	}
	switch {
	case len(fetch) == 0:
		return Remote{}, fmt.Errorf("%w: %s has no remote %q to push to; git remote add it, or give another", ErrUnknownRef, l, name)
	case len(push) > 0:
		return Remote{URL: l.remoteURL(push[0]), Elsewhere: true}, nil
	}
	return Remote{URL: l.remoteURL(fetch[0])}, nil
}

// remoteURL is an address of the settings as it is meant from anywhere; what is no address stays as it is.
func (l *location) remoteURL(address string) string {
	if remote, err := l.configured(address); err == nil {
		return remote.String()
	}
	return address
}

// CheckRemote says why nothing can be pushed to the address, nor be removed there, whoever asks; nil when it can be tried.
func CheckRemote(remote string) error {
	_, err := parseRemote(remote)
	return err
}

func parseRemote(remote string) (*location, error) {
	l, err := parseLocation(remote)
	if err == nil && l.scheme == "" {
		err = fmt.Errorf("remote %s is %w: dit pushes to https and ssh", l, ErrBadRef)
	}
	return l, err
}

// Tips asks a remote repository for its branches and gives the commits they point to.
func Tips(ctx context.Context, remote string, auth Auth) ([]string, error) {
	l, err := parseRemote(remote)
	if err != nil {
		return nil, err
	}
	offered, err := remoteRefs(ctx, l, auth)
	if err != nil {
		return nil, err
	}
	var tips []string
	for name, hash := range offered.commits {
		if plumbing.ReferenceName(name).IsBranch() {
			tips = append(tips, hash.String())
		}
	}
	return tips, nil
}
