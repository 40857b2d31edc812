package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/gitref"
	"github.com/GlobalFishingWatch/dit/snapshot"
	"github.com/GlobalFishingWatch/dit/workflows"
)

var snapshotFormats = map[string]func(*snapshot.Snapshot, io.Writer) error{
	"text": (*snapshot.Snapshot).WriteText,
	"json": func(s *snapshot.Snapshot, w io.Writer) error {
		return json.NewEncoder(w).Encode(struct {
			*snapshot.Snapshot
			Banner string `json:"banner"`
		}{s, s.Banner()})
	},
}

func takeSnapshot() *cobra.Command {
	o := snapshot.Options{Auth: gitref.AuthFromEnv()}
	var repo, format string
	c := &cobra.Command{
		Use:   "snapshot",
		Short: "make a commit of the uncommitted code in a work tree, that depends on the files alone",
		Long: `Make a commit of the uncommitted code in a work tree, that depends on the files alone.

The commit and its ref, refs/dit-snapshots/<pipeline>/<12 digits>, go into the repository there; the index and the work tree stay
as they are. Files that git does not know are left out and listed. All new content is searched for secrets first; with --push, all that the
remote does not have. When nothing is uncommitted, HEAD is given; with --push the remote must have it.

Exits with 0 when the commit is there, 2 when the directory cannot be captured or would publish a secret, 5 when the remote does not
answer or refuses the push.

A token for the remote is taken from DIT_GIT_TOKEN, an ssh agent from SSH_AUTH_SOCK.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			o.Announce = func(s *snapshot.Snapshot) {
				announce(c.ErrOrStderr(), s, o.IncludeUntracked || o.Push)
			}
			s, err := snapshot.Take(c.Context(), repo, o)
			if err != nil {
				return snapshotError(err)
			}
			return snapshotFormats[format](s, c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&repo, "repo", "", "top directory of the work tree")
	c.Flags().StringVar(&o.Pipeline, "pipeline", "", "pipeline that the code is of; a part of the ref")
	c.Flags().BoolVar(&o.IncludeUntracked, "include-untracked", false, "take in files that git does not know and does not ignore")
	c.Flags().BoolVar(&o.List, "list", false, "only list what would be captured and what would be left out")
	c.Flags().BoolVar(&o.Push, "push", false, "bring the snapshot to the remote, where others can get it")
	c.Flags().StringVar(&o.Remote, "remote", "", "remote to push to, by name or address (default origin, or the only one)")
	addFormat(c, &format, "text", "json")
	return required(c, "repo", "pipeline")
}

// announce says what cannot be searched for secrets, and on request all that will be captured, before it is written and pushed; nobody is asked.
func announce(w io.Writer, s *snapshot.Snapshot, all bool) {
	if all {
		fmt.Fprintf(w, "dit: capturing %d changes:\n", len(s.Captured))
		for _, change := range s.Captured {
			fmt.Fprintf(w, "  %-10s %q\n", change.How, change.Path)
		}
	}
	for _, path := range s.Closed {
		fmt.Fprintf(w, "dit: not searched for secrets, since it is compressed: %q\n", path)
	}
}

func cleanSnapshot() *cobra.Command {
	var repo, ref, remote string
	var copied bool
	c := &cobra.Command{
		Use:   "clean-snapshot",
		Short: "remove the ref of a snapshot, in a repository and on its remote",
		Long: `Remove the ref of a snapshot: of a URL there, of a directory there and on its remote, if it has one. It says where it was and where not. What was
pushed with --remote is removed with the same --remote.

Only refs/dit-snapshots/<pipeline>/<12 digits> is ever removed. That there is no such ref is no error. A server may still hand the commit to anyone
who knows its hash: when a secret was in it, replace the secret first.

A token for the remote is taken from DIT_GIT_TOKEN, an ssh agent from SSH_AUTH_SOCK.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if copied {
				found, err := gitref.RemoteOf(repo, remote)
				if err == nil {
					err = gitref.CheckRemote(found.URL)
				}
				if err != nil {
					return gitError(fmt.Errorf("%s: of a copy only the remote is asked; what the original has is removed there, by dit clean-snapshot or git update-ref -d: %w", ref, err))
				}
				repo, remote = found.URL, ""
			}
			removed, err := snapshot.Remove(c.Context(), repo, ref, remote, gitref.AuthFromEnv())
			if err != nil {
				return snapshotError(err)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %s\n", ref, removed)
			return err
		},
	}
	c.Flags().StringVar(&repo, "repo", "", "directory or URL")
	c.Flags().StringVar(&ref, "ref", "", "the snapshot's ref: refs/dit-snapshots/<pipeline>/<12 digits>")
	c.Flags().StringVar(&remote, "remote", "", "remote of the directory that it was pushed to, by name or address (default origin, or the only one)")
	c.Flags().BoolVar(&copied, "copy", false, "the directory is a copy: only its remote is asked, since what the copy loses the original keeps")
	return required(c, "repo", "ref")
}

// snapshotError gives what the caller can mend the exit code of a bad argument.
func snapshotError(err error) error {
	if errors.Is(err, snapshot.ErrRefused) {
		return coded{workflows.ExitArguments, err}
	}
	return gitError(err)
}
