//go:build engine

package engine_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// second is a second engine beside the one that people use: another folder,
// another network, the same build.
type second struct {
	home      string
	variables []string
}

// newSecond makes the folder of a second engine and, unless it is to be empty,
// gives it the build of the first one, which is made if need be. The engine is
// stopped and its folder removed when the test ends.
func newSecond(t *testing.T, empty bool) second {
	t.Helper()
	// Beside the first folder: on the same file system, builds can be linked.
	first := strings.TrimSpace(shell(t, nil, `mkdir -p "$home"; echo "$home"`).stdout)
	home, err := os.MkdirTemp(filepath.Dir(first), "test-")
	if err != nil {
		t.Fatal(err)
	}
	s := second{home, []string{"DIT_ENGINE_HOME=" + home, "_EXPERIMENTAL_DAGGER_RUNNER_HOST=", "DAGGER_NO_NAG=1"}}
	t.Cleanup(func() {
		if got := s.dagger(t, "--engine", "prune"); got.code != 0 {
			t.Errorf("prune: exit code %d: %s", got.code, got.stderr)
		}
		os.RemoveAll(home)
	})
	if !empty {
		lines := "with_lock ensure_built engine; cp -al \"$(build_of engine)\" " + home
		if got := shell(t, nil, lines); got.code != 0 {
			t.Fatalf("build the engine: %s", got.stderr)
		}
	}
	return s
}

// dagger calls tools/dagger for the second engine and logs the time it took.
func (s second) dagger(t testing.TB, arguments ...string) result {
	t.Helper()
	began := time.Now()
	got := run(t, s.variables, toolsDir(t)+"/dagger", arguments...)
	t.Logf("%6.2f s  tools/dagger %s", time.Since(began).Seconds(), strings.Join(arguments, " "))
	return got
}

// works fails the test unless the second engine answers a call.
func (s second) works(t testing.TB) {
	t.Helper()
	got := s.dagger(t, "--silent", "core", "version")
	if got.code != 0 || got.stdout != "v0.19.10" {
		t.Fatalf("core version: exit code %d, %q, %s", got.code, got.stdout, got.stderr)
	}
}

// holder returns the process that holds the engine's namespaces.
func (s second) holder(t testing.TB) int {
	t.Helper()
	got := shell(t, s.variables, "engine_pid")
	pid, err := strconv.Atoi(strings.TrimSpace(got.stdout))
	if err != nil {
		t.Fatalf("no engine runs: %s", got.stderr)
	}
	return pid
}

// processes returns the processes that run a program of the second engine.
func (s second) processes(t testing.TB, program string) []int {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		t.Fatal(err)
	}
	var found []int
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil || filepath.Base(target) != program || !strings.HasPrefix(target, s.home+"/") {
			continue
		}
		if pid, err := strconv.Atoi(strings.Split(link, "/")[2]); err == nil {
			found = append(found, pid)
		}
	}
	return found
}
