package snapshot

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/GlobalFishingWatch/dit/gitref"
)

// Options say what to capture, and where it goes.
type Options struct {
	// Pipeline is a part of the ref: small letters, digits and hyphens, as descriptors name pipelines.
	Pipeline string
	// IncludeUntracked takes files in that git does not know and does not ignore.
	IncludeUntracked bool
	// List only finds out what would be captured; nothing is searched for secrets, written or pushed, and no commit is made.
	List bool
	// Push brings the snapshot to the remote, where others can get it. HEAD is not pushed: when nothing is uncommitted, the remote must have it.
	Push bool
	// Remote is the name of the remote to push to, or an address; empty for origin, or the only remote there is.
	Remote string
	// Auth is for the remote.
	Auth gitref.Auth
	// Announce, where it is set, is told what will be captured, and what of it cannot be searched for secrets, before anything is written or pushed.
	Announce func(*Snapshot)
}

// Snapshot is a commit of a work tree.
type Snapshot struct {
	// Commit has all 40 digits. When nothing is uncommitted it is HEAD.
	Commit string `json:"commit"`
	// Ref keeps the commit; empty when nothing is uncommitted.
	Ref string `json:"ref,omitempty"`
	// Tree identifies the files.
	Tree string `json:"tree"`
	// Parent is the HEAD that the snapshot was taken over; empty before the first commit. The commit does not hold it.
	Parent string `json:"parent,omitempty"`
	// Clean: the files are those of HEAD, and there is no snapshot.
	Clean bool `json:"clean"`
	// Listed: the commit is what would be made, and was not.
	Listed bool `json:"listed,omitempty"`
	// Captured are the differences from HEAD.
	Captured []Change `json:"captured,omitempty"`
	// LeftOut is what is in the work tree and not in the commit: files that git does not know, changes that it was told not to look at
	// (assume-unchanged, skip-worktree), repositories inside, the content of files of which git stores another one (Git LFS, filters). What git ignores is
	// not in it, nor files that are gone.
	LeftOut []Change `json:"left_out,omitempty"`
	// Closed are files with new content that is compressed, so that secrets in it cannot be seen: new to the remote with Push, else new to
	// HEAD. With List it is new to HEAD, with Push too: no remote is asked.
	Closed []string `json:"closed,omitempty"`
	// Unreviewed: the commit is not in the history of the default branch, or that could not be told. A snapshot never is.
	Unreviewed bool `json:"unreviewed_code"`
	// Untold is why it could not be told whether HEAD is reviewed.
	Untold string `json:"untold,omitempty"`
	// Pushed: the remote has the commit, and was asked.
	Pushed bool `json:"pushed"`
}

// Prefix is where all snapshots are.
const Prefix = "refs/dit-snapshots/"

const shortened = 12 // digits of the commit in a ref

var pipelineName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// Take makes a snapshot of the work tree in dir: its objects, and last its ref, go into the repository there; the index and the work tree stay as
// they are. When nothing is uncommitted it gives HEAD, which with Push the remote must have. Errors are an [ErrRefused], among them a [SecretsError]; gitref's own for the remote; and the
// system's. A snapshot whose push failed is still there, and taking it again pushes it again.
func Take(ctx context.Context, dir string, o Options) (*Snapshot, error) {
	if !pipelineName.MatchString(o.Pipeline) {
		return nil, fmt.Errorf("%w: pipeline %q: want small letters, digits and hyphens, at most 32", ErrRefused, o.Pipeline)
	}
	if o.Remote != "" && !o.Push {
		return nil, fmt.Errorf("%w: remote %q: a remote is for --push, which is not given", ErrRefused, o.Remote)
	}
	s, err := open(dir)
	if err != nil {
		return nil, err
	}
	defer s.root.Close()
	c, err := s.capture(ctx, o)
	if err != nil {
		return nil, err
	}
	made, err := c.build()
	if err != nil {
		return nil, err
	}
	snapshot := s.describe(c, made, o)
	if snapshot.Clean {
		reviewed, err := gitref.Reviewed(ctx, s.dir, snapshot.Commit, o.Auth)
		if snapshot.Unreviewed = !reviewed || err != nil; err != nil {
			snapshot.Untold = err.Error()
		}
		if o.Push && !o.List {
			if err := s.headOnRemote(ctx, o); err != nil {
				return nil, err
			}
			snapshot.Pushed = true
		}
		return snapshot, ctx.Err()
	}
	if err := s.checkAddresses(c); err != nil {
		return nil, err
	}
	known, remote := heldOf(s.head), gitref.Remote{}
	if o.Push && !o.List {
		if remote, err = gitref.RemoteOf(s.dir, o.Remote); err != nil {
			return nil, err
		}
		if known, err = s.pushedTo(ctx, remote, o); err != nil {
			return nil, err
		}
	}
	list, err := s.fresh(c, known)
	if err != nil {
		return nil, err
	}
	if snapshot.Closed, err = closed(list); err != nil {
		return nil, err
	}
	if o.List {
		snapshot.Listed = true
		return snapshot, nil
	}
	if o.Announce != nil {
		o.Announce(snapshot)
	}
	if err := s.search(ctx, list); err != nil {
		return nil, err
	}
	if err := s.write(ctx, made, plumbing.ReferenceName(snapshot.Ref)); err != nil {
		return nil, err
	}
	if o.Push {
		if err := gitref.Push(ctx, s.dir, snapshot.Ref, remote.URL, o.Auth); err != nil {
			return nil, err
		}
		snapshot.Pushed = true
	}
	return snapshot, nil
}

// describe says what a capture is, before anything is done with it.
func (s *scene) describe(c *captured, made *objects, o Options) *Snapshot {
	snapshot := &Snapshot{
		Tree:     made.tree.String(),
		Captured: s.changes(c),
		LeftOut:  sorted(append(c.leftOut, s.notTaken(o.IncludeUntracked)...)),
	}
	// Not by the tree: HEAD's may hold a mode that git no longer writes.
	snapshot.Clean = len(snapshot.Captured) == 0 && !s.commit.IsZero()
	if !s.commit.IsZero() {
		snapshot.Parent = s.commit.String()
	}
	if snapshot.Clean {
		snapshot.Commit, snapshot.Tree = snapshot.Parent, s.tree.String()
		return snapshot
	}
	snapshot.Unreviewed = true
	snapshot.Commit = made.commit.String()
	snapshot.Ref = Prefix + o.Pipeline + "/" + snapshot.Commit[:shortened]
	return snapshot
}

// notTaken is what is in the work tree and not captured.
func (s *scene) notTaken(includeUntracked bool) []Change {
	list := slices.Clone(s.leftOut)
	if !includeUntracked {
		for _, path := range s.untracked {
			list = append(list, Change{path, "untracked"})
		}
	}
	return list
}

// headOnRemote refuses a HEAD that others cannot get. Commits with a history are for git to push, to a branch of the caller's choice.
func (s *scene) headOnRemote(ctx context.Context, o Options) error {
	remote, err := gitref.RemoteOf(s.dir, o.Remote)
	if err != nil {
		return err
	}
	held, err := gitref.Holds(ctx, remote.URL, s.commit.String(), o.Auth)
	if err != nil {
		return err
	}
	if !held {
		return fmt.Errorf("%w: nothing is uncommitted, so the code is HEAD, %s, and %s does not have it; git push its branch there", ErrRefused, s.commit, remote.URL)
	}
	return nil
}

// pushedTo is the content that the remote has already: none is known where what is pushed goes elsewhere than what is fetched comes from.
func (s *scene) pushedTo(ctx context.Context, remote gitref.Remote, o Options) (held, error) {
	if remote.Elsewhere {
		return held{}, nil
	}
	tips, err := gitref.Tips(ctx, remote.URL, o.Auth)
	if err != nil {
		return held{}, err
	}
	return s.onRemote(tips), nil
}
