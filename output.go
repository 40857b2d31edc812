package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// output runs the command and returns what it printed; when it failed, all of it is the error, with its exit code. With
// exitZero a report is no error, whatever it says.
func output(ctx context.Context, c *dagger.Container, args []string, exitZero bool) (string, error) {
	done := c.WithExec(args, dagger.ContainerWithExecOpts{Expect: dagger.ReturnTypeAny})
	code, err := done.ExitCode(ctx)
	if err != nil {
		return "", stepError(err)
	}
	text, err := done.Stdout(ctx)
	if err != nil {
		return "", stepError(err)
	}
	if code == 0 || exitZero && text != "" {
		return text, nil
	}
	complaint, err := done.Stderr(ctx)
	if err != nil {
		return "", stepError(err)
	}
	return "", exit(code, text+outside(complaint))
}

// output is that of a function which is no workflow. It asks anew each time.
func (m *Dit) output(ctx context.Context, c *dagger.Container, args []string, exitZero bool) (string, error) {
	if err := m.notExplaining(); err != nil {
		return "", err
	}
	return output(ctx, c.With(anew), args, exitZero)
}

// notExplaining refuses to explain a function which is no workflow, and would be done.
func (m *Dit) notExplaining() error {
	if m.Explaining {
		return exit(workflows.ExitArguments, "explain takes a workflow, such as dagger call explain mode-equivalence --pipeline=sample-gaps --ref=main; this is none, and was not done: leave explain out")
	}
	return nil
}

// anew has a container run what comes next even if the same was run before: what is asked of the world must not be answered by a layer.
func anew(c *dagger.Container) *dagger.Container {
	return c.WithEnvVariable("DIT_NONCE", newRunID())
}
