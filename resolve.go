package main

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// repository is where a pipeline's code is: a URL, or a directory with a git repository in it.
type repository struct {
	// Name is what the run cache and the reports call it.
	Name      string
	directory *dagger.Directory // nil: Name is a URL
	// files are what is run as it is; nil unless that was asked for.
	files *dagger.Directory
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
	if m.GitToken != nil {
		c = c.WithSecretVariable("DIT_GIT_TOKEN", m.GitToken)
	}
	if m.GitSocket != nil {
		c = c.WithUnixSocket("/run/ssh-agent", m.GitSocket).WithEnvVariable("SSH_AUTH_SOCK", "/run/ssh-agent")
	}
	if r.directory != nil { // its remote may be asked too, such as for what is reviewed
		return c.WithMountedDirectory("/repository", r.directory), "/repository"
	}
	return c, r.Name
}

// resolveAll finds out what the refs of all versions mean, each once, and gives what is to be said about uncommitted work. The repository
// then has the snapshot of that.
func (m *Dit) resolveAll(ctx context.Context, r *repository, request *workflows.Request, u uncommitted) (notes []string, err error) {
	known := map[string]workflows.Binding{}
	commits := make([]string, len(request.Bindings))
	for i := range request.Bindings {
		b := &request.Bindings[i]
		found, ok := known[b.Ref]
		if !ok {
			switch {
			case b.Ref == workTree && u.withoutSnapshot:
				found, err = r.asIs(ctx)
				notes = append(notes, "the files are run as they are: nobody can get this code again, and no other call is answered by it")
			case b.Ref == workTree:
				var note string
				found, note, err = m.takeSnapshot(ctx, r, request.Pipeline.Name, u.includeUntracked)
				notes = append(notes, note)
			default:
				found.Commit, err = m.resolve(ctx, r, b.Ref)
			}
			if err != nil {
				return nil, ofBinding(b.Name, err)
			}
			known[b.Ref] = found
		}
		commits[i], b.Parent = found.Commit, found.Parent
	}
	request.At(commits...)
	return notes, nil
}

// asIs is the version that the files of the directory are, known by their digest.
func (r *repository) asIs(ctx context.Context) (b workflows.Binding, err error) {
	r.files = r.directory.WithoutDirectory(".git")
	digest, err := r.files.Digest(ctx)
	if err != nil {
		return b, stepError(err)
	}
	b.Commit = workflows.FilesPrefix + strings.TrimPrefix(digest, "sha256:")
	return b, nil
}

// takeSnapshot makes a commit of what is in the directory, with the banner that says of what. A clean directory is at its own commit.
func (m *Dit) takeSnapshot(ctx context.Context, r *repository, pipeline string, untracked bool) (b workflows.Binding, banner string, err error) {
	// Mounted directories are not part of a container's changes: here the new objects must be taken out again.
	c, _ := m.git(&repository{})
	done := c.WithDirectory("/repository", r.directory).
		WithExec([]string{"dit", "snapshot", "--repo", "/repository", "--pipeline", pipeline, "--include-untracked=" + strconv.FormatBool(untracked), "--format", "json"})
	text, err := done.Stdout(ctx)
	if err != nil {
		return b, "", stepError(err)
	}
	var taken struct {
		Commit string `json:"commit"`
		Parent string `json:"parent"`
		Clean  bool   `json:"clean"`
		Banner string `json:"banner"`
	}
	if err := json.Unmarshal([]byte(text), &taken); err != nil {
		return b, "", err
	}
	r.directory = done.Directory("/repository")
	b.Commit = taken.Commit
	if !taken.Clean {
		b.Parent = taken.Parent
	}
	return b, taken.Banner, nil
}

// reviewed tells whether a commit is an ancestor of the default branch of its repository; not where that cannot be told.
func (m *Dit) reviewed(ctx context.Context, r *repository, commit string) bool {
	if strings.HasPrefix(commit, workflows.FilesPrefix) {
		return false
	}
	c, address := m.git(r)
	text, err := c.With(anew).
		WithExec([]string{"dit", "git", "reviewed", "--repo", address, "--commit", commit}).Stdout(ctx)
	var answer struct {
		Reviewed bool `json:"reviewed"`
	}
	return err == nil && json.Unmarshal([]byte(text), &answer) == nil && answer.Reviewed
}

// resolve asks what a ref means now; from here on nothing depends on the name of a branch.
func (m *Dit) resolve(ctx context.Context, r *repository, ref string) (commit string, err error) {
	c, address := m.git(r)
	text, err := c.With(anew).
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
	if strings.HasPrefix(commit, workflows.FilesPrefix) {
		return r.files
	}
	c, address := m.git(r)
	return c.WithExec([]string{"dit", "git", "checkout", "--repo", address, "--commit", commit, "--out", "/tree"}).Directory("/tree")
}
