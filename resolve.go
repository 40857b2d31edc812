package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// repository is a pipeline's code at one commit.
type repository struct {
	// Name is what the run cache and the reports call it: a URL, or what a directory is known by.
	Name string
	// Commit is the full 40 digits.
	Commit string
	// Tree is the code at that commit, without its history.
	Tree *dagger.Directory
}

// sampleRepository is the prefix of the repositories that dit carries with it.
const sampleRepository = "dit:"

// resolve turns a ref into a commit before anything else happens: from here on nothing depends on the name of a branch.
func (m *Dit) resolve(ctx context.Context, d *workflows.Descriptor, override *dagger.GitRepository, ref string) (*repository, error) {
	name, git := d.Repository, override
	switch {
	case override != nil:
		// A directory has no URL; the commit alone identifies its code.
		if url, err := override.URL(ctx); err == nil && url != "" {
			name = url
		} else {
			name = "directory"
		}
	case strings.HasPrefix(d.Repository, sampleRepository):
		git = m.worker().WithExec([]string{"dit", "sample-repository", "--name", strings.TrimPrefix(d.Repository, sampleRepository), "--out", "/repository"}).
			Directory("/repository").AsGit()
	default:
		git = dag.Git(d.Repository, dagger.GitOpts{HTTPAuthToken: m.GitToken, SSHAuthSocket: m.GitSocket})
	}
	branches, err := git.Branches(ctx)
	if err != nil {
		return nil, exit(exitInfrastructure, fmt.Sprintf("repository %s does not answer: %v\nFor a private repository give --git-token=env://TOKEN or --git-socket=$SSH_AUTH_SOCK; for a copy of it, --repo=DIRECTORY.", name, err))
	}
	tags, err := git.Tags(ctx)
	if err != nil {
		return nil, exit(exitInfrastructure, fmt.Sprintf("tags of repository %s: %v", name, err))
	}
	if slices.Contains(branches, ref) && slices.Contains(tags, ref) {
		return nil, exit(exitArguments, fmt.Sprintf("ref %q is both a branch and a tag of %s; write refs/heads/%s or refs/tags/%s", ref, name, ref, ref))
	}
	commit, err := git.Ref(ref).Commit(ctx)
	if err != nil {
		return nil, exit(exitArguments, fmt.Sprintf("unknown ref %q in %s; give a full commit, a branch (%s) or a tag (%s)\n%v",
			ref, name, some(branches), some(tags), err))
	}
	return &repository{Name: name, Commit: commit, Tree: git.Commit(commit).Tree(dagger.GitRefTreeOpts{DiscardGitDir: true})}, nil
}

// some names a few of many.
func some(names []string) string {
	const few = 8
	if len(names) == 0 {
		return "none"
	}
	if len(names) > few {
		return strings.Join(names[:few], ", ") + fmt.Sprintf(" and %d more", len(names)-few)
	}
	return strings.Join(names, ", ")
}
