package main

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// exit is an error with a message for the person and an exit code for the shell. Dagger passes on the code of a failed
// exec only, so the error says that it is one.
func exit(code int, message string) error {
	return &gqlerror.Error{Message: strings.TrimSpace(message), Extensions: map[string]any{
		"_type": "EXEC_ERROR", "cmd": []string{"dit"}, "exitCode": code, "stdout": "", "stderr": "",
	}}
}

// stepError turns a failed exec of dit into the message that dit printed and its exit code; the engine's own words around
// it (which process, which container) help nobody. Any other error is the infrastructure's.
func stepError(err error) error {
	var failed *dagger.ExecError
	// One that ended well is not what failed: of a service that does not start, the engine gives what was run before it.
	if errors.As(err, &failed) && failed.ExitCode != 0 {
		message := failed.Stderr
		if strings.TrimSpace(message) == "" {
			message = failed.Stdout
		}
		return exit(failed.ExitCode, outside(message))
	}
	return exit(workflows.ExitInfrastructure, err.Error())
}

var mounted = regexp.MustCompile(`(^|\s)/repository([\s:;,]|$)`)

// outside takes the path that only a container has for the caller's repository out of a message.
func outside(message string) string {
	return mounted.ReplaceAllString(message, "${1}the repository${2}")
}

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

// output is that of a function which is no workflow.
func (m *Dit) output(ctx context.Context, c *dagger.Container, args []string, exitZero bool) (string, error) {
	if err := m.notExplaining(); err != nil {
		return "", err
	}
	return output(ctx, c, args, exitZero)
}

// notExplaining refuses to explain a function which is no workflow, and would be done.
func (m *Dit) notExplaining() error {
	if m.Explaining {
		return exit(workflows.ExitArguments, "explain takes a workflow, such as dagger call explain mode-equivalence --pipeline=sample-gaps --ref=main; this is none, and was not done: leave explain out")
	}
	return nil
}

// tail keeps the last n lines of a log.
func tail(log string, n int) string {
	lines := strings.Split(strings.TrimRight(log, "\n"), "\n")
	if len(lines) > n {
		lines = append([]string{"…"}, lines[len(lines)-n:]...)
	}
	return strings.Join(lines, "\n")
}
