package runnertest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Alive lists the processes whose environment has the setting, NAME=value, as "pid: command line". A test marks what it starts by one,
// and finds all descendants by it.
func Alive(t *testing.T, setting string) (alive []string) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range all {
		if text, err := os.ReadFile(file); err == nil && bytes.Contains(text, []byte(setting)) {
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
			alive = append(alive, filepath.Base(filepath.Dir(file))+": "+strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return alive
}
