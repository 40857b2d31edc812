package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// repository is where a pipeline's code is: a URL, or a directory with a git repository in it.
type repository struct {
	// Name is what the run cache and the reports call it.
	Name      string
	directory *dagger.Directory // nil: Name is a URL
}

// sampleRepository is the prefix of the repositories that dit carries with it.
const sampleRepository = "dit:"

// repository is the caller's, or the one that the descriptor names.
func (m *Dit) repository(d *workflows.Descriptor, directory *dagger.Directory, url string) (*repository, error) {
	switch {
	case directory != nil && url != "":
		return nil, exit(workflows.ExitArguments, "--repo and --repo-url exclude each other; give one of them")
	case directory != nil:
		return &repository{Name: "directory", directory: directory}, nil // its commits identify the code; its path does not
	case url != "":
		return &repository{Name: url}, nil
	case strings.HasPrefix(d.Repository, sampleRepository):
		made := worker().
			WithExec([]string{"dit", "sample-repository", "--name", strings.TrimPrefix(d.Repository, sampleRepository), "--out", "/repository"}).
			Directory("/repository")
		return &repository{Name: d.Repository, directory: made}, nil
	default:
		return &repository{Name: d.Repository}, nil
	}
}

// git is a container that can read the repository, and how it is called there.
func (m *Dit) git(r *repository) (*dagger.Container, string) {
	c := worker()
	if r.directory != nil {
		return c.WithMountedDirectory("/repository", r.directory), "/repository"
	}
	if m.GitToken != nil {
		c = c.WithSecretVariable("DIT_GIT_TOKEN", m.GitToken)
	}
	if m.GitSocket != nil {
		c = c.WithUnixSocket("/run/ssh-agent", m.GitSocket).WithEnvVariable("SSH_AUTH_SOCK", "/run/ssh-agent")
	}
	return c, r.Name
}

// resolve asks what a ref means now; from here on nothing depends on the name of a branch.
func (m *Dit) resolve(ctx context.Context, r *repository, ref string) (commit string, err error) {
	c, address := m.git(r)
	text, err := c.WithEnvVariable("DIT_NONCE", newRunID()).
		WithExec([]string{"dit", "git", "resolve", "--repo", address, "--ref", ref}).Stdout(ctx)
	if err != nil {
		return "", stepError(err)
	}
	var found struct {
		SHA string `json:"sha"`
	}
	return found.SHA, json.Unmarshal([]byte(text), &found)
}

// tree is the code at a commit, without its history: the same layer whichever branch led to it.
func (m *Dit) tree(r *repository, commit string) *dagger.Directory {
	c, address := m.git(r)
	return c.WithExec([]string{"dit", "git", "checkout", "--repo", address, "--commit", commit, "--out", "/tree"}).Directory("/tree")
}
