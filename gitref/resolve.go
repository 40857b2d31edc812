package gitref

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Commit is what a ref means at this moment.
type Commit struct {
	// SHA has all 40 hexadecimal digits, lower case.
	SHA string `json:"sha"`
	// Ref is the full name that was meant, such as refs/heads/main; empty when a commit was given.
	Ref string `json:"ref,omitempty"`
	// Repository is the URL or the absolute directory.
	Repository string `json:"repository"`
	// DefaultBranch is the short name of the branch that HEAD points to; empty when it points to none.
	DefaultBranch string `json:"default_branch,omitempty"`
}

const (
	fullSHA   = 40
	fewestSHA = 4 // of an abbreviated one, as in git
)

var (
	hexadecimal = regexp.MustCompile(`^[0-9a-fA-F]+$`)
	expression  = regexp.MustCompile(`[~^:]|@\{|\.\.`)
)

// Resolve asks the repository what the ref means. Of a remote repository a full commit is taken at its word, since servers
// do not tell; [Checkout] finds out. See the package comment for what may be given and which errors come back.
func Resolve(ctx context.Context, repo, ref string, auth Auth) (Commit, error) {
	l, err := parseLocation(repo)
	if err != nil {
		return Commit{}, err
	}
	if err := checkRef(ref); err != nil {
		return Commit{}, err
	}
	commit := Commit{Repository: l.String()}
	var offered *refs
	var candidates map[string]plumbing.Hash // commits that the text may abbreviate
	if l.scheme != "" {
		if offered, err = remoteRefs(ctx, l, auth); err != nil {
			return Commit{}, err
		}
		if isFull(ref) {
			candidates = map[string]plumbing.Hash{"": plumbing.NewHash(strings.ToLower(ref))}
		}
	} else {
		r, err := l.open()
		if err != nil {
			return Commit{}, l.unreachable(ctx, auth, err)
		}
		if offered, err = localRefs(r); err != nil {
			return Commit{}, l.unreachable(ctx, auth, err)
		}
		if candidates, err = abbreviated(r, ref); err != nil {
			return Commit{}, l.unreachable(ctx, auth, err)
		}
	}
	commit.DefaultBranch = plumbing.ReferenceName(offered.branch).Short()
	commit.Ref, commit.SHA, err = offered.choose(ref, candidates, l)
	if err != nil {
		return Commit{}, err
	}
	return commit, nil
}

// checkRef refuses what is no name and no commit, before anything is asked.
func checkRef(ref string) error {
	bad := func(why string) error { return fmt.Errorf("ref %q is %w: %s", ref, ErrBadRef, why) }
	switch {
	case ref == "":
		return bad("it is empty; give a branch, a tag or a commit")
	case strings.HasPrefix(ref, "-"):
		return bad("it begins with a hyphen")
	case expression.MatchString(ref):
		return bad("dit takes names and commits, not expressions such as main~1; give the commit")
	}
	name := plumbing.ReferenceName(ref)
	if !strings.HasPrefix(ref, "refs/") && name != plumbing.HEAD {
		name = plumbing.NewBranchReferenceName(ref)
	}
	if name.Validate() != nil {
		return bad("git allows no such name")
	}
	return nil
}

// choose finds the one thing that the text means.
func (r *refs) choose(ref string, candidates map[string]plumbing.Hash, l *location) (name, sha string, err error) {
	type meaning struct{ name, sha string }
	var meanings []meaning
	prefixes := []string{"refs/heads/", "refs/tags/", "refs/remotes/"}
	if ref == "HEAD" || strings.HasPrefix(ref, "refs/") {
		prefixes = []string{""}
	}
	for _, prefix := range prefixes {
		if hash, ok := r.commits[prefix+ref]; ok {
			meanings = append(meanings, meaning{prefix + ref, hash.String()})
		}
	}
	for _, hash := range candidates {
		meanings = append(meanings, meaning{"", hash.String()})
	}
	switch len(meanings) {
	case 0:
		return "", "", r.unknown(ref, l)
	case 1:
		return meanings[0].name, meanings[0].sha, nil
	}
	var each []string
	for _, m := range meanings {
		if m.name == "" {
			m.name = "commit"
		}
		each = append(each, m.name+" ("+m.sha+")")
	}
	slices.Sort(each)
	return "", "", fmt.Errorf("%w: %q in %s is %s; give a full name or all 40 digits of the commit", ErrAmbiguousRef, ref, l, strings.Join(each, " and "))
}
