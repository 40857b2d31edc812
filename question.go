package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// question is what a workflow was asked, before anything of it is checked.
type question struct {
	pipeline   string
	descriptor *dagger.File
	repo       *dagger.Directory
	repoURL    string
	arguments  workflows.Arguments
	expect     *dagger.File
	uncommitted
	how
	dryRun bool
	// plan makes the plan; its error is about the arguments.
	plan func(r *workflows.Request, repository string) (*workflows.Plan, error)
}

// ask checks a question, finds out what its refs mean, and answers it.
func (m *Dit) ask(ctx context.Context, q question) (string, error) {
	d, err := m.loadDescriptor(ctx, q.pipeline, q.descriptor)
	if err != nil {
		return "", err
	}
	formats := []string{"text", "json", "markdown", "junit"}
	if m.Explaining || q.dryRun { // a plan is no report
		formats = formats[:2]
	}
	if err := oneOf("format", q.format, formats...); err != nil {
		return "", err
	}
	if err := oneOf("cache", q.cache, "use", "refresh", "off", "require"); err != nil {
		return "", err
	}
	q.arguments.Project, q.arguments.Sandbox, q.arguments.Detach, q.arguments.Settings = m.Project, m.Credentials == nil, q.detach, m.settings()
	if q.arguments.RunID == "" {
		q.arguments.RunID = newRunID()
	}
	if q.expect != nil {
		if q.arguments.Expect, err = readFile(ctx, "--expect", q.expect, workflows.ParseExpectations); err != nil {
			return "", exit(workflows.ExitArguments, err.Error())
		}
	}
	request, err := q.arguments.Check(d)
	if err != nil {
		return "", exit(workflows.ExitArguments, err.Error())
	}
	if err := q.check(request, q.repo, q.cache); err != nil {
		return "", exit(workflows.ExitArguments, err.Error())
	}
	if q.detach && m.Credentials == nil {
		return "", exit(workflows.ExitArguments, "--detach: the sandbox ends with the call, and its jobs with it; leave it out")
	}
	started := time.Now()
	if m.Credentials == nil && !q.dryRun {
		defer m.startSandbox(ctx)()
	}
	repository, err := m.repository(d, q.repo, q.repoURL)
	if err != nil {
		return "", err
	}
	notes, err := m.resolveAll(ctx, repository, request, q.uncommitted)
	if err != nil {
		return "", err
	}
	plan, err := q.plan(request, repository.Name)
	if err != nil {
		return "", exit(workflows.ExitArguments, strings.Join(append(notes, err.Error()), "\n"))
	}
	plan.Warnings = slices.Concat(notes, plan.Warnings)
	if q.dryRun {
		if q.format == "json" {
			text, err := json.MarshalIndent(plan, "", "  ")
			return string(text), err
		}
		return plan.String(), nil
	}
	return m.execute(ctx, started, plan, repository, q.how)
}

// startSandbox starts the sandbox while something else is done, which takes two seconds, and returns what waits for that. Whoever
// needs it first waits for it too, and sees why if it does not come. The call must not end before the start has: a session that closes
// in the middle of it leaves the service behind, and with it the lock on its tables.
func (m *Dit) startSandbox(ctx context.Context) (wait func()) {
	starting := make(chan struct{})
	go func() {
		defer close(starting)
		_, _ = m.Sandbox().Start(ctx)
	}()
	return func() { <-starting }
}

// uncommitted is what is to be done with the ref ".", the files of a directory as they are.
type uncommitted struct{ includeUntracked, withoutSnapshot bool }

// workTree is the ref that means what is in the caller's directory, committed or not.
const workTree = "."

// check refuses what does not go together.
func (u uncommitted) check(r *workflows.Request, repo *dagger.Directory, cache string) error {
	asked := slices.ContainsFunc(r.Bindings, func(b workflows.Binding) bool { return b.Ref == workTree })
	switch {
	case asked && repo == nil:
		return errors.New("ref . means the files of a directory as they are: give --repo=. too, or another directory")
	case !asked && u.includeUntracked:
		return errors.New("--include-untracked is for uncommitted work: give the ref . with --repo=. too, or leave it out")
	case !asked && u.withoutSnapshot:
		return errors.New("--without-snapshot is for uncommitted work: give the ref . with --repo=. too, or leave it out")
	case u.withoutSnapshot && u.includeUntracked:
		return errors.New("--without-snapshot takes the files as they are, untracked ones too; leave out --include-untracked")
	case u.withoutSnapshot && cache != "off":
		return fmt.Errorf("--without-snapshot runs files that nobody can get again, so nothing may be answered from earlier runs, nor answer later ones: give --cache=off too (it is %s)", cache)
	}
	return nil
}
