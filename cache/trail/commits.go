package trail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/GlobalFishingWatch/dit/gitref"
	"github.com/GlobalFishingWatch/dit/samples"
)

// Commits know where code is.
type Commits interface {
	// Exists says whether the repository has the commit, given in full. An error says that it could not be told.
	Exists(ctx context.Context, repository, commit string) (bool, error)
}

// Repositories are those that rows of the registry name: URLs, and the sample that dit carries with it.
type Repositories struct{ Auth gitref.Auth }

// The names under which rows have what is no URL.
const (
	carried   = "dit:" // before the name of a sample
	sample    = carried + "samples/gaps"
	directory = "directory"
)

// Exists implements [Commits].
func (r Repositories) Exists(ctx context.Context, repository, commit string) (bool, error) {
	switch {
	case repository == "":
		return false, errors.New("the row names no repository")
	case repository == directory:
		return false, fmt.Errorf("the repository was a directory of whoever ran it, and nobody else can look for commit %s there; run with --repo-url", commit)
	case repository == sample:
		dir, err := os.MkdirTemp("", "dit-sample-")
		if err != nil {
			return false, err
		}
		defer os.RemoveAll(dir)
		if _, err := samples.BuildRepo(dir); err != nil {
			return false, err
		}
		return gitref.Holds(ctx, dir, commit, r.Auth)
	case strings.HasPrefix(repository, carried):
		return false, fmt.Errorf("this dit carries no sample %s", repository)
	}
	return gitref.Holds(ctx, repository, commit, r.Auth)
}

// asked remembers answers.
type asked struct {
	Commits
	mu      sync.Mutex
	answers map[[2]string]func() (bool, error)
}

// once asks for each commit once, whoever else wants to know it at the same time.
func once(c Commits) Commits {
	return &asked{Commits: c, answers: map[[2]string]func() (bool, error){}}
}

// Exists implements [Commits].
func (a *asked) Exists(ctx context.Context, repository, commit string) (bool, error) {
	a.mu.Lock()
	key := [2]string{repository, commit}
	answer := a.answers[key]
	if answer == nil {
		answer = sync.OnceValues(func() (bool, error) { return a.Commits.Exists(ctx, repository, commit) })
		a.answers[key] = answer
	}
	a.mu.Unlock()
	return answer()
}
