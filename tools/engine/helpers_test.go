// Package engine_test tests the scripts of this folder as people call them.
package engine_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// result is what a command left behind.
type result struct {
	code           int
	stdout, stderr string
}

// toolsDir returns the absolute path of the folder tools.
func toolsDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// run runs a command with variables on top of the environment and waits for it.
func run(t testing.TB, variables []string, name string, arguments ...string) result {
	t.Helper()
	command := exec.Command(name, arguments...)
	command.Env = append(os.Environ(), variables...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %s: %v", name, err)
	}
	return result{command.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// shell runs lines of bash after the scripts that define the functions.
func shell(t testing.TB, variables []string, lines string) result {
	t.Helper()
	sources := "set -euo pipefail; tools=" + toolsDir(t) + "\n" +
		"for part in lib host run build; do source $tools/engine/$part.sh; done\n"
	return run(t, variables, "bash", "-c", sources+lines)
}

// fakeCommand writes a bash script that stands for a command.
func fakeCommand(t testing.TB, dir, name, lines string) {
	t.Helper()
	text := "#!/bin/bash\n" + lines + "\n"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// oneSentence fails the test unless a call ended with one line of explanation
// that holds all the words.
func oneSentence(t testing.TB, got result, words ...string) {
	t.Helper()
	line := strings.TrimSuffix(got.stderr, "\n")
	if got.code != 1 || line == "" || strings.Contains(line, "\n") {
		t.Errorf("got exit code %d and %q; want 1 and one line", got.code, got.stderr)
	}
	for _, word := range words {
		if !strings.Contains(line, word) {
			t.Errorf("%q does not say %q", line, word)
		}
	}
}
