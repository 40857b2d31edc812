package main

import (
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
	if failed := failedExec(err); failed != nil {
		message := failed.Stderr
		if strings.TrimSpace(message) == "" {
			message = failed.Stdout
		}
		return exit(failed.ExitCode, outside(message))
	}
	return exit(workflows.ExitInfrastructure, err.Error())
}

// failedExec is the exec that failed; nil if something else did. Of some other errors, such as a service that does not start, the engine gives
// what was run before, which ended well.
func failedExec(err error) *dagger.ExecError {
	var failed *dagger.ExecError
	if errors.As(err, &failed) && failed.ExitCode != 0 {
		return failed
	}
	return nil
}

// ofBinding says in an error of [exit] which of several versions it is about; the only version has no name.
func ofBinding(name string, err error) error {
	var e *gqlerror.Error
	if name != "" && errors.As(err, &e) {
		e.Message = "binding " + name + ": " + e.Message
	}
	return err
}

var mounted = regexp.MustCompile(`(^|\s)/repository([\s:;,]|$)`)

// outside takes the path that only a container has for the caller's repository out of a message.
func outside(message string) string {
	return mounted.ReplaceAllString(message, "${1}the repository${2}")
}

// tail keeps the last n lines of a log.
func tail(log string, n int) string {
	lines := strings.Split(strings.TrimRight(log, "\n"), "\n")
	if len(lines) > n {
		lines = append([]string{"…"}, lines[len(lines)-n:]...)
	}
	return strings.Join(lines, "\n")
}
