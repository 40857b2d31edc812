//go:build sandbox

package e2e

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestStateSurvivesAStop: tables, versions and objects are there after an orderly restart,
// and the stop is quick.
func TestStateSurvivesAStop(t *testing.T) {
	dir := t.TempDir()
	first, err := start(dir)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t, dial(t, first.address), nil}
	w.ds = w.Client.Dataset("kept")
	if err := w.ds.Create(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	w.do("CREATE TABLE a (x INT64) OPTIONS (labels = [('k', 'v')]); INSERT a VALUES (1), (2); DELETE FROM a WHERE x = 1")
	before := w.version("a")
	begin := time.Now()
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("the stop took %v, want under 2 s", took)
	}
	second, err := start(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer second.stop()
	w = &world{t, dial(t, second.address), nil}
	w.ds = w.Client.Dataset("kept")
	if now := w.version("a"); now != before {
		t.Errorf("the version went from %+v to %+v over a restart", before, now)
	}
	if got := w.metadata("a").Labels["k"]; got != "v" {
		t.Errorf("label k = %q", got)
	}
}

// TestKilledMidWrite kills sandbox and engine while rows are written, again and again.
// After each restart, a table whose content differs from before has another version.
func TestKilledMidWrite(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(t.TempDir(), "sandbox")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("build the sandbox: %v\n%s", err, out)
	}
	known := map[string]string{} // version → content
	for round := range 4 {
		address, kill := launch(t, binary, dir)
		w := &world{t, dial(t, address), nil}
		w.ds = w.Client.Dataset("d")
		if round == 0 {
			if err := w.ds.Create(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			w.do("CREATE TABLE a (x INT64, s STRING)")
		}
		now, content := w.version("a"), w.content("a")
		if old, ok := known[now.etag]; ok && old != content {
			t.Fatalf("round %d: other content under version %s", round, now.etag)
		}
		known[now.etag] = content
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() { // writes until the kill, which cuts the last one off
			defer close(stopped)
			for ctx.Err() == nil {
				_, _ = w.query("INSERT INTO a SELECT n, 'x' FROM UNNEST(GENERATE_ARRAY(1, 300)) AS n").Run(ctx)
			}
		}()
		time.Sleep(time.Duration(300+round*137) * time.Millisecond)
		kill()
		cancel()
		<-stopped
	}
	address, kill := launch(t, binary, dir)
	defer kill()
	w := &world{t, dial(t, address), nil}
	w.ds = w.Client.Dataset("d")
	now, content := w.version("a"), w.content("a")
	if old, ok := known[now.etag]; ok && old != content {
		t.Fatalf("other content under version %s", now.etag)
	}
	if uint64(strings.Count(content, "\n")) != now.rows || now.rows%300 != 0 {
		t.Errorf("numRows %d, %d rows: a write is there by half", now.rows, strings.Count(content, "\n"))
	}
}

// TestAJobCutOffEnds: after a restart, a client that polls a job of before is told its end.
func TestAJobCutOffEnds(t *testing.T) {
	dir := t.TempDir()
	first, err := start(dir)
	if err != nil {
		t.Fatal(err)
	}
	job, err := dial(t, first.address).Query(slowQuery).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	second, err := start(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer second.stop()
	again, err := dial(t, second.address).JobFromID(t.Context(), job.ID())
	if err != nil {
		t.Fatal(err)
	}
	if status := again.LastStatus(); !status.Done() || status.Err() == nil {
		t.Errorf("the job is %+v, want an end with an error", status)
	}
}

// launch starts the sandbox as a process; kill ends it as a power cut would.
func launch(t *testing.T, binary, dir string) (address string, kill func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	listener.Close()
	cmd := exec.Command(binary, "serve", "--data", dir, "--tls=", "--metadata=", "--api", address)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if connection, err := net.Dial("tcp", address); err == nil {
			connection.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the sandbox was not ready in time")
		}
	}
	return address, func() {
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
	}
}
