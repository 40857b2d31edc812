package gitref

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/client"
)

// ErrPushRefused says that the server answers, and does not take the ref.
var ErrPushRefused = errors.New("push refused")

// Push brings the ref of the repository in dir, and the commit without its parents that it names, to the remote, an https or ssh address.
// The server must not have the ref yet: that it has it already with the same commit is no error, and with another is [ErrPushRefused], as is a
// missing permission and a hook's no. The clone may be shallow.
func Push(ctx context.Context, dir, ref, remote string, auth Auth) error {
	local, err := parseLocation(dir)
	if err != nil {
		return err
	}
	repo, err := local.open()
	if err != nil {
		return local.unreachable(ctx, auth, err)
	}
	name, err := repo.Reference(plumbing.ReferenceName(ref), false)
	if err != nil {
		return fmt.Errorf("%w: %s in %s: %w", ErrUnknownRef, ref, local, err)
	}
	return update(ctx, remote, auth, func(there map[string]plumbing.Hash) (*packp.Command, *pack, error) {
		switch now := there[ref]; {
		case now == name.Hash():
			return nil, nil, nil
		case !now.IsZero():
			return nil, nil, fmt.Errorf("%w: %s there is %s, and here %s; remove one of them: dit clean-snapshot", ErrPushRefused, ref, now, name.Hash())
		}
		p, err := packOf(repo, name.Hash(), there)
		return &packp.Command{Name: name.Name(), New: name.Hash()}, p, err
	})
}

// DeleteRemote removes a ref of the remote, and says whether it was there.
func DeleteRemote(ctx context.Context, remote, ref string, auth Auth) (bool, error) {
	found := false
	err := update(ctx, remote, auth, func(there map[string]plumbing.Hash) (*packp.Command, *pack, error) {
		now, ok := there[ref]
		if found = ok; !ok {
			return nil, nil, nil
		}
		return &packp.Command{Name: plumbing.ReferenceName(ref), Old: now}, nil, nil
	})
	return found && err == nil, err
}

// update asks the remote for its refs and makes the one change that decide wants, nil for none.
func update(ctx context.Context, remote string, auth Auth, decide func(map[string]plumbing.Hash) (*packp.Command, *pack, error)) error {
	l, err := parseRemote(remote)
	if err != nil {
		return err
	}
	method, err := auth.method(l)
	if err != nil {
		return l.unreachable(ctx, auth, err)
	}
	endpoint, err := transport.NewEndpoint(l.url)
	if err != nil {
		return l.unreachable(ctx, auth, err)
	}
	c, err := client.NewClient(endpoint)
	if err != nil {
		return l.unreachable(ctx, auth, err)
	}
	session, err := c.NewReceivePackSession(endpoint, method)
	if err != nil {
		return l.unreachable(ctx, auth, err)
	}
	defer session.Close()
	offered, err := session.AdvertisedReferencesContext(ctx)
	if errors.Is(err, transport.ErrEmptyRemoteRepository) {
		offered, err = packp.NewAdvRefs(), nil
	}
	if err != nil {
		return l.refused(ctx, auth, err)
	}
	command, objects, err := decide(offered.References)
	if command == nil || err != nil {
		return err
	}
	request := packp.NewReferenceUpdateRequestFromCapabilities(offered.Capabilities)
	if err := request.Capabilities.Set(capability.ReportStatus); err != nil {
		return err
	}
	request.Commands = []*packp.Command{command}
	if objects != nil {
		r, w := io.Pipe()
		request.Packfile = r
		defer r.Close() // ends the writer, whatever happens
		go func() {
			whole := !offered.Capabilities.Supports(capability.OFSDelta)
			_, err := packfile.NewEncoder(w, objects.repo.Storer, whole).Encode(objects.hashes, deltaWindow)
			w.CloseWithError(err)
		}()
	}
	report, err := session.ReceivePack(ctx, request)
	if report != nil {
		if no := report.Error(); no != nil {
			return fmt.Errorf("%w: %s: %s%s", ErrPushRefused, auth.redact(l.String()), auth.redact(no.Error()), nextStep)
		}
	}
	if err != nil {
		return l.refused(ctx, auth, err)
	}
	if report == nil {
		return fmt.Errorf("%w: %s did not say whether it took %s", ErrUnreachable, l, command.Name)
	}
	return nil
}

const deltaWindow = 10 // git's own

const nextStep = "; a snapshot needs permission to push to the repository: give a token that has it as --git-token, or commit the change to a branch that is there, and give that as --ref"

// refused tells a missing permission to push from a server that does not answer.
func (l *location) refused(ctx context.Context, auth Auth, err error) error {
	if errors.Is(err, transport.ErrAuthorizationFailed) || errors.Is(err, transport.ErrAuthenticationRequired) {
		return fmt.Errorf("%w: %s: %s%s", ErrPushRefused, auth.redact(l.String()), auth.redact(err.Error()), nextStep)
	}
	return l.unreachable(ctx, auth, err)
}
