//go:build engine

package engine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestKilledBuildIsStartedAnew kills a build with everything it started, then
// checks that the next one is not misled by what it left.
func TestKilledBuildIsStartedAnew(t *testing.T) {
	s := newSecond(t, true)
	build := exec.Command(toolsDir(t)+"/dagger", "version")
	build.Env = append(os.Environ(), s.variables...)
	build.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := build.Start(); err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	for left(t, s, "building.*/tmp/mmdebstrap.*") == 0 {
		if time.Since(started) > time.Minute {
			t.Fatal("no root was begun within a minute")
		}
		time.Sleep(100 * time.Millisecond)
	}
	// The script alone is killed: its children must not stand in the way.
	if err := build.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	build.Wait()
	if left(t, s, "building.*") != 1 || left(t, s, "v*") != 0 {
		t.Error("a killed build left no folder to recover from, or a finished one")
	}

	began := time.Now()
	got := shell(t, s.variables, "with_lock ensure_built dagger; echo; \"$(build_of dagger)/bin/dagger\" version")
	t.Logf("%6.2f s  build of the command after a killed build", time.Since(began).Seconds())
	if got.code != 0 || !strings.Contains(got.stdout, "dagger v0.19.10 ") {
		t.Errorf("exit code %d, %q, %s", got.code, got.stdout, got.stderr)
	}
	if strings.Contains(got.stderr, "waiting") {
		t.Error("the next call waited for the children of the killed one")
	}
	if left(t, s, "building.*") != 0 {
		t.Error("the next build left the folder of the killed one")
	}
}

// TestFailedBuildSaysWhy breaks the compiler and reads what a person would see.
func TestFailedBuildSaysWhy(t *testing.T) {
	s := newSecond(t, true)
	bin := t.TempDir()
	fakeCommand(t, bin, "go", `[[ $1 == env ]] && echo go1.26.0 && exit
		echo "the compiler is broken"; exit 2`)
	got := shell(t, append(s.variables, searchPath(bin)), "with_lock ensure_built dagger")
	if got.code == 0 || !strings.Contains(got.stderr, "the compiler is broken") || !strings.Contains(got.stderr, "build.log") {
		t.Errorf("exit code %d, %q", got.code, got.stderr)
	}
	if left(t, s, "v*") != 0 {
		t.Error("a failed build was moved into place")
	}
}

// left counts the files below the second engine's folder that match a pattern.
func left(t *testing.T, s second, pattern string) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.home, pattern))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}
