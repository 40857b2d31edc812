package gitref

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
)

var (
	// ErrBadRef: the ref, or the repository's address, is not of a form that dit takes.
	ErrBadRef = errors.New("not usable")
	// ErrUnknownRef: the repository answers and has no such branch, tag or commit.
	ErrUnknownRef = errors.New("unknown ref")
	// ErrNoRemote: the repository has no remote at all; an [ErrUnknownRef].
	ErrNoRemote = fmt.Errorf("%w: it has no remote", ErrUnknownRef)
	// ErrAmbiguousRef: the name means more than one thing.
	ErrAmbiguousRef = errors.New("ambiguous ref")
	// ErrUnreachable: the repository does not answer, does not exist, or wants other credentials.
	ErrUnreachable = errors.New("repository unreachable")
	// ErrCorrupt: an object's contents do not have the hash by which it was asked for.
	ErrCorrupt = errors.New("corrupt repository")
)

// unreachable explains why a repository could not be read. The transport's own error goes in as text only, so that no token
// in it can come out by unwrapping.
func (l *location) unreachable(ctx context.Context, auth Auth, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("%w: %s: %w", ErrUnreachable, auth.redact(l.String()), cause)
	}
	return fmt.Errorf("%w: %s: %s%s", ErrUnreachable, auth.redact(l.String()), auth.redact(err.Error()), l.hint(auth, err))
}

func (l *location) hint(auth Auth, err error) string {
	refused := errors.Is(err, transport.ErrAuthenticationRequired) || errors.Is(err, transport.ErrAuthorizationFailed) ||
		errors.Is(err, transport.ErrRepositoryNotFound)
	switch {
	case l.scheme == "ssh" && strings.Contains(err.Error(), "knownhosts"), strings.Contains(err.Error(), "known_hosts"):
		return "; put the host's key into ~/.ssh/known_hosts or the file that SSH_KNOWN_HOSTS names"
	case l.scheme == "ssh":
		return "; give a running ssh agent that holds a key of the repository: --git-socket=$SSH_AUTH_SOCK"
	case refused && auth.Token == "":
		return "; if the repository is private, give a token that may read it: --git-token=env://DIT_GIT_TOKEN"
	case refused && !l.mayHaveToken():
		return "; the token was not sent, since the connection is not encrypted: use https"
	case refused:
		return "; the token of --git-token was not accepted: it may have expired, or may not read this repository"
	case l.scheme == "":
		return "; give a git repository's directory or URL"
	}
	return "; check the address and the network, or give a local copy of the repository"
}
