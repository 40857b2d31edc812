// Package snapshot makes a commit of code that nobody has committed, so that a result can name exactly the code it came from, and
// anyone can get that code again. Nothing but Go: no git program is needed.
//
// # What a snapshot is
//
// A commit without a parent, whose author, dates and message are fixed: it depends on the files alone, never on who takes it, when,
// or over which commit. The same files give the same commit. It is kept from git's garbage collection by a ref,
// refs/dit-snapshots/<pipeline>/<first 12 digits of the commit>, which no branch protection and no clone sees.
//
// # What is in it
//
// What `git add -u` would put into a commit: every file that the index knows, as it is in the work tree. Files that git does not know are
// left out and listed; with [Options].IncludeUntracked they are in, unless they are ignored. The index and the work tree are never written.
//
// Files are stored as git stores them (executable bit, symbolic links, line ends). What cannot be stored so that another machine gets the same
// code is refused with the reason: see [ErrRefused].
//
// # Secrets
//
// Before anything is written, all content that is new is searched for credentials, see [SecretsError].
package snapshot
