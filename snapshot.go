package main

import (
	"context"
	"strconv"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// What commit is the uncommitted code in this directory? Makes one that depends on the files alone, so that a result can name the code it came from.
//
// The same files are the same commit, whoever takes it, when, and over which commit. Tracked files are captured as they are; files that git does
// not know are left out and listed, unless --include-untracked takes them in. What git ignores is never captured. All new content is searched for
// secrets first, and one found ends it. When nothing is uncommitted, the commit is HEAD.
//
// The directory is a copy, so without --push the commit exists in no repository that anyone could ask: its digits are the answer. With --push it
// is on the remote under refs/dit-snapshots/<pipeline>/<12 digits>, which is no branch. What the remote does not have yet is searched for secrets then,
// committed or not. When nothing is uncommitted, nothing is pushed, and a HEAD that the remote does not have is refused.
//
// Exits with 2 when the directory cannot be captured or would publish a secret, 5 when the remote does not answer or refuses the push.
//
// Examples:
//
//	dagger call snapshot --source=.
//	dagger call --git-token=env://GITHUB_TOKEN snapshot --source=. --pipeline=pipe-gaps --include-untracked --push --format=json
//
// +cache="never"
func (m *Dit) Snapshot(
	ctx context.Context,
	// Top directory of the work tree, with its .git directory.
	source *dagger.Directory,
	// Pipeline that the code is of; a part of the ref.
	// +default="code"
	pipeline string,
	// Take in files that git does not know and does not ignore.
	// +default=false
	includeUntracked bool,
	// Only list what would be captured and what would be left out.
	// +default=false
	list bool,
	// Bring the snapshot to the remote.
	// +default=false
	push bool,
	// Remote to push to, by name or URL; when empty the one named origin, or the only one there is.
	// +optional
	remote string,
	// text or json.
	// +default="text"
	format string,
) (string, error) {
	if err := oneOf("format", format, "text", "json"); err != nil {
		return "", err
	}
	c, address := m.git(&repository{directory: source})
	return m.output(ctx, c, []string{"dit", "snapshot", "--repo", address, "--pipeline", pipeline, "--include-untracked=" + strconv.FormatBool(includeUntracked),
		"--list=" + strconv.FormatBool(list), "--push=" + strconv.FormatBool(push), "--remote", remote, "--format", format}, false)
}

// Remove a snapshot of uncommitted code from the remote that it was pushed to.
//
// Only refs/dit-snapshots/<pipeline>/<12 digits> is ever removed; that there is no such ref is no error. Snapshots do not expire. A server may still
// hand the commit to anyone who knows its hash: when a secret was in it, replace the secret first.
//
// Examples:
//
//	dagger call --git-token=env://GITHUB_TOKEN clean-snapshot --ref=refs/dit-snapshots/pipe-gaps/0123456789ab --repo=.
//	dagger call clean-snapshot --ref=refs/dit-snapshots/pipe-gaps/0123456789ab --repo-url=https://github.com/GlobalFishingWatch/pipe-gaps
//
// +cache="never"
func (m *Dit) CleanSnapshot(
	ctx context.Context,
	// The snapshot's ref.
	ref string,
	// Clone of the repository whose remote has the snapshot. It is a copy: what it has of the snapshot itself stays in the original.
	// +optional
	repo *dagger.Directory,
	// Remote of the clone that it was pushed to, by name or URL; when empty the one named origin, or the only one there is.
	// +optional
	remote string,
	// URL of the repository that has the snapshot.
	// +optional
	repoUrl string,
) (string, error) {
	if (repo == nil) == (repoUrl == "") {
		return "", exit(workflows.ExitArguments, "give the repository with the snapshot, as one of --repo and --repo-url")
	}
	c, address := m.git(&repository{Name: repoUrl, directory: repo})
	args := []string{"dit", "clean-snapshot", "--repo", address, "--ref", ref, "--remote", remote}
	if repo != nil {
		args = append(args, "--copy")
	}
	return m.output(ctx, c, args, false)
}
