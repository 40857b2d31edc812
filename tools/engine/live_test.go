//go:build engine

package engine_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func TestConcurrentStartsShareAnEngine(t *testing.T) {
	s := newSecond(t, false)
	var wait sync.WaitGroup
	results := make([]result, 3)
	for i := range results {
		wait.Go(func() { results[i] = s.dagger(t, "--silent", "core", "version") })
	}
	wait.Wait()
	starts := 0
	for _, got := range results {
		if got.code != 0 || got.stdout != "v0.19.10" {
			t.Errorf("exit code %d, %q, %s", got.code, got.stdout, got.stderr)
		}
		starts += strings.Count(got.stderr, "starting engine")
	}
	if engines := s.processes(t, "engine"); starts != 1 || len(engines) != 1 {
		t.Errorf("%d starts and engines %v; want one", starts, engines)
	}
}

func TestCallsAreDaggersOwn(t *testing.T) {
	s := newSecond(t, false)
	s.works(t)
	began := time.Now()
	if got := s.dagger(t, "version"); got.code != 0 || !strings.HasPrefix(got.stdout, "dagger v0.19.10 ") {
		t.Errorf("version: exit code %d, %q", got.code, got.stdout)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("a call to a running engine took %s, want less than 1 s", took)
	}
	script := "container | from debian:bookworm-slim | with-exec -- sh -c 'exit 42' | stdout"
	if got := s.dagger(t, "--no-mod", "-c", script); got.code != 42 {
		t.Errorf("a failed exec gave exit code %d, want its own, 42: %s", got.code, got.stderr)
	}
	if got := s.dagger(t, "no-such-command"); got.code == 0 || got.code == 42 {
		t.Errorf("an unknown command gave exit code %d", got.code)
	}
}

func TestKilledPartsRecover(t *testing.T) {
	s := newSecond(t, false)
	s.works(t)
	victims := map[string]func() []int{
		"engine":   func() []int { return s.processes(t, "engine") },
		"registry": func() []int { return s.processes(t, "images") },
		"holder":   func() []int { return []int{s.holder(t)} },
	}
	for name, find := range victims {
		t.Run(name, func(t *testing.T) {
			found := find()
			if len(found) != 1 {
				t.Fatalf("processes %v; want one", found)
			}
			if err := syscall.Kill(found[0], syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			// A client of an engine that is just ending waits for ever.
			for len(s.processes(t, "engine")) > 0 {
				time.Sleep(10 * time.Millisecond)
			}
			s.works(t)
			if engines := s.processes(t, "engine"); len(engines) != 1 {
				t.Errorf("engines %v run; want one", engines)
			}
		})
	}
}

func TestStaleFilesAreNotBelieved(t *testing.T) {
	s := newSecond(t, false)
	// A pid that was reused, by this test, and a socket nobody listens on.
	folder := filepath.Join(s.home, "run")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", folder+"/engine.sock")
	if err != nil {
		t.Fatal(err)
	}
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	listener.Close()
	builds, err := filepath.Glob(s.home + "/v*-engine-*")
	if err != nil || len(builds) != 1 {
		t.Fatalf("builds %v, %v", builds, err)
	}
	for file, text := range map[string]string{"pid": fmt.Sprintf("%d 1\n", os.Getpid()), "build": builds[0] + "\n"} {
		if err := os.WriteFile(filepath.Join(folder, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.dagger(t, "--engine", "status"); got.code != 1 || !strings.Contains(got.stdout, "does not run") {
		t.Errorf("status: exit code %d, %s", got.code, got.stdout)
	}
	s.works(t)
}

func TestStatusAndStop(t *testing.T) {
	s := newSecond(t, false)
	s.works(t)
	network, _, _ := strings.Cut(shell(t, s.variables, `cat "$run/network"`).stdout, " ")
	got := s.dagger(t, "--engine", "status")
	for _, want := range []string{"v0.19.10", s.home, fmt.Sprint(s.holder(t)), "engine.sock", network, "size"} {
		if got.code != 0 || !strings.Contains(got.stdout, want) {
			t.Errorf("status: exit code %d, no %q in %s", got.code, want, got.stdout)
		}
	}
	if got := s.dagger(t, "--engine", "logs"); got.code != 0 || !strings.Contains(got.stdout, "engine.log") {
		t.Errorf("logs: exit code %d, %s", got.code, got.stderr)
	}
	if got := s.dagger(t, "--engine", "stop"); got.code != 0 {
		t.Errorf("stop: exit code %d, %s", got.code, got.stderr)
	}
	for _, program := range []string{"engine", "images"} {
		if left := s.processes(t, program); len(left) != 0 {
			t.Errorf("after stop, %s runs as %v", program, left)
		}
	}
	if left := run(t, nil, "bash", "-c", "iptables-save | grep "+network+"; ip link show "+network+"0").stdout; left != "" {
		t.Errorf("after stop, the kernel still has %s", left)
	}
	if got := s.dagger(t, "--engine", "status"); got.code != 1 {
		t.Errorf("status after stop: exit code %d, want 1", got.code)
	}
	s.works(t)
}
