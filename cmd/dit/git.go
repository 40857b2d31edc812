package main

import (
	"encoding/json"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/gitref"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func git() *cobra.Command {
	var repo, ref, commit, out string
	c := &cobra.Command{
		Use:   "git",
		Short: "find a commit of a pipeline's repository, and its files",
		Long: `Find a commit of a pipeline's repository, and its files.

A token for a private repository is taken from DIT_GIT_TOKEN, an ssh agent from SSH_AUTH_SOCK.`,
	}
	resolve := &cobra.Command{
		Use:   "resolve",
		Short: "print what a branch, tag or commit means now, as JSON",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			found, err := gitref.Resolve(c.Context(), repo, ref, gitref.AuthFromEnv())
			if err != nil {
				return gitError(err)
			}
			return json.NewEncoder(os.Stdout).Encode(found)
		},
	}
	checkout := &cobra.Command{
		Use:   "checkout",
		Short: "write the files of a commit to a new directory",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return gitError(gitref.Checkout(c.Context(), repo, commit, out, gitref.AuthFromEnv()))
		},
	}
	reviewed := &cobra.Command{
		Use:   "reviewed",
		Short: "print whether a commit is in the history of the default branch, as JSON; fails when that cannot be told",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			found, err := gitref.Reviewed(c.Context(), repo, commit, gitref.AuthFromEnv())
			if err != nil {
				return gitError(err)
			}
			return json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{"commit": commit, "reviewed": found})
		},
	}
	for _, verb := range []*cobra.Command{resolve, checkout, reviewed} {
		verb.Flags().StringVar(&repo, "repo", "", "directory or URL")
	}
	resolve.Flags().StringVar(&ref, "ref", "", "branch, tag or commit")
	for _, verb := range []*cobra.Command{checkout, reviewed} {
		verb.Flags().StringVar(&commit, "commit", "", "full commit")
	}
	checkout.Flags().StringVar(&out, "out", "", "directory to make")
	c.AddCommand(required(resolve, "repo", "ref"), required(checkout, "repo", "commit", "out"), required(reviewed, "repo", "commit"))
	return c
}

// gitError gives what the caller can mend the exit code of a bad argument.
func gitError(err error) error {
	if errors.Is(err, gitref.ErrBadRef) || errors.Is(err, gitref.ErrUnknownRef) || errors.Is(err, gitref.ErrAmbiguousRef) {
		return coded{workflows.ExitArguments, err}
	}
	return err
}
