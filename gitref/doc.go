// Package gitref turns the name of a version into a commit, and a commit into a directory of files, with nothing but Go:
// no git program is needed.
//
// A repository is a directory (with a work tree or bare) or a URL: https, ssh (also user@host:path), file. A ref is the
// name of a branch or tag, HEAD, a full name such as refs/heads/main, or a commit: 40 hexadecimal digits, fewer of them
// where the repository is a directory. A name that means two things is refused, not guessed at.
//
// # Authentication
//
// A token goes to https servers as the password of the user x-access-token, which GitHub, GitLab and Bitbucket accept. It is never sent
// over plain http except to the machine itself, never to another host that the server redirects to, and never shows in an
// error. For ssh the agent at SSH_AUTH_SOCK signs, and the host's key must be in the file SSH_KNOWN_HOSTS or
// ~/.ssh/known_hosts. A URL that carries a password is refused: URLs end up in logs and registries.
//
// # Errors
//
// Act on the sentinels with errors.Is: [ErrBadRef], [ErrUnknownRef] and [ErrAmbiguousRef] are the caller's to mend (exit code 2 of
// dit), [ErrUnreachable] is the world's (exit code 5), [ErrCorrupt] says that contents do not have the hash they should.
package gitref
